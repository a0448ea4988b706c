import type { StoredCallback } from '../store/outbox-port.ts';

/** How many callbacks of one room are held in memory. */
const MAX_HELD = 20;

export interface LaneTools {
  /** Callbacks of the room that wait at later positions, in order. */
  load(query: { readonly after: number; readonly limit: number }): Promise<readonly StoredCallback[]>;
  /** Delivers one or gives it up. @returns false if there is to be no further one. */
  deliver(callback: StoredCallback): Promise<boolean>;
}

/** The callbacks of one room, one after the other. What it cannot hold it reads again when their turn comes. */
export class Lane {
  readonly #tools: LaneTools;
  #held: StoredCallback[] = [];
  /** The position of the last one that was held. */
  #last = 0;
  /** The one that is being delivered. */
  #current: StoredCallback | null = null;
  /** More wait in the store than are held. */
  #more = false;
  #loading = false;
  /** Counts resets. */
  #generation = 0;

  constructor(tools: LaneTools) {
    this.#tools = tools;
  }

  get isEmpty(): boolean {
    return this.#held.length === 0 && !this.#more;
  }

  /** Takes callbacks in order of their positions; one that it has taken before does nothing. */
  offer(callback: StoredCallback): void {
    if (callback.position <= this.#last || callback.id === this.#current?.id) return;
    if (this.#more || this.#loading || this.#held.length >= MAX_HELD) this.#more = true;
    else this.#hold(callback);
  }

  /** Forgets all but the one that is being delivered: all that waits is offered again. */
  reset(): void {
    this.#held = [];
    this.#last = 0;
    this.#more = false;
    this.#generation++;
  }

  /** Until none waits. */
  async run(): Promise<void> {
    for (;;) {
      if (this.#held.length === 0 && this.#more) await this.#load();
      const next = this.#held.shift();
      if (!next && this.#more) continue;
      if (!next) return;
      this.#current = next;
      if (!(await this.#tools.deliver(next))) return;
      this.#current = null;
    }
  }

  #hold(callback: StoredCallback): void {
    this.#held.push(callback);
    this.#last = callback.position;
  }

  async #load(): Promise<void> {
    const generation = this.#generation;
    this.#more = false;
    this.#loading = true;
    try {
      const callbacks = await this.#tools.load({ after: this.#last, limit: MAX_HELD });
      // It was reset meanwhile: what was read is offered again, with what is before it.
      if (generation !== this.#generation) return;
      for (const callback of callbacks) if (callback.id !== this.#current?.id) this.#hold(callback);
      if (callbacks.length === MAX_HELD) this.#more = true;
    } finally {
      this.#loading = false;
    }
  }
}
