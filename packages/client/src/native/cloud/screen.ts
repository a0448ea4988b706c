import { TRTCVideoStreamType, TRTC_ERRORS } from '@rotunda/protocol';
import { fireScreenStopped } from '../bridge.ts';
import type { TRTCVideoEncParam } from '../params.ts';
import { toSource, type Views } from '../video-params.ts';
import { CloudDeviceTests } from './device-tests.ts';

/** Sharing the screen. */
export class CloudScreen extends CloudDeviceTests {
  /** The browser asks which screen or window. Only the sub stream carries it. */
  startScreenCapture(
    view: Views = null,
    type: TRTCVideoStreamType = TRTCVideoStreamType.TRTCVideoStreamTypeSub,
    params: Partial<TRTCVideoEncParam> | null = null,
  ): void {
    if (toSource(type) !== 'sub') {
      const { code } = TRTC_ERRORS.ERR_NOT_SUPPORTED;
      this.later(() => this.fire('onError', code, 'the screen is shared on the sub stream'));
      return;
    }
    if (params) this.setSubStreamEncoderParam(params);
    this.start('sub', view);
  }

  stopScreenCapture(): void {
    if (!this.core.local.isStarted('sub')) return;
    this.core.local.stop('sub');
    this.later(() => fireScreenStopped((name, ...args) => this.fire(name, ...args)));
  }
}
