import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

it('lets its burst through at once, and then its rate', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3, now: 0 });
  expect([1, 2, 3, 4].map(() => bucket.take(1, 0))).toEqual([true, true, true, false]);
  expect([bucket.take(1, 500), bucket.take(1, 500)]).toEqual([true, false]);
});

it('loses nothing when the clock is set back', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3, now: 10_000 });
  expect(bucket.take(1, 0)).toBe(true);
  expect(bucket.take(1, 0)).toBe(true);
  expect(bucket.take(1, 500), 'and goes on from there').toBe(true);
  expect(bucket.take(1, 1_000)).toBe(true);
});
