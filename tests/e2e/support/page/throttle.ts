/** Puts a page's timers to sleep the way a browser does with a tab that nobody sees. */
export class TimerThrottle {
  #slot: number | undefined;

  constructor() {
    const { setTimeout: later, setInterval: again } = globalThis;
    const delayed = (delay: number): number => {
      const wanted = Number.isFinite(delay) ? Math.max(0, delay) : 0;
      if (this.#slot === undefined) return wanted;
      const now = performance.now();
      return Math.ceil((now + wanted) / this.#slot) * this.#slot - now;
    };
    globalThis.setTimeout = ((handler: TimerHandler, delay = 0, ...args: unknown[]) =>
      later(handler, delayed(delay), ...args)) as typeof globalThis.setTimeout;
    // An interval that was started before the throttle keeps its beat, but only the beats of a slot's first moment count.
    globalThis.setInterval = ((handler: TimerHandler, delay = 0, ...args: unknown[]) => {
      let slotSeen = -1;
      return again(() => {
        if (this.#slot !== undefined) {
          const slot = Math.floor(performance.now() / this.#slot);
          if (slot === slotSeen) return;
          slotSeen = slot;
        }
        if (typeof handler === 'function') (handler as (...values: unknown[]) => void)(...args);
      }, delay);
    }) as typeof globalThis.setInterval;
  }

  /** From now on timers fire at most once in `slotMs`; the page counts as hidden. */
  start(slotMs: number): void {
    this.#slot = slotMs;
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  }
}
