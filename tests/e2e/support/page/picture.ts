/** What a `<video>` shows, as numbers from 0 to 255. A black or grey picture has no spread. */
export interface Picture {
  readonly mean: number;
  readonly spread: number;
  readonly width: number;
  readonly height: number;
}

const SIDE = 64;

/** Draws the current frame small and measures it. */
export function measurePicture(video: HTMLVideoElement): Picture {
  const canvas = document.createElement('canvas');
  canvas.width = SIDE;
  canvas.height = SIDE;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this browser has no 2d canvas');
  context.drawImage(video, 0, 0, SIDE, SIDE);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  const greys: number[] = [];
  for (let at = 0; at + 2 < data.length; at += 4) {
    greys.push(((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 3);
  }
  const mean = greys.reduce((sum, grey) => sum + grey, 0) / greys.length;
  const variance = greys.reduce((sum, grey) => sum + (grey - mean) ** 2, 0) / greys.length;
  return { mean, spread: Math.sqrt(variance), width: video.videoWidth, height: video.videoHeight };
}
