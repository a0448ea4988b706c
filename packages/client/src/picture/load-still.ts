import type { Still, StillSource } from './compositor.ts';

/** An image as a page has it. Rejects if there is none, also if another server does not let this page read it. */
export async function loadStill(source: StillSource): Promise<Still> {
  if (source.kind === 'pixels') {
    return createImageBitmap(new ImageData(source.rgba, source.width, source.height));
  }
  const image = new Image();
  // What this page may not read would make the canvas unreadable.
  image.crossOrigin = 'anonymous';
  image.src = source.url;
  await image.decode();
  return image;
}
