import { TRTCError, TRTCVideoStreamType } from '@rotunda/protocol';
import type { VideoSource } from '../../session/remote-views.ts';
import { parseCaptureParams, parseEncoderParams } from '../encoder-params.ts';
import { TRTCVideoQosPreference } from '../enums.ts';
import type {
  TRTCCameraCaptureParams,
  TRTCNetworkQosParam,
  TRTCRenderParams,
  TRTCVideoEncParam,
} from '../params.ts';
import { toRenderOptions, toSource, type Views, toViews } from '../video-params.ts';
import { CloudRoom } from './room.ts';

/** The user's own picture. */
export class CloudLocalVideo extends CloudRoom {
  /**
   * Opens the camera, shows it in the views and, in a room, publishes it. `onCameraDidReady` when it delivers, then
   * `onFirstVideoFrame` with an empty userId, in a room `onSendFirstLocalVideoFrame(0)`; `onError` if it cannot be opened.
   *
   * @param views - an element of the page or its id, an array of these, or null for none. What the page has in it stays.
   */
  startLocalPreview(views: Views): void {
    this.start('video', views);
  }

  /** Closes the camera. The others get `onUserVideoAvailable` with 0. */
  stopLocalPreview(): void {
    this.core.local.stop('video');
  }

  /** Shows the camera in these views instead; see `startLocalPreview`. */
  updateLocalView(views: Views): void {
    this.core.local.setViews('video', toViews(views));
  }

  /**
   * Stops sending the camera (0) or the screen (2) without closing the device; also holds for what is started later. The others get
   * `onUserVideoAvailable` or `onUserSubStreamAvailable`, unless `setVideoMuteImage` has something to be sent in its place.
   * The small stream (1) is part of the camera and not muted by itself: `onError(-2)`.
   */
  muteLocalVideo(
    mute: boolean,
    streamType: TRTCVideoStreamType = TRTCVideoStreamType.TRTCVideoStreamTypeBig,
  ): void {
    this.core.local.setMuted(toSource(streamType), mute);
  }

  /**
   * Size, frames per second and bitrate of the camera's big stream, also while it is being sent; the change is seen by the
   * others within a second. Without a bitrate that of the table for the resolution is used, in live scenes the higher one.
   * `minVideoBitrate` counts from the next time that publishing begins. Nothing changes and `onError` comes: -1305 for an
   * unknown resolution, -2 for other values out of range: `videoFps` below 1 or over 60, a bitrate over 50000, `minVideoBitrate` over
   * the bitrate.
   */
  setVideoEncoderParam(params: Partial<TRTCVideoEncParam>): void {
    this.#setEncoder('video', params);
  }

  /** As `setVideoEncoderParam`, for the shared screen. */
  setSubStreamEncoderParam(params: Partial<TRTCVideoEncParam>): void {
    this.#setEncoder('sub', params);
  }

  /**
   * What the camera's stream gives up first on a poor network: 1 (smooth) its size, 2 (clear, the default) frames. A shared
   * screen always stays clear. `controlMode` changes nothing: browsers control their rate together with the server.
   *
   * Beside a small stream, on a network that does not carry both: smooth leaves the small one, clear the big one, after a few seconds.
   * As long as one of the others has asked for the small one, or cannot receive more, clear leaves that too.
   * A browser that does not tell what the network carries (Firefox) has to try both again: after half a minute, and where that fails
   * more and more rarely, up to every four minutes. The others may get the small one then, for a few seconds.
   */
  setNetworkQosParam(params: Partial<TRTCNetworkQosParam>): void {
    this.attempt(() => {
      const { TRTCVideoQosPreferenceSmooth, TRTCVideoQosPreferenceClear } = TRTCVideoQosPreference;
      const preference = params?.preference ?? TRTCVideoQosPreferenceClear;
      if (preference !== TRTCVideoQosPreferenceSmooth && preference !== TRTCVideoQosPreferenceClear) {
        throw new TRTCError('ERR_INVALID_PARAMETER', 'preference is 1 (smooth) or 2 (clear)');
      }
      const { local } = this.core;
      local.settings.preference = preference === TRTCVideoQosPreferenceSmooth ? 'smooth' : 'clear';
      local.applySettings('video');
    });
  }

  /**
   * The size that the camera captures; the others get the encoded size, scaled down, in the captured aspect ratio. Modes: 0
   * and 1 capture the encoded size, 2 at least 1280x720, 3 `width` x `height` pixels if that is more. Otherwise `onError(-2)`.
   */
  setCameraCaptureParams(params: TRTCCameraCaptureParams): void {
    this.attempt(() => {
      const { local } = this.core;
      local.settings.capture = parseCaptureParams(params);
      local.applySettings('video');
    });
  }

  /**
   * Whether a small stream is sent beside the big one; it is by default, and costs nothing while nobody watches the camera. Which of
   * the two is left on a network that does not carry both is said by `setNetworkQosParam`. `params`
   * gives its size, bitrate and frames per second, of which there are no more than the big one has; without them it is a quarter of
   * the big one's size. `minVideoBitrate` does not count. A change between on and off while sending
   * begins the stream anew.
   */
  enableSmallVideoStream(enable: boolean, params?: Partial<TRTCVideoEncParam>): void {
    this.attempt(() => {
      const { local } = this.core;
      const small = { width: 160, height: 90, fps: local.settings.video.fps, kbps: 100 };
      if (!enable) local.settings.small = 'off';
      else local.settings.small = params ? parseEncoderParams(params, small) : 'auto';
      local.applySettings('video');
    });
  }

  /**
   * How the camera is shown here; the others see no change. `rotation` counts quarter turns clockwise, 0 to 3; `fillMode` is 0 (fill
   * the view, parts may be cut off) or 1 (fit into it, the default); `mirrorType` is 0 (auto: mirrored, the default), 1 (on) or 2 (off).
   * What is absent stays as it is. Another number: `onError(-2)`.
   */
  setLocalRenderParams(params: Partial<TRTCRenderParams>): void {
    this.attempt(() => {
      const { local } = this.core;
      local.setRender('video', toRenderOptions(params, local.settings.render.video, { autoMirror: true }));
    });
  }

  #setEncoder(source: VideoSource, params: Partial<TRTCVideoEncParam>): void {
    this.attempt(() => {
      const { local } = this.core;
      local.settings[source] = parseEncoderParams(params, local.settings[source]);
      local.applySettings(source);
    });
  }
}
