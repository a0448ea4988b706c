import { TRTC_ERRORS, type TRTCVideoStreamType } from '@rotunda/protocol';
import { swapRedAndBlue, toI420 } from '../../media/pixels.ts';
import type { RawPicture } from '../../media/playback.ts';
import {
  TRTCVideoBufferType,
  TRTCVideoFrame,
  TRTCVideoPixelFormat,
  type TRTCVideoRenderCallback,
} from '../raw-frames.ts';
import { toStreamType } from '../video-params.ts';
import { CloudPicture } from './picture.ts';

const { TRTCVideoPixelFormat_I420, TRTCVideoPixelFormat_BGRA32, TRTCVideoPixelFormat_RGBA32 } =
  TRTCVideoPixelFormat;

const FORMATS = new Map<number, (picture: RawPicture) => { readonly buffer: ArrayBuffer }>([
  [TRTCVideoPixelFormat_I420, (picture) => toI420(picture.rgba, picture)],
  [TRTCVideoPixelFormat_BGRA32, ({ rgba }) => swapRedAndBlue(rgba)],
  [TRTCVideoPixelFormat_RGBA32, ({ rgba }) => rgba],
]);

interface Wanted {
  readonly pixelFormat: number;
  readonly bufferType: number;
  readonly callback: TRTCVideoRenderCallback | null;
}

type Deliver = (userId: string, streamType: TRTCVideoStreamType, picture: RawPicture) => void;

/**
 * Pictures, pixel by pixel. What is shown in views goes on being shown; without a view pictures are given all the same. One comes at a
 * time: those that come while one is read, or while the callback works, are left out, and so is all while the page is hidden, when a
 * browser shows no pictures.
 */
export class CloudRawPictures extends CloudPicture {
  /**
   * Gives the pictures of the user's own camera and shared screen to `callback`, as they are captured: neither mirrored nor turned, and
   * without a watermark. In and outside of rooms, also of what is started later, until it is set to null or the room is left; none comes
   * after `stopLocalPreview` or `destroy`.
   *
   * @param pixelFormat - 1 (I420), 3 (BGRA32) or 5 (RGBA32).
   * @param bufferType - 1 (buffer).
   * @param callback - takes the place of the one before; null for none, and then the formats are of no importance.
   * @returns 0; -1327 for another format, -1328 for another type, -2 for no callback, -4 in a browser that does not tell of frames. Then
   * nothing changes.
   */
  setLocalVideoRenderCallback(
    pixelFormat: TRTCVideoPixelFormat,
    bufferType: TRTCVideoBufferType,
    callback: TRTCVideoRenderCallback | null,
  ): number {
    return this.#set({ pixelFormat, bufferType, callback }, (deliver) =>
      this.core.local.setFrameListener(
        deliver && ((source, picture) => deliver('', toStreamType(source), picture)),
      ),
    );
  }

  /**
   * Gives the pictures of a user to `callback`, in the size in which they arrive and neither mirrored nor turned: the streams that
   * `startRemoteView` receives, with or without a view, also if it is called later. Until it is set to null, or that user or oneself
   * leaves.
   *
   * @param userId - not empty.
   * @param pixelFormat - see `setLocalVideoRenderCallback`, also for what follows.
   * @returns also -2 for no userId.
   */
  setRemoteVideoRenderCallback(
    userId: string,
    pixelFormat: TRTCVideoPixelFormat,
    bufferType: TRTCVideoBufferType,
    callback: TRTCVideoRenderCallback | null,
  ): number {
    if (typeof userId !== 'string' || userId === '') return TRTC_ERRORS.ERR_INVALID_PARAMETER.code;
    return this.#set({ pixelFormat, bufferType, callback }, (deliver) =>
      this.core.views.setFrameListener(
        userId,
        deliver && (({ source, layer }, picture) => deliver(userId, toStreamType(source, layer), picture)),
      ),
    );
  }

  #set(wanted: Wanted, set: (deliver: Deliver | null) => void): number {
    const { callback } = wanted;
    if (callback === null) {
      set(null);
      return 0;
    }
    const problem = findProblem(wanted);
    if (problem) return TRTC_ERRORS[problem].code;
    if (!this.core.views.readsFrames) return TRTC_ERRORS.ERR_NOT_SUPPORTED.code;
    set((userId, streamType, picture) => {
      const frame = toFrame(wanted, picture);
      try {
        callback.onRenderVideoFrame(userId, streamType, frame);
      } catch (error) {
        // Told to the page as what a listener throws, and the next picture comes.
        this.later(() => {
          throw error;
        });
      }
    });
    return 0;
  }
}

function findProblem({ pixelFormat, bufferType, callback }: Wanted): keyof typeof TRTC_ERRORS | null {
  if (typeof callback?.onRenderVideoFrame !== 'function') return 'ERR_INVALID_PARAMETER';
  if (!FORMATS.has(pixelFormat)) return 'ERR_PIXEL_FORMAT_UNSUPPORTED';
  if (bufferType !== TRTCVideoBufferType.TRTCVideoBufferType_Buffer) return 'ERR_BUFFER_TYPE_UNSUPPORTED';
  return null;
}

function toFrame({ pixelFormat, bufferType }: Wanted, picture: RawPicture): TRTCVideoFrame {
  const data = FORMATS.get(pixelFormat)?.(picture).buffer ?? null;
  const { width, height, timestamp } = picture;
  const length = data?.byteLength;
  return new TRTCVideoFrame(pixelFormat, bufferType, data, 0, length, width, height, timestamp);
}
