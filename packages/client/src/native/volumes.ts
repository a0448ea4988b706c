import type { UserVolume } from '../measures/loudness.ts';

/** How loud one user was (docs/trtc.md 2.1). */
export class TRTCVolumeInfo {
  /** Empty for oneself. */
  userId: string;
  /** 0 to 100. */
  volume: number;
  /** 1 while it is as loud as speech, otherwise 0: a browser tells loud from quiet, not a voice from other sound. */
  vad: number;
  /** Always 0: not measured. */
  pitch: number;
  /** Always empty: not measured. */
  spectrumData: Float32Array;
  /** Always 0. */
  spectrumDataLength: number;

  constructor(
    userId = '',
    volume = 0,
    vad = 0,
    pitch = 0,
    spectrumData: Float32Array = new Float32Array(0),
    spectrumDataLength = 0,
  ) {
    this.userId = userId;
    this.volume = volume;
    this.vad = vad;
    this.pitch = pitch;
    this.spectrumData = spectrumData;
    this.spectrumDataLength = spectrumDataLength;
  }
}

export function toVolumeInfo({ userId, volume, speaking }: UserVolume): TRTCVolumeInfo {
  return new TRTCVolumeInfo(userId, volume, speaking ? 1 : 0);
}
