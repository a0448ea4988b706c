import { TRTCVideoStreamType } from '@rotunda/protocol';
import type { TRTCRenderParams, TRTCVideoEncParam } from '../params.ts';
import { toRenderOptions, toSource, toVideoSettings, type Views, toViews } from '../video-params.ts';
import { CloudRoom } from './room.ts';

/** The user's own picture. */
export class CloudLocalVideo extends CloudRoom {
  /** Opens the camera, shows it in the views and, in a room, publishes it. */
  startLocalPreview(views: Views): void {
    this.start('video', views);
  }

  stopLocalPreview(): void {
    this.core.local.stop('video');
  }

  updateLocalView(views: Views): void {
    this.core.local.setViews('video', toViews(views));
  }

  /** Stops sending without closing the device. */
  muteLocalVideo(
    mute: boolean,
    streamType: TRTCVideoStreamType = TRTCVideoStreamType.TRTCVideoStreamTypeBig,
  ): void {
    this.core.local.setMuted(toSource(streamType), mute);
  }

  setVideoEncoderParam(params: Partial<TRTCVideoEncParam>): void {
    const { local } = this.core;
    local.settings.video = toVideoSettings(params, local.settings.video);
    local.applySettings('video');
  }

  setSubStreamEncoderParam(params: Partial<TRTCVideoEncParam>): void {
    const { local } = this.core;
    local.settings.sub = toVideoSettings(params, local.settings.sub);
    local.applySettings('sub');
  }

  /** The small stream is on by default; `params` gives its size and rate. */
  enableSmallVideoStream(enable: boolean, params?: Partial<TRTCVideoEncParam>): void {
    const { local } = this.core;
    const small = { width: 160, height: 90, fps: local.settings.video.fps, kbps: 100 };
    if (!enable) local.settings.small = 'off';
    else local.settings.small = params ? toVideoSettings(params, small) : 'auto';
    local.applySettings('video');
  }

  setLocalRenderParams(params: Partial<TRTCRenderParams>): void {
    const { local } = this.core;
    local.setRender('video', toRenderOptions(params, local.settings.render.video, { autoMirror: true }));
  }
}
