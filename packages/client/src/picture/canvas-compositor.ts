import type { LocalTrack } from '../devices/platform.ts';
import { CanvasSwitcher } from './canvas-switcher.ts';
import { createCanvasTrack, drawFitting } from './canvas-track.ts';
import type { Composition, Compositor, PicturePlatform, Still } from './compositor.ts';
import { loadStill } from './load-still.ts';
import { VideoFrames } from './video-frames.ts';

type Capture = Extract<Composition, { kind: 'capture' }>;

/** Draws on a canvas whose content is a track (W3C mediacapture-fromelement). */
export const browserPictures: PicturePlatform = {
  compose: (capture) => new CanvasCompositor(capture),
  openSwitcher: (options) => new CanvasSwitcher(options),
  load: loadStill,
};

class CanvasCompositor implements Compositor {
  readonly output: LocalTrack;
  readonly #capture: LocalTrack;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #frames = new VideoFrames({
    // Each captured frame is drawn as it comes.
    onFrame: () => this.#composition?.kind === 'capture' && this.#draw(),
    // While no frames come there is a still, a screen that does not change, or a hidden page.
    onTick: (quiet) => (quiet || this.#composition?.kind === 'still') && this.#draw(),
  });
  #composition: Composition | null = null;
  #closed = false;

  constructor(capture: LocalTrack) {
    const settings = capture.getSettings();
    const { canvas, context, output } = createCanvasTrack(settings);
    this.#canvas = canvas;
    this.#context = context;
    this.output = output;
    this.#capture = capture;
    // A screen is to stay readable, as if it were sent itself.
    if ('displaySurface' in settings) output.contentHint = 'detail';
    this.#frames.setTrack(capture);
  }

  show(composition: Composition, fps: number): void {
    if (this.#closed) return;
    this.#composition = composition;
    this.#draw();
    this.#frames.setRate(fps);
  }

  close(): void {
    this.#closed = true;
    this.#frames.close();
    this.output.stop();
  }

  #draw(): void {
    const composition = this.#composition;
    if (!composition || !this.#fitSize()) return;
    if (composition.kind === 'still') {
      drawFitting(this.#context, composition.still as CanvasImageSource & Still, composition.still);
    } else {
      if (this.#frames.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
      this.#drawCapture(composition);
      if (composition.watermark) this.#drawWatermark(composition.watermark);
    }
  }

  /** As large as what is captured, so that nothing else about the stream changes. */
  #fitSize(): boolean {
    const settings = this.#capture.getSettings();
    const width = this.#frames.video.videoWidth || settings.width;
    const height = this.#frames.video.videoHeight || settings.height;
    if (!width || !height) return false;
    const canvas = this.#canvas;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    return true;
  }

  #drawCapture({ upsideDown, mirrored }: Capture): void {
    const { width, height } = this.#canvas;
    const context = this.#context;
    context.save();
    context.translate(width / 2, height / 2);
    // Upside down is a turn by 180 degrees: both axes change, and mirroring changes one back.
    context.scale(upsideDown === mirrored ? 1 : -1, upsideDown ? -1 : 1);
    context.drawImage(this.#frames.video, -width / 2, -height / 2, width, height);
    context.restore();
  }

  #drawWatermark({ still, place }: NonNullable<Capture['watermark']>): void {
    const canvas = this.#canvas;
    const width = place.width * canvas.width;
    const height = (width * still.height) / still.width;
    this.#context.drawImage(
      still as CanvasImageSource & Still,
      place.x * canvas.width,
      place.y * canvas.height,
      width,
      height,
    );
  }
}
