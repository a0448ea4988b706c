import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTicker } from './ticker.ts';

/** A worker that ticks when it is told to. */
class FakeWorker extends EventTarget {
  static readonly all: FakeWorker[] = [];
  state: 'running' | 'terminated' = 'running';

  constructor() {
    super();
    FakeWorker.all.push(this);
  }

  terminate(): void {
    this.state = 'terminated';
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeWorker.all.length = 0;
  vi.stubGlobal('Worker', FakeWorker);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a ticker', () => {
  it('has its clock in a worker, which ends with it', () => {
    const onTick = vi.fn();
    const stop = startTicker(100, onTick);
    const [worker] = FakeWorker.all;
    worker?.dispatchEvent(new Event('message'));
    expect(onTick).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
    stop();
    worker?.dispatchEvent(new Event('message'));
    worker?.dispatchEvent(new Event('error'));
    expect(onTick).toHaveBeenCalledOnce();
    expect(worker?.state).toBe('terminated');
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['refuses the worker at once', 'throw'],
    ['refuses the worker a little later', 'error'],
  ] as const)("uses the page's own timer where the page %s", (_what, how) => {
    if (how === 'throw') vi.stubGlobal('Worker', undefined);
    const onTick = vi.fn();
    const stop = startTicker(100, onTick);
    if (how === 'error') FakeWorker.all[0]?.dispatchEvent(new Event('error'));
    vi.advanceTimersByTime(1_000);
    expect(onTick).toHaveBeenCalledTimes(10);
    stop();
    vi.advanceTimersByTime(1_000);
    expect(onTick).toHaveBeenCalledTimes(10);
    expect(FakeWorker.all.every(({ state }) => state === 'terminated')).toBe(true);
  });
});
