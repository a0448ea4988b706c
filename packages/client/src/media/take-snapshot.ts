import type { Snapshot } from './playback.ts';

/** The picture that a `<video>` has now, as it came: neither turned nor mirrored. Null before the first one. */
export function takeSnapshot(video: HTMLVideoElement): Snapshot | null {
  const { videoWidth: width, videoHeight: height } = video;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  if (!context || width === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
  context.drawImage(video, 0, 0);
  return { data: canvas.toDataURL('image/png'), width, height };
}
