import * as z from 'zod/mini';

const ms = z.int().check(z.minimum(10), z.maximum(86_400_000));

/** Every deadline that server and client share, in milliseconds. The server tells its clients theirs in `welcome`. */
export const timersSchema = z.strictObject({
  /** The server pings each socket this often; clients answer from their message handler. */
  heartbeat: ms,
  /** Silence after which either side calls the link dead. */
  linkDead: ms,
  /** From a dead link to the first `onTryToReconnect`. */
  firstRetry: ms,
  /** The least pause before each later try; it grows up to `maxRetry`. */
  nextRetry: ms,
  /** The longest pause between two tries. */
  maxRetry: ms,
  /** From the last byte heard of a user until the server gives the stay up. */
  giveUp: ms,
  /**
   * Grace for a user whose page or process is gone without a leave: its socket was closed as "going away", or without a word. A
   * proxy that restarts looks the same, so it is longer than `firstRetry`.
   */
  goingAway: ms,
  /** A live room whose last leaver was an audience member ends after this. */
  emptyLiveRoom: ms,
  /** Media of a connected user that is not back after this is unpublished. */
  mediaLost: ms,
  /** A video layer that nobody receives is no longer sent after this. */
  unwatched: ms,
  /** How long an exit waits for the server's confirmation before `onExitRoom`. */
  exitBudget: ms,
  /** How long a Cloud API answer waits for a victim's acknowledgement. */
  toldBudget: ms,
  /** How long entering may take while the server cannot be reached. */
  enterTimeout: ms,
});
export type Timers = z.infer<typeof timersSchema>;

/** Rotunda's own: a frozen picture is noticed in seconds. */
export const DEFAULT_TIMERS: Timers = {
  heartbeat: 2_000,
  linkDead: 4_000,
  firstRetry: 1_000,
  nextRetry: 1_500,
  maxRetry: 5_000,
  giveUp: 15_000,
  goingAway: 2_000,
  emptyLiveRoom: 600_000,
  mediaLost: 15_000,
  unwatched: 10_000,
  exitBudget: 1_000,
  toldBudget: 1_000,
  enterTimeout: 5_000,
};

/** TRTC's documented deadlines (docs/trtc.md 1.7). */
export const TRTC_TIMERS: Timers = {
  ...DEFAULT_TIMERS,
  linkDead: 8_000,
  firstRetry: 3_000,
  nextRetry: 24_000,
  maxRetry: 24_000,
  giveUp: 90_000,
  goingAway: 6_000,
};
