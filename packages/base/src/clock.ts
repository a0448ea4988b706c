/** A handle of a pending timer. */
export interface Timer {
  /** Harmless after the timer has fired. */
  cancel(): void;
}

/** Time, injected: whatever waits or stamps asks a clock, so that tests own the time. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds. */
  after(ms: number, callback: () => void): Timer;
  /** Calls `callback` every `ms` milliseconds until cancelled. */
  every(ms: number, callback: () => void): Timer;
}

interface PlatformTimers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  setInterval(callback: () => void, ms: number): unknown;
  clearInterval(handle: unknown): void;
  readonly performance: { now(): number };
}

const platform = globalThis as unknown as PlatformTimers;

/** The platform's clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const handle = platform.setTimeout(callback, ms);
    return { cancel: () => platform.clearTimeout(handle) };
  },
  every(ms, callback) {
    const handle = platform.setInterval(callback, ms);
    return { cancel: () => platform.clearInterval(handle) };
  },
};

/**
 * The system's time for deadlines and rates: never goes back. When the system's clock is set back it goes on at its pace,
 * ahead of it; when that is set forward, or the machine slept, it follows.
 *
 * @param elapsed milliseconds since any moment, by a clock that nobody sets
 */
export function createSteadyClock(
  { wall, elapsed }: { readonly wall: () => number; readonly elapsed: () => number } = {
    wall: () => systemClock.now(),
    elapsed: () => platform.performance.now(),
  },
): Clock {
  let ahead = -Infinity;
  return {
    ...systemClock,
    now: () => {
      const at = elapsed();
      ahead = Math.max(ahead, wall() - at);
      return Math.floor(at + ahead);
    },
  };
}

interface Pending {
  at: number;
  readonly order: number;
  readonly period: number | undefined;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  readonly #pending = new Set<Pending>();
  #now: number;
  #order = 0;

  constructor(startMs = 1_700_000_000_000) {
    this.#now = startMs;
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): Timer {
    return this.#schedule(ms, undefined, callback);
  }

  every(ms: number, callback: () => void): Timer {
    return this.#schedule(ms, Math.max(1, ms), callback);
  }

  /** Moves time forward and fires what is due on the way, in order of time, then of scheduling. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#nextDue(end); due; due = this.#nextDue(end)) {
      this.#now = Math.max(this.#now, due.at);
      if (due.period === undefined) this.#pending.delete(due);
      else due.at += due.period;
      due.callback();
    }
    this.#now = end;
  }

  /** Like {@link advance}, in steps, letting promise reactions run in between. */
  async advanceAsync(ms: number, stepMs = 50): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.advance(Math.min(stepMs, left));
      await settle();
    }
  }

  #schedule(ms: number, period: number | undefined, callback: () => void): Timer {
    const entry: Pending = { at: this.#now + Math.max(0, ms), order: this.#order++, period, callback };
    this.#pending.add(entry);
    return { cancel: () => void this.#pending.delete(entry) };
  }

  #nextDue(end: number): Pending | undefined {
    let best: Pending | undefined;
    for (const entry of this.#pending) {
      if (entry.at > end) continue;
      if (!best || entry.at < best.at || (entry.at === best.at && entry.order < best.order)) best = entry;
    }
    return best;
  }
}

/** Lets promise reactions that are already queued run, a few generations deep. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
