/** Bytes of a pixel that has its opacity with it. */
const DEPTH = 4;

/** RGBA becomes BGRA and BGRA becomes RGBA, in place. */
export function swapRedAndBlue(pixels: Uint8ClampedArray<ArrayBuffer>): Uint8ClampedArray<ArrayBuffer> {
  for (let at = 0; at < pixels.length; at += DEPTH) {
    const first = pixels[at] ?? 0;
    pixels[at] = pixels[at + 2] ?? 0;
    pixels[at + 2] = first;
  }
  return pixels;
}

/**
 * RGBA as I420 of BT.601 in the limited range: `width` x `height` bytes of brightness (16 to 235), then blue and red differences
 * (16 to 240), each of half the width and half the height, rounded up. A difference is that of the mean of its four pixels; where a
 * picture of odd size ends, its edge counts twice.
 */
export function toI420(
  rgba: Uint8ClampedArray<ArrayBuffer>,
  { width, height }: { width: number; height: number },
): Uint8Array<ArrayBuffer> {
  const size = width * height;
  const [columns, rows] = [(width + 1) >> 1, (height + 1) >> 1];
  const planes = new Uint8Array(size + 2 * columns * rows);
  const at = (index: number): number => rgba[index] ?? 0;
  for (let pixel = 0, from = 0; pixel < size; pixel++, from += DEPTH) {
    planes[pixel] = ((66 * at(from) + 129 * at(from + 1) + 25 * at(from + 2) + 128) >> 8) + 16;
  }
  for (let row = 0, to = size; row < rows; row++) {
    const upper = 2 * row * width;
    const lower = 2 * row + 1 < height ? upper + width : upper;
    for (let column = 0; column < columns; column++, to++) {
      const left = 2 * column;
      const right = left + 1 < width ? left + 1 : left;
      const [a, b, c, d] = [upper + left, upper + right, lower + left, lower + right];
      const sum = (part: number): number =>
        at(a * DEPTH + part) + at(b * DEPTH + part) + at(c * DEPTH + part) + at(d * DEPTH + part);
      const [red, green, blue] = [sum(0), sum(1), sum(2)];
      planes[to] = ((112 * blue - 38 * red - 74 * green + 512) >> 10) + 128;
      planes[to + columns * rows] = ((112 * red - 94 * green - 18 * blue + 512) >> 10) + 128;
    }
  }
  return planes;
}
