import type { Source } from '@rotunda/protocol';
import type { PublishOptions, VideoCodec } from '../media/engine.ts';
import type { RenderOptions } from '../media/playback.ts';

/** Pixels, frames per second, kbit/s. */
export interface VideoSettings {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kbps: number;
}

export interface AudioSettings {
  readonly kbps: number;
  readonly stereo: boolean;
  /** Hz. */
  readonly sampleRate: 16_000 | 48_000;
  /** Echo cancellation, noise suppression, gain control, and next to nothing sent while it is silent; off for music. */
  readonly processing: boolean;
}

/** The small stream is a quarter of the big one's width and height unless a size is asked for. */
const DEFAULT_SMALL_SCALE = 4;

/** How the user's sources are captured, encoded and shown to the user. Survives stays. */
export class LocalSettings {
  video: VideoSettings = { width: 640, height: 360, fps: 15, kbps: 550 };
  sub: VideoSettings = { width: 1920, height: 1080, fps: 10, kbps: 1_600 };
  audio: AudioSettings = { kbps: 50, stereo: false, sampleRate: 48_000, processing: true };
  /** The wanted size of the small stream; `auto` derives it from the big one. */
  small: VideoSettings | 'auto' | 'off' = 'auto';
  codec: VideoCodec = 'vp8';
  readonly devices: { video?: string; audio?: string } = {};
  readonly muted: Record<Source, boolean> = { audio: false, video: false, sub: false };
  readonly render: Record<'video' | 'sub', RenderOptions> = {
    video: { fit: 'contain', mirror: true, rotation: 0 },
    sub: { fit: 'contain', mirror: false, rotation: 0 },
  };

  constraints(source: Source): MediaTrackConstraints {
    if (source === 'audio') {
      const { processing, stereo } = this.audio;
      return {
        echoCancellation: processing,
        noiseSuppression: processing,
        autoGainControl: processing,
        channelCount: { ideal: stereo ? 2 : 1 },
        ...deviceConstraint(this.devices.audio),
      };
    }
    const { width, height, fps } = this[source];
    return {
      width: { ideal: width },
      height: { ideal: height },
      frameRate: { ideal: fps },
      ...(source === 'video' ? deviceConstraint(this.devices.video) : {}),
    };
  }

  options(source: Source): PublishOptions {
    const muted = this.muted[source];
    if (source === 'audio') {
      const { kbps, stereo, sampleRate, processing } = this.audio;
      return { kind: 'audio', maxKbps: kbps, stereo, sampleRate, dtx: processing, muted };
    }
    const { fps, kbps } = this[source];
    const small = source === 'video' ? this.#small() : null;
    return { kind: 'video', codec: this.codec, maxKbps: kbps, fps, small, muted };
  }

  #small(): { maxKbps: number; scaleDownBy: number } | null {
    if (this.small === 'off') return null;
    if (this.small === 'auto') {
      return { maxKbps: Math.max(80, Math.round(this.video.kbps / 5)), scaleDownBy: DEFAULT_SMALL_SCALE };
    }
    const scaleDownBy = Math.max(
      1,
      Math.max(this.video.width, this.video.height) / Math.max(this.small.width, this.small.height),
    );
    return { maxKbps: this.small.kbps, scaleDownBy };
  }
}

function deviceConstraint(deviceId: string | undefined): MediaTrackConstraints {
  return deviceId ? { deviceId: { exact: deviceId } } : {};
}
