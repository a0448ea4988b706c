import type { SeiMessage } from './sei-format.ts';

interface Waiting {
  readonly message: SeiMessage;
  readonly copies: number;
  /** Layer -> copies that it has carried. */
  readonly carried: Map<string, number>;
  /** When it was added, or carried last. Milliseconds. */
  touchedAt: number;
}

/**
 * What goes out with the pictures of one source. Each layer carries every message, because any of them may be the one that a viewer
 * gets. A layer that is not sent, or a source that has no pictures, does not keep messages for later: they belong to the pictures of
 * their moment.
 *
 * The text of this class also runs in a worker: it may use nothing that is not in it.
 */
export class SeiQueue {
  /** In one frame. */
  readonly #maxMessages = 30;
  /** How long a message waits for a first picture, and, once one layer is through with it, for the others. */
  readonly #patienceMs = { first: 5_000, rest: 1_000 };
  #waiting: Waiting[] = [];

  /** @param copies how many frames of each layer carry it */
  add(message: SeiMessage, copies: number, now: number): void {
    this.#waiting.push({ message, copies, carried: new Map(), touchedAt: now });
  }

  /** What the next frame of a layer carries, in the order in which it was added. */
  take(layer: string, now: number): SeiMessage[] {
    if (this.#waiting.length === 0) return [];
    this.#waiting = this.#waiting.filter((waiting) => this.#isFresh(waiting, now));
    const due = this.#waiting.filter(({ carried, copies }) => (carried.get(layer) ?? 0) < copies);
    return due.slice(0, this.#maxMessages).map((waiting) => {
      waiting.carried.set(layer, (waiting.carried.get(layer) ?? 0) + 1);
      waiting.touchedAt = now;
      return waiting.message;
    });
  }

  #isFresh({ carried, copies, touchedAt }: Waiting, now: number): boolean {
    const through = [...carried.values()].some((count) => count >= copies);
    return now - touchedAt < (through ? this.#patienceMs.rest : this.#patienceMs.first);
  }
}
