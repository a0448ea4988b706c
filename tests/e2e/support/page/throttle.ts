type Callback = (...args: unknown[]) => void;

/** Puts a page's timers to sleep the way a browser does with a tab that nobody sees. */
export class TimerThrottle {
  #slot: number | undefined;

  constructor() {
    const later = globalThis.setTimeout.bind(globalThis);
    const again = globalThis.setInterval.bind(globalThis);
    Object.assign(globalThis, {
      setTimeout: (callback: Callback, delay = 0, ...args: unknown[]) =>
        later(callback, this.#delayed(delay), ...args),
      setInterval: (callback: Callback, delay = 0, ...args: unknown[]) =>
        again(this.#oncePerSlot(callback), delay, ...args),
    });
  }

  /** From now on timers fire at most once in `slotMs`; the page counts as hidden. */
  start(slotMs: number): void {
    this.#slot = slotMs;
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  }

  #delayed(delay: number): number {
    const wanted = Number.isFinite(delay) ? Math.max(0, delay) : 0;
    if (this.#slot === undefined) return wanted;
    const now = performance.now();
    return Math.ceil((now + wanted) / this.#slot) * this.#slot - now;
  }

  /** An interval may be older than the throttle: its beats go on, but one per slot counts. */
  #oncePerSlot(callback: Callback): Callback {
    let slotSeen = -1;
    return (...args) => {
      if (this.#slot !== undefined) {
        const slot = Math.floor(performance.now() / this.#slot);
        if (slot === slotSeen) return;
        slotSeen = slot;
      }
      callback(...args);
    };
  }
}
