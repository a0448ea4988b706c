import type { TRTCVideoFrame, TRTCVideoRenderCallback } from '@rotunda/client';
import { coloursAt, type Colour, type Point } from './colours.ts';

/** A raw picture as the browser itself reads its bytes. */
export interface RawSeen {
  /** One of `TRTCVideoPixelFormat`. */
  readonly pixelFormat: number;
  readonly width: number;
  readonly height: number;
  /** Bytes. */
  readonly length: number;
  readonly rotation: number;
  /** Milliseconds. */
  readonly timestamp: number;
  readonly colours: readonly Colour[];
}

const FORMATS: Readonly<Record<number, VideoPixelFormat>> = { 1: 'I420', 3: 'BGRA', 5: 'RGBA' };

/** Keeps the newest raw picture of each stream. */
export class RawWatch implements TRTCVideoRenderCallback {
  count = 0;
  readonly #newest = new Map<string, TRTCVideoFrame>();

  onRenderVideoFrame(userId: string, streamType: number, frame: TRTCVideoFrame): void {
    this.count += 1;
    this.#newest.set(`${userId} ${streamType}`, frame);
  }

  async newest(userId: string, streamType: number, points: readonly Point[]): Promise<RawSeen | undefined> {
    const frame = this.#newest.get(`${userId} ${streamType}`);
    const format = frame && FORMATS[frame.videoFormat];
    if (!frame?.data || !format) return undefined;
    const { videoFormat: pixelFormat, width, height, length, rotation, timestamp } = frame;
    const read = new VideoFrame(frame.data, {
      format,
      codedWidth: width,
      codedHeight: height,
      timestamp: 0,
      ...(format === 'I420' ? { colorSpace: { matrix: 'smpte170m', fullRange: false } } : {}),
    });
    const bitmap = await createImageBitmap(read);
    read.close();
    return { pixelFormat, width, height, length, rotation, timestamp, colours: coloursAt(bitmap, points) };
  }
}
