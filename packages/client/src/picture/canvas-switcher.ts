import type { LocalTrack } from '../devices/platform.ts';
import { createCanvasTrack, drawFitting, fillBlack } from './canvas-track.ts';
import type { PictureSwitcher, SwitcherOptions } from './switcher.ts';
import { VideoFrames } from './video-frames.ts';

/** Draws whatever is shown on one canvas. */
export class CanvasSwitcher implements PictureSwitcher {
  readonly output: LocalTrack;
  readonly #context: CanvasRenderingContext2D;
  readonly #frames = new VideoFrames({
    onFrame: () => this.#draw(),
    onTick: (quiet) => quiet && this.#draw(),
  });
  #source: LocalTrack | null = null;

  constructor({ width, height, fps }: SwitcherOptions) {
    const { context, output } = createCanvasTrack({ width, height });
    this.#context = context;
    this.output = output;
    this.#frames.setRate(fps);
  }

  show(track: LocalTrack | null): void {
    if (track !== null && track === this.#source) return;
    this.#source = track;
    this.#frames.setTrack(track);
    this.#draw();
  }

  close(): void {
    this.#frames.close();
    this.output.stop();
  }

  /** Until a new picture delivers, the last one stays. */
  #draw(): void {
    const { video } = this.#frames;
    if (!this.#source) {
      fillBlack(this.#context);
    } else if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      drawFitting(this.#context, video, { width: video.videoWidth, height: video.videoHeight });
    }
  }
}
