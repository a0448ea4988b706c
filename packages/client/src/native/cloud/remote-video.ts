import type { TRTCVideoStreamType } from '@rotunda/protocol';
import type { TRTCRenderParams } from '../params.ts';
import { toLayer, toRenderOptions, toSource, toViews, type Views } from '../video-params.ts';
import { CloudLocalVideo } from './local-video.ts';

/** The pictures of others. */
export class CloudRemoteVideo extends CloudLocalVideo {
  /**
   * Receives and shows a user's big (0), small (1) or screen (2) stream; before it is there, as soon as it comes.
   * `onFirstVideoFrame` when the first picture is there, `onWarning(2101)` if it cannot be decoded.
   *
   * @param views - an element of the page or its id, an array of these, or null to receive without showing. What the page has in
   * it stays.
   */
  startRemoteView(userId: string, views: Views, streamType?: TRTCVideoStreamType): void {
    const stream = { userId, source: toSource(streamType), layer: toLayer(streamType) };
    this.core.views.start(stream, toViews(views));
  }

  /** Shows a picture that `startRemoteView` asked for in these views instead. */
  updateRemoteView(userId: string, views: Views, streamType?: TRTCVideoStreamType): void {
    this.core.views.setViews(userId, toSource(streamType), toViews(views));
  }

  /**
   * Receives and shows a user's stream no longer, also one that is received without having been asked for; what the page has in the views
   * stays. Harmless if it was not received.
   */
  stopRemoteView(userId: string, streamType?: TRTCVideoStreamType): void {
    this.core.views.stop(userId, toSource(streamType));
  }

  /** Receives and shows nobody's pictures any longer, as {@link stopRemoteView} does for one. */
  stopAllRemoteView(): void {
    this.core.views.stopAll();
  }

  /**
   * Which stream of a camera to receive: big (0) or small (1); the big one if the user publishes no small one. Called before
   * `startRemoteView`, it holds for that if it is not told a type itself. Lasts until that user or oneself leaves. Another type:
   * `onError(-2)`.
   */
  setRemoteVideoStreamType(userId: string, streamType: TRTCVideoStreamType): void {
    this.core.views.setLayer(userId, toLayer(streamType));
  }

  /**
   * Stops receiving one stream at once, also one that is received ahead of `startRemoteView`; the last picture stays until the user
   * stops that stream. May be called before there is a picture: then none comes. Lasts until it is taken back, here or by `muteAllRemoteVideoStreams`, or until that
   * user or oneself leaves.
   */
  muteRemoteVideoStream(userId: string, mute: boolean, streamType?: TRTCVideoStreamType): void {
    this.core.views.pause(userId, toSource(streamType), mute);
  }

  /**
   * As `muteRemoteVideoStream` for everybody, also who comes later, and in place of what that said before. `exitRoom` takes it
   * back, `switchRoom` does not.
   */
  muteAllRemoteVideoStreams(mute: boolean): void {
    this.core.views.pauseAll(mute);
  }

  /**
   * How a picture is shown; see `setLocalRenderParams`. Auto does not mirror. May be called before there is a picture; lasts until
   * that user or oneself leaves.
   */
  setRemoteRenderParams(
    userId: string,
    streamType: TRTCVideoStreamType,
    params: Partial<TRTCRenderParams>,
  ): void {
    this.attempt(() => {
      const { views } = this.core;
      const source = toSource(streamType);
      const current = views.renderOf(userId, source);
      views.setRender(userId, source, toRenderOptions(params, current, { autoMirror: false }));
    });
  }
}
