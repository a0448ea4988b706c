/** What a packet may wait at most, as in a router whose buffer holds that much. */
const MAX_WAIT_MS = 300;

interface Waiting {
  readonly dueAt: number;
  readonly send: () => void;
}

/** A narrow piece of network: packets go through one after the other at its rate; what finds the buffer full is lost. */
export class Bottleneck {
  readonly #queue: Waiting[] = [];
  #kbps: number | null = null;
  /** When the last bit of what is in the queue will have gone through. */
  #freeAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** kbit/s from now on; null for no limit. What waits already goes at the rate of before. */
  setRate(kbps: number | null): void {
    this.#kbps = kbps;
  }

  /** @returns false if the packet is lost. */
  pass(bytes: number, send: () => void): boolean {
    if (this.#kbps === null && this.#queue.length === 0) {
      send();
      return true;
    }
    const now = performance.now();
    const startAt = Math.max(now, this.#freeAt);
    if (startAt - now > MAX_WAIT_MS) return false;
    this.#freeAt = startAt + (this.#kbps === null ? 0 : (bytes * 8) / this.#kbps);
    this.#queue.push({ dueAt: this.#freeAt, send });
    this.#arm();
    return true;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }

  #arm(): void {
    const [next] = this.#queue;
    if (this.#timer || !next) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#drain();
      },
      Math.max(0, next.dueAt - performance.now()),
    );
  }

  #drain(): void {
    // A timer fires up to a millisecond early.
    const now = performance.now() + 1;
    while (this.#queue[0] && this.#queue[0].dueAt <= now) this.#queue.shift()?.send();
    this.#arm();
  }
}
