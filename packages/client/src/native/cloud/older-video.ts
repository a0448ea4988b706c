import { TRTCVideoStreamType } from '@rotunda/protocol';
import { TRTCVideoMirrorType, type TRTCVideoFillMode, type TRTCVideoRotation } from '../enums.ts';
import { toStreamType, type Views } from '../video-params.ts';
import { CloudRawPictures } from './raw-pictures.ts';

const { TRTCVideoStreamTypeBig: BIG, TRTCVideoStreamTypeSub: SUB } = TRTCVideoStreamType;

/** Pictures under the names of older versions: each does what the newer method does that it names. */
export class CloudOlderVideo extends CloudRawPictures {
  #prior: TRTCVideoStreamType = BIG;

  /** Which stream `startRemoteView` receives when neither it nor `setRemoteVideoStreamType` says so. */
  setPriorRemoteVideoStreamType(type: TRTCVideoStreamType): void {
    this.#prior = type;
  }

  /**
   * Receives and shows a user's big (0), small (1) or screen (2) stream; before it is there, as soon as it comes. Without a stream type,
   * that of `setRemoteVideoStreamType`, or else of `setPriorRemoteVideoStreamType`. `onFirstVideoFrame` when the first picture is there, `onWarning(2101)` if it cannot be
   * decoded.
   *
   * @param views - where to show it, or null to receive without showing. What the page has in a view stays.
   */
  override startRemoteView(userId: string, views: Views, streamType?: TRTCVideoStreamType): void {
    const layer = this.core.views.layerOf(userId);
    const chosen = layer ? toStreamType('video', layer) : this.#prior;
    super.startRemoteView(userId, views, streamType ?? chosen);
  }

  /** As `setLocalRenderParams`. */
  setLocalViewFillMode(mode: TRTCVideoFillMode): void {
    this.setLocalRenderParams({ fillMode: mode });
  }

  /** As `setLocalRenderParams`. */
  setLocalViewRotation(rotation: TRTCVideoRotation): void {
    this.setLocalRenderParams({ rotation });
  }

  /** As `setLocalRenderParams`. */
  setLocalViewMirror(mirror: boolean): void {
    const { TRTCVideoMirrorType_Enable, TRTCVideoMirrorType_Disable } = TRTCVideoMirrorType;
    this.setLocalRenderParams({
      mirrorType: mirror ? TRTCVideoMirrorType_Enable : TRTCVideoMirrorType_Disable,
    });
  }

  /** As `setRemoteRenderParams`, of the camera. */
  setRemoteViewFillMode(userId: string, mode: TRTCVideoFillMode): void {
    this.setRemoteRenderParams(userId, BIG, { fillMode: mode });
  }

  /** As `setRemoteRenderParams`, of the camera. */
  setRemoteViewRotation(userId: string, rotation: TRTCVideoRotation): void {
    this.setRemoteRenderParams(userId, BIG, { rotation });
  }

  /** As `startRemoteView`, of the screen. */
  startRemoteSubStreamView(userId: string, view: Views): void {
    this.startRemoteView(userId, view, SUB);
  }

  /** As `stopRemoteView`, of the screen. */
  stopRemoteSubStreamView(userId: string): void {
    this.stopRemoteView(userId, SUB);
  }

  /** As `setRemoteRenderParams`, of the screen. */
  setRemoteSubStreamViewFillMode(userId: string, mode: TRTCVideoFillMode): void {
    this.setRemoteRenderParams(userId, SUB, { fillMode: mode });
  }

  /** As `setRemoteRenderParams`, of the screen. */
  setRemoteSubStreamViewRotation(userId: string, rotation: TRTCVideoRotation): void {
    this.setRemoteRenderParams(userId, SUB, { rotation });
  }
}
