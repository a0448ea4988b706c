import { FakeClock } from '@rotunda/base';
import { CloudApiError } from '@rotunda/protocol/cloudapi';
import { describe, expect, it } from 'vitest';
import { DEFAULT_REQUESTS_PER_SECOND, RateLimiter } from './rate-limiter.ts';

/** How many of many requests get through at once. */
function passing(limiter: RateLimiter, change: object = {}): number {
  const request = { secretId: 'AKID1', action: 'RemoveUser', limit: null, ...change };
  let count = 0;
  for (let i = 0; i < 100; i++) {
    try {
      limiter.admit(request);
      count++;
    } catch (error) {
      if (!(error instanceof CloudApiError) || error.code !== 'RequestLimitExceeded') throw error;
    }
  }
  return count;
}

describe('RateLimiter', () => {
  it('lets 20 requests through per second, for each key pair and each action', () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter({ perSecond: DEFAULT_REQUESTS_PER_SECOND, clock });
    expect(passing(limiter)).toBe(20);
    expect(passing(limiter, { action: 'DismissRoom' })).toBe(20);
    expect(passing(limiter, { secretId: 'AKID2' })).toBe(20);
    clock.advance(500);
    expect(passing(limiter)).toBe(10);
    clock.advance(60_000);
    expect(passing(limiter)).toBe(20);
  });

  it('keeps the rate of an action that has its own, in proportion to what is set', () => {
    const clock = new FakeClock();
    const own = { limit: { requests: 1, seconds: 15 } };
    const usual = new RateLimiter({ perSecond: 20, clock });
    const generous = new RateLimiter({ perSecond: 200, clock });
    expect([passing(usual, own), passing(generous, own)]).toEqual([1, 10]);
    clock.advance(14_000);
    expect(passing(usual, own)).toBe(0);
    clock.advance(1_000);
    expect([passing(usual, own), passing(generous, own)]).toEqual([1, 10]);
  });

  it('lets single requests through also where less than one per second is allowed', () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter({ perSecond: 1, clock });
    expect(passing(limiter, { limit: { requests: 5, seconds: 1 } })).toBe(1);
    clock.advance(4_000);
    expect(passing(limiter, { limit: { requests: 5, seconds: 1 } })).toBe(1);
  });

  it('forgets key pairs that were taken out, and no others', () => {
    const limiter = new RateLimiter({ perSecond: 20, clock: new FakeClock() });
    expect([passing(limiter), passing(limiter, { secretId: 'AKID2' })]).toEqual([20, 20]);
    limiter.keepOnly((secretId) => secretId === 'AKID2');
    expect(limiter.size).toBe(1);
    expect([passing(limiter), passing(limiter, { secretId: 'AKID2' })]).toEqual([20, 0]);
  });
});
