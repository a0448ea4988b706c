import { describe, expect, it } from 'vitest';
import { nextAttempt, type RetryPolicy } from './schedule.ts';

/** When a callback is tried whose every attempt fails after `takes`, in seconds after it was born. */
function schedule(policy: RetryPolicy, first = 0, takes = 0): number[] {
  const times: number[] = [];
  let at: number | null = first;
  while (at !== null) {
    times.push(at / 1000);
    const next = nextAttempt(policy, { attempts: times.length, lastAt: at, bornAt: 0 });
    at = next === null ? null : Math.max(next, at + takes);
  }
  return times;
}

describe('the schedule of delivery', () => {
  it('is TRTC’s: again at once, then every 10 s until it is older than a minute', () => {
    expect(schedule('trtc')).toEqual([0, 0, 10, 20, 30, 40, 50, 60]);
    expect(schedule('trtc', 0, 5_000)).toEqual([0, 5, 15, 25, 35, 45, 55]);
  });

  it('has a second attempt even of what could only be tried late', () => {
    expect(schedule('trtc', 59_000)).toEqual([59, 59]);
    expect(schedule('trtc', 3_600_000)).toEqual([3600, 3600]);
  });

  it('goes on for a day with growing pauses, if wanted', () => {
    const times = schedule('long');
    expect(times.slice(0, 9)).toEqual([0, 0, 10, 30, 70, 150, 310, 630, 1230]);
    expect(times.at(-1)).toBeLessThanOrEqual(86_400);
    expect(times.at(-1)).toBeGreaterThan(86_400 - 600);
  });
});
