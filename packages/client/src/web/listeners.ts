import { TypedEmitter } from '@rotunda/base';

export type AnyHandler = (payload: never) => void;

interface Entry {
  readonly event: string;
  readonly handler: AnyHandler;
  readonly context: unknown;
  readonly listener: (payload: unknown) => void;
}

/** The listeners of one instance, each with the `this` that it was registered with. */
export class Listeners {
  readonly #emitter = new TypedEmitter<Record<string, [unknown]>>();
  #entries: Entry[] = [];

  add(event: string, handler: AnyHandler, context: unknown): void {
    const listener = (payload: unknown): void => {
      Reflect.apply(handler, context, [payload]);
    };
    this.#entries.push({ event, handler, context, listener });
    this.#emitter.on(event, listener);
  }

  /** Without a handler all of the event's; `*` all of all. Without a context whatever it was registered with. */
  remove(event: string, handler?: AnyHandler, context?: unknown): void {
    const goes = (entry: Entry): boolean =>
      (event === '*' || entry.event === event) &&
      (handler === undefined || entry.handler === handler) &&
      (context === undefined || entry.context === context);
    const gone = this.#entries.filter(goes);
    this.#entries = this.#entries.filter((entry) => !gone.includes(entry));
    for (const entry of gone) this.#emitter.off(entry.event, entry.listener);
  }

  emit(event: string, payload: unknown): void {
    this.#emitter.emit(event, payload);
  }
}
