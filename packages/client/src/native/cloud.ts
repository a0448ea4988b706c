import { TRTC_ERRORS } from '@rotunda/protocol';
import { ARGUMENTS } from './arguments.ts';
import { guardMethods } from './guard.ts';
import type { TRTCInitConfig } from './params.ts';
import { CloudTools } from './cloud/tools.ts';

/** The instance of `getTRTCShareInstance`. */
let shared: TRTCCloud | null = null;

/**
 * TRTC's native-like interface (docs/trtc.md 2), with the names, argument orders and numbers of npm `trtc-electron-sdk`. Methods
 * return at once; what comes of them is told by callbacks, of which `onExitRoom` is the last of a stay. Each class that it
 * extends, in `cloud/`, holds the methods of one topic.
 */
export class TRTCCloud extends CloudTools {
  static getTRTCShareInstance(config?: TRTCInitConfig): TRTCCloud {
    shared ??= new TRTCCloud(config);
    return shared;
  }

  static destroyTRTCShareInstance(): void {
    shared?.destroy();
  }

  override destroy(): void {
    if (shared === this) shared = null;
    super.destroy();
  }

  static {
    guardMethods<TRTCCloud>(TRTCCloud.prototype, ARGUMENTS, (cloud, { message }) => {
      cloud.later(() => cloud.fire('onError', TRTC_ERRORS.ERR_INVALID_PARAMETER.code, message));
      return cloud;
    });
  }
}
