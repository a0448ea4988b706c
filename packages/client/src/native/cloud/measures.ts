import { TRTCError, TRTC_ERRORS } from '@rotunda/protocol';
import { parseSpeedTestParams, type TRTCSpeedTestParams } from '../speed-test.ts';
import { CloudMessages } from './messages.ts';

/** Statistics, network quality, speed test. */
export class CloudMeasures extends CloudMessages {
  /**
   * Measures the way to the server, which checks the ticket, over an unreliable data channel that takes the way of media: for two seconds a hundred
   * small packets there and back (`rtt`, losses, jitters), then for two seconds each way up to the expected bandwidth. `onSpeedTestResult` comes once,
   * after about seven seconds, also when the server cannot be reached or refuses (`success` false, `errMsg`). Entering a room ends it in the same way.
   *
   * @param params or, as in older versions, `sdkAppId`, `userId` and `userSig`, without bandwidths.
   * @returns 0; -2 for params that are missing or out of range; -3 in a room, while another test runs, without the address of a server, or after `destroy`.
   * Then no callback follows.
   */
  startSpeedTest(params: TRTCSpeedTestParams | number, userId?: string, userSig?: string): number {
    const wanted = parseSpeedTestParams(
      typeof params === 'number' ? { sdkAppId: params, userId, userSig } : params,
    );
    if (!wanted) return TRTC_ERRORS.ERR_INVALID_PARAMETER.code;
    try {
      this.core.speed.start(wanted);
      return 0;
    } catch (error) {
      return error instanceof TRTCError ? error.code : TRTC_ERRORS.ERR_FAILED.code;
    }
  }

  /** Ends a speed test; no result comes. Harmless when none runs. */
  stopSpeedTest(): void {
    this.core.speed.stop();
  }
}
