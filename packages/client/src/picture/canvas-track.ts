import type { LocalTrack } from '../devices/platform.ts';

/** A canvas whose content is a track (W3C mediacapture-fromelement). */
export interface CanvasTrack {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  readonly output: LocalTrack & MediaStreamTrack;
}

/** Pixels; as far as they are known. Throws if this browser has none. */
export function createCanvasTrack({ width, height }: { width?: number; height?: number }): CanvasTrack {
  const canvas = document.createElement('canvas');
  if (width) canvas.width = width;
  if (height) canvas.height = height;
  const context = canvas.getContext('2d', { alpha: false });
  const [output] = context && 'captureStream' in canvas ? canvas.captureStream().getVideoTracks() : [];
  if (!context || !output) {
    throw new DOMException('this browser cannot draw pictures into a track', 'NotSupportedError');
  }
  return { canvas, context, output };
}

export function fillBlack(context: CanvasRenderingContext2D): void {
  context.fillStyle = 'black';
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
}

/** As large as it fits, in the middle, on black. */
export function drawFitting(
  context: CanvasRenderingContext2D,
  image: CanvasImageSource,
  size: { readonly width: number; readonly height: number },
): void {
  const { width, height } = context.canvas;
  const scale = Math.min(width / size.width, height / size.height);
  const [w, h] = [size.width * scale, size.height * scale];
  fillBlack(context);
  context.drawImage(image, (width - w) / 2, (height - h) / 2, w, h);
}
