import type { Clock, Timer } from '@rotunda/base';

/** Often enough at first to be felt as "at once"; slower for streams that stay silent. */
const FIRST_POLL_MS = 100;
const MAX_POLL_MS = 1_000;

interface Watch {
  readonly probe: () => Promise<boolean>;
  readonly onFirst: () => void;
}

/** Tells once per key when the first packets of a stream have passed: the platform has counters for that, no events. */
export class FirstPackets {
  readonly #clock: Clock;
  readonly #watches = new Map<string, Watch>();
  #timer: Timer | null = null;
  #pauseMs = FIRST_POLL_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(key: string, watch: Watch): void {
    this.#watches.set(key, watch);
    this.#pauseMs = FIRST_POLL_MS;
    this.#timer?.cancel();
    this.#schedule();
  }

  unwatch(key: string): void {
    this.#watches.delete(key);
    if (this.#watches.size === 0) this.close();
  }

  close(): void {
    this.#watches.clear();
    this.#timer?.cancel();
    this.#timer = null;
  }

  async #poll(): Promise<void> {
    const watches = [...this.#watches];
    const seen = await Promise.all(watches.map(([, { probe }]) => probe().catch(() => false)));
    for (const [index, [key, watch]] of watches.entries()) {
      if (!seen[index] || this.#watches.get(key) !== watch) continue;
      this.#watches.delete(key);
      watch.onFirst();
    }
    this.#pauseMs = Math.min(MAX_POLL_MS, this.#pauseMs + FIRST_POLL_MS);
    if (this.#watches.size > 0 && !this.#timer) this.#schedule();
  }

  #schedule(): void {
    this.#timer = this.#clock.after(this.#pauseMs, () => {
      this.#timer = null;
      void this.#poll();
    });
  }
}
