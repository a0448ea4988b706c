import type { AudioSettings, VideoSettings } from '../session/local-settings.ts';
import { optionalChoice, optionalString, wrongType, type Given } from './checks.ts';
import { EXTRA_CODE, invalidParameter } from './errors.ts';

type Row = readonly [width: number, height: number, fps: number, kbps: number];

/** docs/trtc.md 8.3. */
const CAMERA: Readonly<Record<string, Row>> = {
  '120p': [160, 120, 15, 200],
  '180p': [320, 180, 15, 350],
  '240p': [320, 240, 15, 400],
  '360p': [640, 360, 15, 800],
  '480p': [640, 480, 15, 900],
  '720p': [1280, 720, 15, 1500],
  '1080p': [1920, 1080, 15, 2000],
  '1440p': [2560, 1440, 30, 4860],
  '4K': [3840, 2160, 30, 9000],
};

const SCREEN: Readonly<Record<string, Row>> = {
  '480p': [640, 480, 5, 900],
  '480p_2': [640, 480, 30, 1000],
  '720p': [1280, 720, 5, 1200],
  '720p_2': [1280, 720, 30, 3000],
  '1080p': [1920, 1080, 5, 1600],
  '1080p_2': [1920, 1080, 30, 4000],
};

export const DEFAULT_CAMERA = settingsOf([640, 480, 15, 900]);
export const DEFAULT_SCREEN = settingsOf([1920, 1080, 5, 1600]);

const AUDIO: Readonly<Record<string, Pick<AudioSettings, 'kbps' | 'stereo'>>> = {
  standard: { kbps: 40, stereo: false },
  'standard-stereo': { kbps: 64, stereo: true },
  high: { kbps: 192, stereo: false },
  'high-stereo': { kbps: 192, stereo: true },
};

export const DEFAULT_AUDIO: AudioSettings = { kbps: 40, stereo: false, sampleRate: 48_000, processing: true };

/** A name of the table or an object; what an object leaves out, or all of it when absent, is as in `current`. */
export function parseVideoProfile(
  profile: unknown,
  source: 'video' | 'sub',
  current: VideoSettings,
): VideoSettings {
  if (profile === undefined || profile === null) return current;
  if (typeof profile === 'string') {
    const row = (source === 'video' ? CAMERA : SCREEN)[profile];
    if (!row) throw invalidParameter(EXTRA_CODE.notInList, `profile ${profile} is unknown`);
    return settingsOf(row);
  }
  if (typeof profile !== 'object') throw wrongType('profile', 'a string or an object');
  const { width, height, frameRate, bitrate } = profile as Given;
  return {
    width: positive(width, 'width') ?? current.width,
    height: positive(height, 'height') ?? current.height,
    fps: positive(frameRate, 'frameRate') ?? current.fps,
    kbps: positive(bitrate, 'bitrate') ?? current.kbps,
  };
}

export function parseAudioOption(option: Given, current: AudioSettings): AudioSettings {
  const profile = optionalChoice(optionalString(option.profile, 'profile'), Object.keys(AUDIO), 'profile');
  const switches = [option.echoCancellation, option.noiseSuppression, option.autoGainControl];
  const given = switches.filter((value) => typeof value === 'boolean');
  return {
    ...current,
    ...(profile === undefined ? {} : AUDIO[profile]),
    // One switch for all three: off when everything that was named is off.
    ...(given.length > 0 ? { processing: given.includes(true) } : {}),
  };
}

function settingsOf([width, height, fps, kbps]: Row): VideoSettings {
  return { width, height, fps, kbps };
}

function positive(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrongType(name, 'a number');
  if (value <= 0) throw invalidParameter(EXTRA_CODE.belowMin, `${name} must be above 0`);
  return value;
}
