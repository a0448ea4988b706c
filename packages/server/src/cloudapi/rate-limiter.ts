import { TokenBucket, type Clock } from '@rotunda/base';
import { CloudApiError } from '@rotunda/protocol/cloudapi';
import type { RateLimit } from './action.ts';

/** How many requests a key pair may make per second and action, if nothing else is set (docs/trtc.md 5.3). */
export const DEFAULT_REQUESTS_PER_SECOND = 20;

/** Counts the requests of each key pair and action. Ask it only about requests whose signature fits. */
export class RateLimiter {
  readonly #perSecond: number;
  readonly #clock: Clock;
  /** By secretId and action: one for each that was ever used. */
  readonly #buckets = new Map<string, Map<string, TokenBucket>>();

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
    const ofKey = this.#buckets.get(request.secretId) ?? new Map<string, TokenBucket>();
    this.#buckets.set(request.secretId, ofKey);
    const bucket = ofKey.get(request.action) ?? this.#newBucket(request.limit);
    ofKey.set(request.action, bucket);
    if (bucket.take(1, this.#clock.now())) return;
    throw new CloudApiError(
      'RequestLimitExceeded',
      `There were too many requests of ${request.action} with this key pair: try again in a moment.`,
    );
  }

  /** Key pairs for which buckets are held. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Forgets all other key pairs. */
  keepOnly(isKnown: (secretId: string) => boolean): void {
    for (const secretId of this.#buckets.keys()) if (!isKnown(secretId)) this.#buckets.delete(secretId);
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
