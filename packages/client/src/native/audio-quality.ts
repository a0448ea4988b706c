import { TRTCAudioQuality } from '@rotunda/protocol';
import type { AudioSettings } from '../session/local-settings.ts';

/** docs/trtc.md 8.4. */
export const AUDIO_QUALITIES: Record<TRTCAudioQuality, AudioSettings> = {
  [TRTCAudioQuality.TRTCAudioQualitySpeech]: {
    kbps: 18,
    stereo: false,
    sampleRate: 16_000,
    processing: true,
  },
  [TRTCAudioQuality.TRTCAudioQualityDefault]: {
    kbps: 50,
    stereo: false,
    sampleRate: 48_000,
    processing: true,
  },
  [TRTCAudioQuality.TRTCAudioQualityMusic]: {
    kbps: 128,
    stereo: true,
    sampleRate: 48_000,
    processing: false,
  },
};
