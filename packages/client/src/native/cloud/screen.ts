import { TRTCVideoStreamType, TRTC_ERRORS } from '@rotunda/protocol';
import { fireScreenStopped } from '../bridge.ts';
import type { TRTCVideoEncParam } from '../params.ts';
import {
  isPart,
  listScreenSources,
  parseScreenTarget,
  parseSize,
  type Rect,
  type TRTCScreenCaptureProperty,
  type TRTCScreenCaptureSourceInfo,
} from '../screen-sources.ts';
import { toSource, type Views } from '../video-params.ts';
import { CloudDeviceTests } from './device-tests.ts';

/** Reason of `onScreenCapturePaused` and `onScreenCaptureResumed`: the user wanted it. */
const BY_USER = 0;

/** Sharing the screen. */
export class CloudScreen extends CloudDeviceTests {
  /**
   * What can be shared. A page does not learn of screens and windows: its browser asks the user when `startScreenCapture` is called. So there is
   * one entry for "a screen", one for "a window" and one for "a tab" (type 2), with grey pictures; none where the browser cannot share at all.
   *
   * @param thumbWidth - pixels of the pictures, at most 1024. What is no number: an empty list, and `onError(-2)`.
   */
  getScreenCaptureSources(
    thumbWidth = 160,
    thumbHeight = 90,
    iconWidth = 32,
    iconHeight = 32,
  ): TRTCScreenCaptureSourceInfo[] {
    const sources: TRTCScreenCaptureSourceInfo[] = [];
    if (!this.core.devices.canCaptureScreen) return sources;
    this.attempt(() => {
      const thumb = parseSize(thumbWidth, thumbHeight);
      sources.push(...listScreenSources(thumb, parseSize(iconWidth, iconHeight)));
    });
    return sources;
  }

  /**
   * What the browser's dialog offers first, and whether the mouse is to be seen, from the next `startScreenCapture` on; the user may choose
   * something else. Something that is no source: `onError(-2)`. A part of a screen cannot be shared: `onWarning(-4)`, and the whole is.
   * Highlighting and child windows are the browser's affair.
   */
  selectScreenCaptureTarget(
    source: TRTCScreenCaptureSourceInfo | number,
    captureRect?: Rect | string,
    property?: TRTCScreenCaptureProperty | string,
    deprecatedCaptureRect?: Rect,
    captureMouse?: boolean,
    highlightWindow?: boolean,
  ): void {
    void highlightWindow;
    const isOlder = typeof source === 'number';
    this.attempt(() => {
      const given = isOlder ? { enableCaptureMouse: captureMouse } : property;
      this.core.local.settings.screen = parseScreenTarget(source, given);
      if (!isPart(isOlder ? deprecatedCaptureRect : captureRect)) return;
      const { code } = TRTC_ERRORS.ERR_NOT_SUPPORTED;
      this.later(() => this.fire('onWarning', code, 'a browser shares the whole of what is chosen', null));
    });
  }

  /**
   * The browser asks what to share; then `onScreenCaptureStarted`, and the others get `onUserSubStreamAvailable`. `onError(-1308)` if the user chooses
   * nothing, or has not clicked or typed just before (Firefox and Safari ask only then); -1309 where the browser cannot share. Only one user of a room can: otherwise `onError(-102016)`, the capture is ended, and
   * `onScreenCaptureStopped`. The sub stream carries it; for the big stream: `onError(-4)`.
   *
   * @param view - where one sees it oneself.
   * @param params - as of `setSubStreamEncoderParam`.
   */
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

  /**
   * Sends no pictures until `resumeScreenCapture`: the others keep the last one and get no callback; who comes meanwhile sees nothing. The
   * browser goes on capturing. `onScreenCapturePaused(0)`. Without effect while nothing is shared.
   */
  pauseScreenCapture(): void {
    if (!this.core.local.setPaused('sub', true)) return;
    this.later(() => this.fire('onScreenCapturePaused', BY_USER));
  }

  /** `onScreenCaptureResumed(0)`. Without effect while nothing is paused. */
  resumeScreenCapture(): void {
    if (!this.core.local.setPaused('sub', false)) return;
    this.later(() => this.fire('onScreenCaptureResumed', BY_USER));
  }

  /** `onScreenCaptureStopped(0)`. The browser's own button, and a shared window that is closed, end it in the same way. */
  stopScreenCapture(): void {
    if (!this.core.local.isStarted('sub')) return;
    this.core.local.stop('sub');
    this.later(() => fireScreenStopped((name, ...args) => this.fire(name, ...args)));
  }
}
