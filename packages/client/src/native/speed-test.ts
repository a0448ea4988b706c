import { SPEED_TEST, sdkAppIdSchema, userIdSchema } from '@rotunda/protocol';
import type { NetworkQuality } from '../measures/quality.ts';
import type { SpeedTestOutcome, SpeedTestParams } from '../measures/speed-test.ts';

/** What `startSpeedTest` needs (docs/trtc.md 2.11). Bandwidths in kbit/s, 10 to 5000; 0 leaves that direction out. */
export class TRTCSpeedTestParams {
  /** As in `TRTCParams`. */
  sdkAppId: number;
  /** As in `TRTCParams`. */
  userId: string;
  /** The ticket of that user. */
  userSig: string;
  /** To the server, in kbit/s. */
  expectedUpBandwidth: number;
  /** From the server, in kbit/s. */
  expectedDownBandwidth: number;

  constructor(sdkAppId = 0, userId = '', userSig = '', expectedUpBandwidth = 0, expectedDownBandwidth = 0) {
    this.sdkAppId = sdkAppId;
    this.userId = userId;
    this.userSig = userSig;
    this.expectedUpBandwidth = expectedUpBandwidth;
    this.expectedDownBandwidth = expectedDownBandwidth;
  }
}

/** What `onSpeedTestResult` tells. */
export class TRTCSpeedTestResult {
  /** Whether there is a result. */
  success = false;
  /** Why not; empty after a success. */
  errMsg = '';
  /** The server's address that was used; empty when the browser does not tell it. */
  ip = '';
  /** One of {@link TRTCQuality}, of loss and time. */
  quality: NetworkQuality = 0;
  /** Shares of the packets that were lost, 0 to 1. */
  upLostRate = 0;
  /** Share of the packets from the server that were lost, 0 to 1. */
  downLostRate = 0;
  /** There and back, in milliseconds. */
  rtt = 0;
  /** kbit/s, not more than was expected; -1 for a direction that was left out, or after a failure. */
  availableUpBandwidth = -1;
  /** From the server, in kbit/s; -1 as above. */
  availableDownBandwidth = -1;
  /** Milliseconds. */
  upJitter = 0;
  /** Milliseconds, from the server. */
  downJitter = 0;
}

/** Null when something is missing or out of range. */
export function parseSpeedTestParams(
  given: { readonly [K in keyof TRTCSpeedTestParams]?: unknown } | null,
): SpeedTestParams | null {
  const { sdkAppId, userId, userSig, expectedUpBandwidth = 0, expectedDownBandwidth = 0 } = given ?? {};
  const app = sdkAppIdSchema.safeParse(sdkAppId);
  const user = userIdSchema.safeParse(userId);
  const upKbps = parseBandwidth(expectedUpBandwidth);
  const downKbps = parseBandwidth(expectedDownBandwidth);
  if (!app.success || !user.success || typeof userSig !== 'string' || userSig === '') return null;
  if (upKbps === null || downKbps === null) return null;
  return { sdkAppId: app.data, userId: user.data, userSig, upKbps, downKbps };
}

function parseBandwidth(kbps: unknown): number | null {
  const { least, most } = SPEED_TEST.kbps;
  if (typeof kbps !== 'number') return null;
  return kbps === 0 || (kbps >= least && kbps <= most) ? Math.round(kbps) : null;
}

export function toSpeedTestResult(outcome: SpeedTestOutcome): TRTCSpeedTestResult {
  if (outcome.kind === 'failed') return Object.assign(new TRTCSpeedTestResult(), { errMsg: outcome.message });
  const { measure } = outcome;
  return Object.assign(new TRTCSpeedTestResult(), {
    success: true,
    ip: measure.address,
    quality: measure.quality,
    upLostRate: measure.upLoss,
    downLostRate: measure.downLoss,
    rtt: measure.rttMs,
    availableUpBandwidth: measure.upKbps,
    availableDownBandwidth: measure.downKbps,
    upJitter: measure.upJitterMs,
    downJitter: measure.downJitterMs,
  });
}
