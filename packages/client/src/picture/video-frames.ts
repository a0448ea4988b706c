import type { LocalTrack } from '../devices/platform.ts';
import { startTicker } from './ticker.ts';

export interface FrameEvents {
  /** A frame of the track has come, where the browser tells of it. */
  onFrame(): void;
  /** At the rate, also while the page is hidden. `quiet`: no frames come, or nothing is told of them. */
  onTick(quiet: boolean): void;
}

/** When there is something to draw, and the picture to draw from. */
export class VideoFrames {
  /** Shows the track's newest frame. */
  readonly video = document.createElement('video');
  readonly #events: FrameEvents;
  #fps = 0;
  #stopTicker: (() => void) | null = null;
  /** When the last frame came, in milliseconds. */
  #frameAt = 0;
  #closed = false;

  constructor(events: FrameEvents) {
    this.#events = events;
    this.video.muted = true;
    this.video.playsInline = true;
    this.#follow();
  }

  setTrack(track: LocalTrack | null): void {
    const { video } = this;
    video.srcObject = track && new MediaStream([track as MediaStreamTrack]);
    if (track) video.play().catch(() => undefined);
  }

  /** Frames per second of the ticks. */
  setRate(fps: number): void {
    if (fps === this.#fps || this.#closed) return;
    this.#fps = fps;
    this.#stopTicker?.();
    this.#stopTicker = startTicker(1000 / fps, () => {
      this.#events.onTick(performance.now() - this.#frameAt >= 1500 / fps);
    });
  }

  close(): void {
    this.#closed = true;
    this.#stopTicker?.();
    this.video.srcObject = null;
  }

  #follow(): void {
    const { video } = this;
    if (this.#closed || !('requestVideoFrameCallback' in video)) return;
    video.requestVideoFrameCallback(() => {
      this.#frameAt = performance.now();
      if (!this.#closed) this.#events.onFrame();
      this.#follow();
    });
  }
}
