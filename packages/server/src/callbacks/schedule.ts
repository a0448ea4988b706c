/** How long and how often delivery is tried: as TRTC does it (docs/trtc.md 6.1), or for a day. */
export type RetryPolicy = 'trtc' | 'long';

/** The tries of one callback so far. */
export interface Tries {
  readonly attempts: number;
  /** When the last one began; all times in milliseconds since the epoch. */
  readonly lastAt: number;
  /** When it happened, or when this server began if that was later. */
  readonly bornAt: number;
}

const TRTC_EVERY_MS = 10_000;
const TRTC_MAX_AGE_MS = 60_000;
const LONG_FIRST_MS = 10_000;
const LONG_MAX_PAUSE_MS = 600_000;
const LONG_MAX_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * When a callback is tried again that failed: at once after the first time, then every ten seconds until it is older than a
 * minute. `long`: then after 10, 20, 40 and so on up to 600 seconds, until it is older than a day. However late the first time
 * was, there is a second one. @returns null to give it up.
 */
export function nextAttempt(policy: RetryPolicy, { attempts, lastAt, bornAt }: Tries): number | null {
  if (attempts === 1) return lastAt;
  const long = policy === 'long';
  const pause = long ? Math.min(LONG_MAX_PAUSE_MS, LONG_FIRST_MS * 2 ** (attempts - 2)) : TRTC_EVERY_MS;
  const at = lastAt + pause;
  return at - bornAt <= (long ? LONG_MAX_AGE_MS : TRTC_MAX_AGE_MS) ? at : null;
}
