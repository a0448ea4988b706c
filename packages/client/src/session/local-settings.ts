import type { Source } from '@rotunda/protocol';
import type { Degradation, PublishOptions, VideoCodec } from '../media/engine.ts';
import type { RenderOptions } from '../media/playback.ts';

/** Pixels, frames per second, kbit/s. */
export interface VideoSettings {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kbps: number;
  /** The rate in live scenes, when it is another one. */
  readonly liveKbps?: number;
  /** Not less even on a poor network; counts from when a stream begins. */
  readonly minKbps?: number;
  /** Whether the size may shrink on a poor network although a clear picture is preferred. */
  readonly mayShrink?: boolean;
}

/** Pixels of a captured picture. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** What is to be offered first when the user is asked what to share (W3C screen-capture). */
export interface ScreenHints {
  readonly surface: 'monitor' | 'window' | 'browser';
  /** Whether the mouse is in the picture. */
  readonly mouse: boolean;
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

/** Pixels. Of a smaller picture browsers send one layer only, the first, whatever they are asked for. */
const LEAST_FOR_TWO = 480 * 270;

/** How the user's sources are captured, encoded and shown to the user. Survives stays. */
export class LocalSettings {
  video: VideoSettings = { width: 640, height: 360, fps: 15, kbps: 550 };
  sub: VideoSettings = { width: 1920, height: 1080, fps: 10, kbps: 1_600 };
  audio: AudioSettings = { kbps: 50, stereo: false, sampleRate: 48_000, processing: true };
  /** The wanted size of the small stream; `auto` derives it from the big one. */
  small: VideoSettings | 'auto' | 'off' = 'auto';
  codec: VideoCodec = 'vp8';
  /** What the camera is given up first on a poor network: size and sharpness, or frames. */
  preference: 'smooth' | 'clear' = 'clear';
  /** The size to capture the camera in if it is larger than the encoded one. */
  capture: PictureSize | null = null;
  /** Whether messages may ride on pictures. A change begins what is being sent anew. */
  readonly carriesSei = { video: false, sub: false };
  /** Whether the scene is one of the live ones. */
  live = false;
  readonly devices: { video?: string; audio?: string } = {};
  readonly muted: Record<Source, boolean> = { audio: false, video: false, sub: false };
  /** Of what no picture is sent for now. */
  readonly paused = new Set<Source>();
  screen: ScreenHints | null = null;
  readonly render: Record<'video' | 'sub', RenderOptions> = {
    video: { fit: 'contain', mirror: true, rotation: 0 },
    sub: { fit: 'contain', mirror: false, rotation: 0 },
  };

  /** Which camera or microphone to open; without an id, the platform's default one. */
  choose(source: 'video' | 'audio', deviceId: string | undefined): void {
    if (deviceId) this.devices[source] = deviceId;
    else delete this.devices[source];
  }

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
    const { fps } = this[source];
    const { width, height } = this.#captureSize(source);
    return {
      width: { ideal: width },
      height: { ideal: height },
      frameRate: { ideal: fps },
      ...(source === 'video' ? deviceConstraint(this.devices.video) : screenConstraints(this.screen)),
    };
  }

  /** @param captured the size that the platform delivers, if it is known */
  options(source: Source, captured: Partial<PictureSize> = {}): PublishOptions {
    const muted = this.muted[source];
    if (source === 'audio') {
      const { kbps, stereo, sampleRate, processing } = this.audio;
      return { kind: 'audio', maxKbps: kbps, stereo, sampleRate, dtx: processing, muted };
    }
    const settings = this[source];
    const { width, height } = settings;
    const maxKbps = this.#kbps(settings);
    const from = { width: captured.width ?? width, height: captured.height ?? height };
    const scaleDownBy = scaleTo(settings, from);
    return {
      kind: 'video',
      codec: this.codec,
      maxKbps,
      minKbps: Math.min(settings.minKbps ?? 0, maxKbps),
      fps: settings.fps,
      scaleDownBy,
      small: source === 'video' ? this.#small(from, scaleDownBy) : null,
      degradation: this.#degradation(source),
      carriesSei: this.carriesSei[source],
      layers: this.paused.has(source) ? 'none' : 'all',
      muted,
    };
  }

  #small(from: PictureSize, bigScale: number): { maxKbps: number; fps: number; scaleDownBy: number } | null {
    const { small } = this;
    const { fps } = this.video;
    const bigKbps = this.#kbps(this.video);
    if (small === 'off') return null;
    if (from.width * from.height < LEAST_FOR_TWO * bigScale ** 2)
      return { maxKbps: bigKbps, fps, scaleDownBy: bigScale };
    if (small === 'auto') {
      const maxKbps = Math.max(80, Math.round(bigKbps / 5));
      return { maxKbps, fps, scaleDownBy: bigScale * DEFAULT_SMALL_SCALE };
    }
    const scaleDownBy = Math.max(bigScale, scaleTo(small, from));
    return { maxKbps: this.#kbps(small), fps: Math.min(fps, small.fps), scaleDownBy };
  }

  /** A browser can make pictures smaller, so that the larger size serves both. */
  #captureSize(source: 'video' | 'sub'): PictureSize {
    const encoded = this[source];
    const { capture } = this;
    if (source === 'sub' || !capture) return encoded;
    return capture.width * capture.height > encoded.width * encoded.height ? capture : encoded;
  }

  #kbps({ kbps, liveKbps }: VideoSettings): number {
    return this.live ? (liveKbps ?? kbps) : kbps;
  }

  /** A shared screen stays readable, whatever is preferred for the camera. */
  #degradation(source: 'video' | 'sub'): Degradation {
    if (source === 'video' && this.preference === 'smooth') return 'maintain-framerate';
    return this[source].mayShrink ? 'balanced' : 'maintain-resolution';
  }
}

/** How often the wanted size goes into the captured one; a browser can make pictures smaller, not larger and not cut them. */
function scaleTo(wanted: PictureSize, from: PictureSize): number {
  return Math.max(1, Math.min(from.width / wanted.width, from.height / wanted.height));
}

function deviceConstraint(deviceId: string | undefined): MediaTrackConstraints {
  return deviceId ? { deviceId: { exact: deviceId } } : {};
}

/** `cursor` is younger than what the compiler knows. */
function screenConstraints(hints: ScreenHints | null): MediaTrackConstraints & { cursor?: string } {
  return hints ? { displaySurface: hints.surface, cursor: hints.mouse ? 'always' : 'never' } : {};
}
