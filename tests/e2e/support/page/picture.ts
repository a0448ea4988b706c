/** What a `<video>` shows, over all colour channels, as numbers from 0 to 255. A black or grey picture has no spread. */
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
  const levels = data.filter((_, index) => index % 4 < 3);
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  const variance = levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length;
  return { mean, spread: Math.sqrt(variance), width: video.videoWidth, height: video.videoHeight };
}
