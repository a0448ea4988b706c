/** Event name -> tuple of listener arguments. */
export type EventMap = Record<string, unknown[]>;
export type Listener<Args extends unknown[]> = (...args: Args) => void;

interface Registration {
  /** The listener itself, for `off`. */
  readonly listener: unknown;
  readonly once: boolean;
  deliver(args: unknown[]): void;
}

/**
 * A typed event emitter whose listeners cannot break it: what one listener throws goes to `onListenerError`
 * and the next listener still runs. Listeners run in the order in which they were added, synchronously; one that
 * is added while an event is being delivered counts from the next event on, one that is removed is not called any more.
 */
export class TypedEmitter<Events extends { [K in keyof Events]: unknown[] }> {
  readonly #listeners = new Map<keyof Events, Registration[]>();
  readonly #onListenerError: (error: unknown, event: string) => unknown;

  constructor(onListenerError: (error: unknown, event: string) => unknown = reportAsynchronously) {
    this.#onListenerError = onListenerError;
  }

  on<K extends keyof Events>(event: K, listener: Listener<Events[K]>): this {
    return this.#add(event, listener, { once: false });
  }

  once<K extends keyof Events>(event: K, listener: Listener<Events[K]>): this {
    return this.#add(event, listener, { once: true });
  }

  /** Removes one registration of `listener`; harmless if there is none. */
  off<K extends keyof Events>(event: K, listener: Listener<Events[K]>): this {
    const registration = this.#listeners.get(event)?.find((entry) => entry.listener === listener);
    if (registration) this.#remove(event, registration);
    return this;
  }

  removeAllListeners(event?: keyof Events): this {
    if (event === undefined) this.#listeners.clear();
    else this.#listeners.delete(event);
    return this;
  }

  /** @returns whether anybody listened. */
  emit<K extends keyof Events>(event: K, ...args: Events[K]): boolean {
    const registrations = this.#listeners.get(event) ?? [];
    for (const registration of registrations) {
      if (!this.#listeners.get(event)?.includes(registration)) continue;
      if (registration.once) this.#remove(event, registration);
      try {
        registration.deliver(args);
      } catch (error) {
        this.#onListenerError(error, String(event));
      }
    }
    return registrations.length > 0;
  }

  listenerCount(event?: keyof Events): number {
    if (event !== undefined) return this.#listeners.get(event)?.length ?? 0;
    return [...this.#listeners.values()].reduce((sum, list) => sum + list.length, 0);
  }

  #add<K extends keyof Events>(event: K, listener: Listener<Events[K]>, { once }: { once: boolean }): this {
    const deliver = (args: unknown[]): void => listener(...(args as Events[K]));
    const entry: Registration = { listener, once, deliver };
    this.#replace(event, [...(this.#listeners.get(event) ?? []), entry]);
    return this;
  }

  #remove(event: keyof Events, registration: Registration): void {
    this.#replace(event, this.#listeners.get(event)?.filter((entry) => entry !== registration) ?? []);
  }

  #replace(event: keyof Events, registrations: Registration[]): void {
    if (registrations.length > 0) this.#listeners.set(event, registrations);
    else this.#listeners.delete(event);
  }
}

/** Without a sink of its own, an emitter shows a listener's error the way the platform shows an uncaught one. */
async function reportAsynchronously(error: unknown): Promise<never> {
  throw error;
}
