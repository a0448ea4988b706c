import { describe, expect, it } from 'vitest';
import { LocalSettings } from './local-settings.ts';

function videoOptions(settings: LocalSettings, captured?: { width: number; height: number }) {
  const options = settings.options('video', captured);
  if (options.kind !== 'video') throw new Error('not a picture');
  return options;
}

describe('what is encoded of a camera', () => {
  it('is scaled down when the camera delivers more than is wanted', () => {
    const settings = new LocalSettings();
    settings.small = { width: 160, height: 90, fps: 15, kbps: 100 };
    const { scaleDownBy, small } = videoOptions(settings, { width: 1280, height: 720 });
    expect([scaleDownBy, small?.scaleDownBy]).toEqual([2, 8]);
  });

  it('is never scaled up, and the small stream never larger than the big one', () => {
    const settings = new LocalSettings();
    settings.small = { width: 1920, height: 1080, fps: 15, kbps: 100 };
    const { scaleDownBy, small } = videoOptions(settings, { width: 320, height: 180 });
    expect([scaleDownBy, small?.scaleDownBy]).toEqual([1, 1]);
  });

  it('has the rate of live scenes in live scenes', () => {
    const settings = new LocalSettings();
    settings.video = { width: 640, height: 360, fps: 15, kbps: 500, liveKbps: 900 };
    expect(videoOptions(settings).maxKbps).toBe(500);
    settings.live = true;
    expect(videoOptions(settings).maxKbps).toBe(900);
  });

  it('never has less at most than at least', () => {
    const settings = new LocalSettings();
    settings.video = { width: 640, height: 360, fps: 15, kbps: 500, liveKbps: 900, minKbps: 800 };
    expect(videoOptions(settings)).toMatchObject({ minKbps: 500, maxKbps: 500 });
    settings.live = true;
    expect(videoOptions(settings)).toMatchObject({ minKbps: 800, maxKbps: 900 });
  });

  it('stays clear unless smoothness or shrinking is asked for; a screen always does', () => {
    const settings = new LocalSettings();
    expect(videoOptions(settings).degradation).toBe('maintain-resolution');
    settings.video = { ...settings.video, mayShrink: true };
    expect(videoOptions(settings).degradation).toBe('balanced');
    settings.preference = 'smooth';
    expect(videoOptions(settings).degradation).toBe('maintain-framerate');
    expect(settings.options('sub')).toMatchObject({ degradation: 'maintain-resolution' });
  });
});

it('has a small stream of its own only where browsers can send two', () => {
  const settings = new LocalSettings();
  settings.video = { width: 320, height: 180, fps: 15, kbps: 250 };
  expect(videoOptions(settings).small).toEqual({ maxKbps: 250, fps: 15, scaleDownBy: 1 });
  expect(videoOptions(settings, { width: 640, height: 360 }).small).toEqual({
    maxKbps: 250,
    fps: 15,
    scaleDownBy: 2,
  });
  settings.video = { width: 480, height: 270, fps: 15, kbps: 350 };
  expect(videoOptions(settings).small).toEqual({ maxKbps: 80, fps: 15, scaleDownBy: 4 });
});

it('gives a small stream no more frames per second than the big one', () => {
  const settings = new LocalSettings();
  const small = { width: 160, height: 90, kbps: 100 };
  settings.small = { ...small, fps: 10 };
  expect(videoOptions(settings).small).toMatchObject({ fps: 10, maxKbps: 100 });
  settings.small = { ...small, fps: 30 };
  expect(videoOptions(settings).small).toMatchObject({ fps: 15 });
});

it('captures the larger of the size asked for and the encoded one', () => {
  const settings = new LocalSettings();
  const width = (): unknown => settings.constraints('video').width;
  settings.capture = { width: 1280, height: 720 };
  expect(width()).toEqual({ ideal: 1280 });
  settings.video = { ...settings.video, width: 1920, height: 1080 };
  expect(width()).toEqual({ ideal: 1920 });
});
