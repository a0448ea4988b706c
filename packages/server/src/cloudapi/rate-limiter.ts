import { TokenBucket, type Clock } from '@rotunda/base';
import { CloudApiError } from '@rotunda/protocol/cloudapi';
import type { RateLimit } from './action.ts';

/** How many requests a key pair may make per second and action, if nothing else is set (docs/trtc.md 5.3). */
export const DEFAULT_REQUESTS_PER_SECOND = 20;

/** Counts the requests of each key pair and action. Ask it only about requests whose signature fits. */
export class RateLimiter {
  readonly #perSecond: number;
  readonly #clock: Clock;
  /** One for each known key pair and action that was ever used, so their number is bounded. */
  readonly #buckets = new Map<string, TokenBucket>();

  /** `perSecond` is for most actions; those with a rate of their own have it in proportion. */
  constructor({ perSecond, clock }: { perSecond: number; clock: Clock }) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Counts a request. @throws CloudApiError RequestLimitExceeded, and then it is not counted */
  admit(request: {
    readonly secretId: string;
    readonly action: string;
    readonly limit: RateLimit | null;
  }): void {
    const name = `${request.action} ${request.secretId}`;
    const bucket = this.#buckets.get(name) ?? this.#newBucket(request.limit);
    this.#buckets.set(name, bucket);
    if (bucket.take(1, this.#clock.now())) return;
    throw new CloudApiError(
      'RequestLimitExceeded',
      `There were too many requests of ${request.action} with this key pair: try again in a moment.`,
    );
  }

  #newBucket(limit: RateLimit | null): TokenBucket {
    const { requests, seconds } = limit ?? { requests: DEFAULT_REQUESTS_PER_SECOND, seconds: 1 };
    const allowed = (requests * this.#perSecond) / DEFAULT_REQUESTS_PER_SECOND;
    return new TokenBucket({
      perSecond: allowed / seconds,
      burst: Math.max(1, allowed),
      now: this.#clock.now(),
    });
  }
}
