import type { LocalTrack } from '../devices/platform.ts';
import type { Composition, Compositor, PicturePlatform, Still } from './compositor.ts';
import { loadStill } from './load-still.ts';
import { startTicker } from './ticker.ts';

type Capture = Extract<Composition, { kind: 'capture' }>;

/** Draws on a canvas whose content is a track (W3C mediacapture-fromelement). */
export const browserPictures: PicturePlatform = {
  compose: (capture) => new CanvasCompositor(capture),
  load: loadStill,
};

class CanvasCompositor implements Compositor {
  readonly output: LocalTrack;
  readonly #capture: LocalTrack;
  readonly #video = document.createElement('video');
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  #composition: Composition | null = null;
  #fps = 0;
  #stopTicker: (() => void) | null = null;
  /** When the last captured frame came, in milliseconds. */
  #frameAt = 0;
  #closed = false;

  constructor(capture: LocalTrack) {
    const canvas = this.#canvas;
    const context = canvas.getContext('2d', { alpha: false });
    if (!context || !('captureStream' in canvas)) throw unsupported();
    this.#context = context;
    this.#capture = capture;
    this.#fitSize();
    const [output] = canvas.captureStream().getVideoTracks();
    if (!output) throw unsupported();
    // A screen is to stay readable, as if it were sent itself.
    if ('displaySurface' in capture.getSettings()) output.contentHint = 'detail';
    this.output = output;
    const video = this.#video;
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([capture as MediaStreamTrack]);
    video.play().catch(() => undefined);
    this.#followFrames();
  }

  show(composition: Composition, fps: number): void {
    if (this.#closed) return;
    this.#composition = composition;
    this.#draw();
    if (fps === this.#fps) return;
    this.#fps = fps;
    this.#stopTicker?.();
    this.#stopTicker = startTicker(1000 / fps, () => this.#onTick());
  }

  close(): void {
    this.#closed = true;
    this.#stopTicker?.();
    this.output.stop();
    this.#video.srcObject = null;
  }

  /** Each captured frame is drawn as it comes, where the browser tells of it. */
  #followFrames(): void {
    const video = this.#video;
    if (this.#closed || !('requestVideoFrameCallback' in video)) return;
    video.requestVideoFrameCallback(() => {
      this.#frameAt = performance.now();
      if (!this.#closed && this.#composition?.kind === 'capture') this.#draw();
      this.#followFrames();
    });
  }

  /** Draws while no frames come: a still, a screen that does not change, and everything while the page is hidden. */
  #onTick(): void {
    const frames = performance.now() - this.#frameAt < 1500 / this.#fps;
    if (!frames || this.#composition?.kind === 'still') this.#draw();
  }

  #draw(): void {
    const composition = this.#composition;
    if (!composition || !this.#fitSize()) return;
    if (composition.kind === 'still') {
      this.#drawStill(composition.still);
    } else {
      if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
      this.#drawCapture(composition);
      if (composition.watermark) this.#drawWatermark(composition.watermark);
    }
  }

  /** As large as what is captured, so that nothing else about the stream changes. */
  #fitSize(): boolean {
    const settings = this.#capture.getSettings();
    const width = this.#video.videoWidth || settings.width;
    const height = this.#video.videoHeight || settings.height;
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
    context.drawImage(this.#video, -width / 2, -height / 2, width, height);
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

  #drawStill(still: Still): void {
    const { width, height } = this.#canvas;
    const context = this.#context;
    const scale = Math.min(width / still.width, height / still.height);
    const [w, h] = [still.width * scale, still.height * scale];
    context.fillStyle = 'black';
    context.fillRect(0, 0, width, height);
    context.drawImage(still as CanvasImageSource & Still, (width - w) / 2, (height - h) / 2, w, h);
  }
}

function unsupported(): DOMException {
  return new DOMException('this browser cannot draw pictures into a track', 'NotSupportedError');
}
