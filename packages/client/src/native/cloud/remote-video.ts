import type { TRTCVideoStreamType } from '@rotunda/protocol';
import type { TRTCRenderParams } from '../params.ts';
import { toLayer, toRenderOptions, toSource, toViews, type Views } from '../video-params.ts';
import { CloudLocalVideo } from './local-video.ts';

/** The pictures of others. */
export class CloudRemoteVideo extends CloudLocalVideo {
  /** Receives and shows a user's stream; before it is there, as soon as it comes. */
  startRemoteView(userId: string, views: Views, streamType?: TRTCVideoStreamType): void {
    const stream = { userId, source: toSource(streamType), layer: toLayer(streamType) };
    this.core.views.start(stream, toViews(views));
  }

  updateRemoteView(userId: string, views: Views, streamType?: TRTCVideoStreamType): void {
    this.core.views.setViews(userId, toSource(streamType), toViews(views));
  }

  stopRemoteView(userId: string, streamType?: TRTCVideoStreamType): void {
    this.core.views.stop(userId, toSource(streamType));
  }

  stopAllRemoteView(): void {
    this.core.views.stopAll();
  }

  /** Big or small; the big one if the user publishes no small one. */
  setRemoteVideoStreamType(userId: string, streamType: TRTCVideoStreamType): void {
    this.core.views.setLayer(userId, toLayer(streamType));
  }

  /**
   * Stops receiving one stream; the last picture stays. May be called before there is a picture: then none comes. Lasts until
   * it is taken back, here or by `muteAllRemoteVideoStreams`, or until that user or oneself leaves.
   */
  muteRemoteVideoStream(userId: string, mute: boolean, streamType?: TRTCVideoStreamType): void {
    this.core.views.pause(userId, toSource(streamType), mute);
  }

  /**
   * The same for everybody, also who comes later, in place of what `muteRemoteVideoStream` said before. `exitRoom` takes it
   * back.
   */
  muteAllRemoteVideoStreams(mute: boolean): void {
    this.core.views.pauseAll(mute);
  }

  setRemoteRenderParams(
    userId: string,
    streamType: TRTCVideoStreamType,
    params: Partial<TRTCRenderParams>,
  ): void {
    const { views } = this.core;
    const source = toSource(streamType);
    const current = views.renderOf(userId, source);
    views.setRender(userId, source, toRenderOptions(params, current, { autoMirror: false }));
  }
}
