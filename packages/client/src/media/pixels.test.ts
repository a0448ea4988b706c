import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { swapRedAndBlue, toI420 } from './pixels.ts';

type Rgb = readonly [red: number, green: number, blue: number];

const picture = (...pixels: readonly Rgb[]): Uint8ClampedArray<ArrayBuffer> =>
  Uint8ClampedArray.from(pixels.flatMap((pixel) => [...pixel, 255]));

const part = fc.integer({ min: 0, max: 255 });
const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      pixels: fc.array(fc.tuple(part, part, part), { minLength: width * height, maxLength: width * height }),
    }),
  );

/** The inverse of BT.601 in the limited range, by its definition. */
function toRgb(luma: number, blueness: number, redness: number): Rgb {
  const y = ((luma - 16) * 255) / 219;
  const [cb, cr] = [((blueness - 128) * 255) / 224, ((redness - 128) * 255) / 224];
  return [y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb];
}

describe('I420', () => {
  it.each<[string, Rgb, Rgb]>([
    ['black', [0, 0, 0], [16, 128, 128]],
    ['white', [255, 255, 255], [235, 128, 128]],
    ['grey', [128, 128, 128], [126, 128, 128]],
    ['red', [255, 0, 0], [82, 90, 240]],
    ['green', [0, 255, 0], [144, 54, 34]],
    ['blue', [0, 0, 255], [41, 240, 110]],
    ['yellow', [255, 255, 0], [210, 16, 146]],
    ['cyan', [0, 255, 255], [169, 166, 16]],
    ['magenta', [255, 0, 255], [107, 202, 222]],
  ])('has the %s of BT.601 in the limited range', (_name, rgb, [y, cb, cr]) => {
    const planes = toI420(picture(rgb, rgb, rgb, rgb), { width: 2, height: 2 });
    expect([...planes]).toEqual([y, y, y, y, cb, cr]);
  });

  it('has the planes one after the other, and the mean colour of four pixels', () => {
    const red: Rgb = [255, 0, 0];
    const blue: Rgb = [0, 0, 255];
    const row = [red, red, red, blue];
    const planes = toI420(picture(...row, ...row), { width: 4, height: 2 });
    expect([...planes]).toEqual([82, 82, 82, 41, 82, 82, 82, 41, 90, 165, 240, 175]);
  });

  it('of an odd size ends with the colour of its edge', () => {
    const green: Rgb = [0, 255, 0];
    const blue: Rgb = [0, 0, 255];
    const planes = toI420(picture(green, green, blue, green, green, blue, blue, blue, blue), {
      width: 3,
      height: 3,
    });
    expect(planes).toHaveLength(9 + 2 * 4);
    expect([...planes.subarray(9)]).toEqual([54, 240, 240, 240, 34, 110, 110, 110]);
  });

  it('stays in its range, and a picture of one colour comes back as it was', () => {
    fc.assert(
      fc.property(pictures, ({ width, height, pixels }) => {
        const planes = toI420(picture(...pixels), { width, height });
        const luma = planes.subarray(0, width * height);
        expect(planes).toHaveLength(width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2));
        expect(Math.min(...luma)).toBeGreaterThanOrEqual(16);
        expect(Math.max(...luma)).toBeLessThanOrEqual(235);
        expect(Math.min(...planes)).toBeGreaterThanOrEqual(16);
        expect(Math.max(...planes)).toBeLessThanOrEqual(240);
      }),
    );
    fc.assert(
      fc.property(part, part, part, (...rgb) => {
        const [y = 0, , , , cb = 0, cr = 0] = toI420(picture(rgb, rgb, rgb, rgb), { width: 2, height: 2 });
        for (const [index, value] of toRgb(y, cb, cr).entries()) {
          expect(Math.abs(value - (rgb[index] ?? 0))).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});

it('red and blue change places, and back', () => {
  expect([...swapRedAndBlue(Uint8ClampedArray.of(1, 2, 3, 4, 5, 6, 7, 8))]).toEqual([3, 2, 1, 4, 7, 6, 5, 8]);
  fc.assert(
    fc.property(pictures, ({ pixels }) => {
      expect(swapRedAndBlue(swapRedAndBlue(picture(...pixels)))).toEqual(picture(...pixels));
    }),
  );
});
