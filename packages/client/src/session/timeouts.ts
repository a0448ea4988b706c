import type { Clock, Timer } from '@rotunda/base';

/** The pending waits of one owner, which end together with it. */
export class Timeouts {
  readonly #clock: Clock;
  readonly #waits = new Map<Timer, () => void>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after `ms` milliseconds, or at once when closed: check afterwards what still holds. */
  wait(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(ms, () => {
        this.#waits.delete(timer);
        resolve();
      });
      this.#waits.set(timer, resolve);
    });
  }

  /** Ends what waits now; later waits are possible. */
  wake(): void {
    const waits = [...this.#waits];
    this.#waits.clear();
    for (const [timer, resolve] of waits) {
      timer.cancel();
      resolve();
    }
  }

  close(): void {
    this.#closed = true;
    this.wake();
  }
}

/** Resolves with `done`, at the latest after `ms` milliseconds. */
export async function within(clock: Clock, ms: number, done: Promise<unknown>): Promise<void> {
  const budget = new Timeouts(clock);
  await Promise.race([done, budget.wait(ms)]);
  budget.close();
}
