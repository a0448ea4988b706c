/** From the left and from the top, as parts of width and height. */
export type Point = readonly [x: number, y: number];

const COLOURS = {
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  magenta: [255, 0, 255],
  cyan: [0, 255, 255],
  white: [255, 255, 255],
  black: [0, 0, 0],
} as const;

export type Colour = keyof typeof COLOURS;

/** The colours at some points of a picture, each by the nearest name. */
export function coloursAt(
  picture: HTMLVideoElement | ImageBitmap,
  points: readonly Point[],
): readonly Colour[] {
  const video = picture instanceof HTMLVideoElement;
  const [width, height] = video ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this browser has no 2d canvas');
  context.drawImage(picture, 0, 0);
  return points.map(([x, y]) => {
    const at = [Math.min(width - 1, x * width), Math.min(height - 1, y * height)] as const;
    const [red = 0, green = 0, blue = 0] = context.getImageData(at[0], at[1], 1, 1).data;
    return nearest([red, green, blue]);
  });
}

/** The same of an image file. */
export async function coloursOfImage(url: string, points: readonly Point[]): Promise<readonly Colour[]> {
  const blob = await (await fetch(url)).blob();
  return coloursAt(await createImageBitmap(blob), points);
}

function nearest(pixel: readonly [number, number, number]): Colour {
  const distances = Object.entries(COLOURS).map(([name, colour]) => ({
    name: name as Colour,
    distance: colour.reduce<number>((sum, part, at) => sum + (part - (pixel[at] ?? 0)) ** 2, 0),
  }));
  return distances.reduce((best, each) => (each.distance < best.distance ? each : best)).name;
}
