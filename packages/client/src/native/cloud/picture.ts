import { TRTC_ERRORS, type TRTCVideoStreamType } from '@rotunda/protocol';
import { TRTCVideoRotation, type TRTCWaterMarkSrcType } from '../enums.ts';
import type { TRTCImageBuffer } from '../params.ts';
import { parseImageBuffer, parseWaterMark } from '../stills.ts';
import { toSource } from '../video-params.ts';
import { CloudRemoteVideo } from './remote-video.ts';

/** Frames a second of a picture that stands for a muted one. */
const SUBSTITUTE_FPS = [5, 10] as const;

/**
 * What is done with pictures. What the others see of one's own is drawn anew as soon as something is to be done to it, in the
 * captured size; the preview does not change. A browser that cannot draw into a track sends pictures as they are captured:
 * `onWarning(-4)`. Drawing goes on while the page is hidden, at the same rate where the page's content security policy allows
 * workers of `blob:` addresses, otherwise about once a second.
 */
export class CloudPicture extends CloudRemoteVideo {
  /**
   * Draws an image on the camera's (0) or the screen's (2) picture, for the others; mirroring and turning leave it readable.
   * Holds until it is changed, also in the next room. Null removes it. An image that cannot be loaded, or wrong values:
   * `onError(-2)`, and nothing changes.
   *
   * @param srcData - for a file (0) its address, which another server must allow this page to read (CORS); otherwise the
   * pixels, BGRA (1) or RGBA (2), of which `nWidth` and `nHeight` give the size.
   * @param xOffset - left edge, 0 to 1 of the picture's width.
   * @param yOffset - upper edge, 0 to 1 of the picture's height.
   * @param fWidthRatio - width, 0 to 1 of the picture's width; the height follows.
   */
  setWaterMark(
    streamType: TRTCVideoStreamType,
    srcData: ArrayBuffer | string | null,
    srcType: TRTCWaterMarkSrcType,
    nWidth: number,
    nHeight: number,
    xOffset: number,
    yOffset: number,
    fWidthRatio: number,
  ): void {
    this.attempt(() => {
      const given = { srcType, nWidth, nHeight, xOffset, yOffset, fWidthRatio };
      const removed = srcData === null || srcData === undefined || srcType === null || srcType === undefined;
      const watermark = removed ? null : parseWaterMark({ ...given, srcData });
      this.#orFail(this.core.local.pictures[toSource(streamType)].setWatermark(watermark), 'the watermark');
    });
  }

  /**
   * The image that the others get while the camera is muted by `muteLocalVideo`, letterboxed into the camera's size; the stream then
   * goes on, so they are not told that the camera is unavailable. Null, as at first: nothing is sent while muted. Needs a camera that
   * is started. No image: `onError(-2)`.
   *
   * @param fps - frames a second, 5 to 10; 5 without it.
   */
  setVideoMuteImage(imageBuffer: TRTCImageBuffer | null, fps?: number): void {
    this.attempt(() => {
      const [least, most] = SUBSTITUTE_FPS;
      const rate = Math.min(most, Math.max(least, fps ?? least));
      const substitute = imageBuffer && { source: parseImageBuffer(imageBuffer), fps: rate };
      this.#orFail(this.core.local.pictures.video.setSubstitute(substitute), 'the image');
    });
  }

  /** Turns the camera's picture for the others: 0, or 2 for upside down. Otherwise `onError(-2)`. */
  setVideoEncoderRotation(rotation: TRTCVideoRotation): void {
    const { pictures } = this.core.local;
    pictures.video.setUpsideDown(rotation === TRTCVideoRotation.TRTCVideoRotation180);
  }

  /** Mirrors the camera's picture for the others. */
  setVideoEncoderMirror(mirror: boolean): void {
    this.core.local.pictures.video.setMirrored(mirror);
  }

  /**
   * Takes the picture that a user's stream has now, in the size in which it arrives and neither turned nor mirrored; an empty
   * `userId` means one's own, as it is captured. `onSnapshotComplete` brings it; if there is no picture, `onError(-3)` and then
   * `onSnapshotComplete` without one.
   */
  snapshotVideo(userId: string, type: TRTCVideoStreamType): void {
    const { local, views } = this.core;
    const source = toSource(type);
    const snapshot = userId === '' ? local.snapshot(source) : views.snapshot(userId, source);
    this.later(() => {
      if (!snapshot) this.fire('onError', TRTC_ERRORS.ERR_REFUSED.code, 'there is no picture to take');
      const { data, width, height } = snapshot ?? { data: '', width: 0, height: 0 };
      this.fire('onSnapshotComplete', userId, type, data, width, height);
    });
  }

  #orFail(loading: Promise<void>, what: string): void {
    loading.catch(() =>
      this.fire('onError', TRTC_ERRORS.ERR_INVALID_PARAMETER.code, `${what} could not be loaded`),
    );
  }
}
