import type { LocalTrack } from '../devices/platform.ts';
import { VideoFrames } from '../picture/video-frames.ts';
import type { RemoteTrack } from './engine.ts';
import type { RawPicture } from './playback.ts';

/** Whether this browser tells when there is a frame to read. */
export function canReadFrames(): boolean {
  return 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
}

/** Reads the frames of a track. Those that come while one is read, or while `listener` is busy with it, are left out. */
export class FrameReader {
  readonly #listener: (picture: RawPicture) => void;
  readonly #context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  readonly #frames = new VideoFrames({ onFrame: () => this.#read(), onTick: () => undefined });

  constructor(track: LocalTrack | RemoteTrack, listener: (picture: RawPicture) => void) {
    this.#listener = listener;
    this.setTrack(track);
  }

  setTrack(track: LocalTrack | RemoteTrack): void {
    this.#frames.setTrack(track as LocalTrack);
  }

  close(): void {
    this.#frames.close();
  }

  #read(): void {
    const { video } = this.#frames;
    const { videoWidth: width, videoHeight: height } = video;
    if (!this.#context || width === 0 || height === 0) return;
    const { canvas } = this.#context;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    this.#context.drawImage(video, 0, 0);
    const { data: rgba } = this.#context.getImageData(0, 0, width, height);
    this.#listener({ rgba, width, height, timestamp: Math.round(performance.now()) });
  }
}
