import { coloursAt, type Colour, type Point } from './colours.ts';

export interface RecordedFile {
  readonly size: number;
  readonly type: string;
  /** Its first 44 bytes. */
  readonly head: readonly number[];
}
export interface RecordedSound {
  readonly seconds: number;
  /** The usual amplitude of each tone that was asked for, 0 to 1, in that order. */
  readonly tones: readonly number[];
}
/** Of the left channel of a WAV file. */
export interface RecordedEdges {
  /** The mean of its first and of its last 10 ms, -1 to 1. */
  readonly first: number;
  readonly last: number;
}
/** The same colours in the corners for some time. Seconds. */
export interface RecordedScene {
  readonly colours: readonly Colour[];
  readonly from: number;
  to: number;
}
export interface RecordedPicture {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** In the corners of the last frame. */
  readonly colours: readonly Colour[];
}

const CORNERS: readonly Point[] = [
  [0.04, 0.04],
  [0.96, 0.04],
  [0.04, 0.96],
  [0.96, 0.96],
];
/** Sound begins and ends within that time. */
const EDGE_SECONDS = 0.3;

/** The harness's own, which nobody counts. */
const OwnContext = globalThis.OfflineAudioContext;

/** Keeps every recorder that the SDK makes, and the files that it gives. Must be made before the SDK runs. */
export class RecordingWatch {
  readonly files = new Map<string, Blob>();
  readonly #recorders = new Set<MediaRecorder>();

  constructor() {
    const recorders = this.#recorders;
    globalThis.MediaRecorder = class extends MediaRecorder {
      constructor(...args: ConstructorParameters<typeof MediaRecorder>) {
        super(...args);
        recorders.add(this);
      }
    };
  }

  get open(): number {
    return [...this.#recorders].filter(({ state }) => state !== 'inactive').length;
  }

  async file(path: string): Promise<RecordedFile> {
    const file = this.#file(path);
    const head = [...new Uint8Array(await file.slice(0, 44).arrayBuffer())];
    return { size: file.size, type: file.type, head };
  }

  async sound(path: string, tones: readonly number[]): Promise<RecordedSound> {
    const context = new OwnContext(1, 1, 48_000);
    const sound = await context.decodeAudioData(await this.#file(path).arrayBuffer());
    const edge = EDGE_SECONDS * sound.sampleRate;
    const samples = sound.getChannelData(0).subarray(edge, -edge);
    return {
      seconds: sound.duration,
      tones: tones.map((tone) => usualAmplitude(samples, tone, sound.sampleRate)),
    };
  }

  async picture(path: string): Promise<RecordedPicture> {
    const video = document.createElement('video');
    video.muted = true;
    video.src = URL.createObjectURL(this.#file(path));
    // A recorded file may not say how long it is: beyond its end is its end.
    await happens(video, 'loadeddata');
    video.currentTime = 3_600;
    await happens(video, 'seeked');
    const { videoWidth: width, videoHeight: height, currentTime: seconds } = video;
    return { width, height, seconds, colours: coloursAt(video, CORNERS) };
  }

  /** Plays the file. What follows each other. */
  async scenes(path: string): Promise<readonly RecordedScene[]> {
    const scenes: RecordedScene[] = [];
    const video = document.createElement('video');
    video.muted = true;
    video.src = URL.createObjectURL(this.#file(path));
    const look: VideoFrameRequestCallback = (_now, { mediaTime }) => {
      const colours = coloursAt(video, CORNERS);
      const last = scenes.at(-1);
      if (last) last.to = mediaTime;
      if (last?.colours.join() !== colours.join()) scenes.push({ colours, from: mediaTime, to: mediaTime });
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    const ended = happens(video, 'ended');
    await video.play();
    await ended;
    return scenes;
  }

  async edges(path: string): Promise<RecordedEdges> {
    const file = await this.#file(path).arrayBuffer();
    const window = Math.round(new DataView(file).getUint32(24, true) / 100);
    const left = new Int16Array(file, 44).filter((_sample, at) => at % 2 === 0);
    const mean = (samples: Int16Array): number =>
      samples.reduce((sum, sample) => sum + sample, 0) / samples.length / 32_767;
    return { first: mean(left.subarray(0, window)), last: mean(left.subarray(-window)) };
  }

  #file(path: string): Blob {
    const file = this.files.get(path);
    if (!file) throw new Error(`no file ${path}`);
    return file;
  }
}

function happens(video: HTMLVideoElement, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    video.addEventListener(event, resolve, { once: true });
    video.addEventListener('error', () => reject(new Error(video.error?.message ?? 'no video')), {
      once: true,
    });
  });
}

/**
 * The median over stretches of 50 ms, which hold whole periods of what tests play: generated sound that comes from another graph
 * skips a sample now and then, and its phase with it.
 */
function usualAmplitude(samples: Float32Array, tone: number, sampleRate: number): number {
  const length = sampleRate / 20;
  const amplitudes = Array.from({ length: Math.floor(samples.length / length) }, (_value, at) =>
    amplitude(samples.subarray(at * length, (at + 1) * length), tone / sampleRate),
  );
  return amplitudes.toSorted((a, b) => a - b)[amplitudes.length >> 1] ?? 0;
}

/** `frequency` in periods per sample. */
function amplitude(samples: Float32Array, frequency: number): number {
  let [real, imaginary] = [0, 0];
  for (const [at, sample] of samples.entries()) {
    const phase = 2 * Math.PI * frequency * at;
    real += sample * Math.cos(phase);
    imaginary += sample * Math.sin(phase);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}
