import type { TRTCAudioFrameCallback, TRTCCloud, TRTCGivenAudioFrame } from '@rotunda/client';
import { evennessOf, type Evenness } from './sound.ts';

const NAMES = [
  'onCapturedAudioFrame',
  'onLocalProcessedAudioFrame',
  'onPlayAudioFrame',
  'onMixedPlayAudioFrame',
  'onMixedAllAudioFrame',
] as const satisfies (keyof TRTCAudioFrameCallback)[];
const RATE = 48_000;

/** What frames of one kind, and of one user, sounded like. */
export interface FramesHeard extends Evenness {
  /** How many there were. */
  readonly count: number;
  /** Between the first and the last one. */
  readonly ms: number;
  /** Each different form, as `format/bytes/rate/channels`. */
  readonly forms: readonly string[];
  /** The amplitude of each tone that was listened for, 0 to 1, in that order. */
  readonly tones: readonly number[];
  /** The longest stretch, in samples, that was the first of these tones without a sample missing, too many, or changed. */
  readonly exact: number;
}

interface Frames {
  readonly samples: number[];
  readonly forms: Set<string>;
  readonly times: number[];
}

/** Keeps the frames that an audio frame callback is given, by name, and of users by name and user. */
export class FrameWatch {
  #frames = new Map<string, Frames>();

  /** All that a callback can have. */
  watch(cloud: TRTCCloud): void {
    this.#frames = new Map();
    const entries = NAMES.map((name) => [
      name,
      (frame: TRTCGivenAudioFrame, userId = '') => this.#take(userId ? `${name} ${userId}` : name, frame),
    ]);
    cloud.setAudioFrameCallback(Object.fromEntries(entries) as TRTCAudioFrameCallback);
  }

  /** How many of each are there. */
  get counts(): Record<string, number> {
    return Object.fromEntries([...this.#frames].map(([name, { times }]) => [name, times.length]));
  }

  /** Of all since it was asked for last; undefined for none. */
  take(name: string, tones: readonly number[]): FramesHeard | undefined {
    const frames = this.#frames.get(name);
    this.#frames.delete(name);
    if (!frames) return undefined;
    const { samples, forms, times } = frames;
    return {
      ...evennessOf(samples, RATE),
      count: times.length,
      ms: (times.at(-1) ?? 0) - (times[0] ?? 0),
      forms: [...forms],
      tones: tones.map((hertz) => amplitudeOf(samples, hertz)),
      exact: longestTone(samples, tones[0] ?? 0),
    };
  }

  #take(
    name: string,
    { audioFormat, data, length, sampleRate, channel, timestamp }: TRTCGivenAudioFrame,
  ): void {
    const known = this.#frames.get(name);
    const frames = known ?? { samples: [], forms: new Set(), times: [] };
    if (!known) this.#frames.set(name, frames);
    frames.samples.push(...Array.from(new Int16Array(data), (sample) => sample / 32_768));
    frames.forms.add([audioFormat, length, sampleRate, channel].join('/'));
    frames.times.push(timestamp);
  }
}

function amplitudeOf(samples: readonly number[], hertz: number): number {
  let [real, imaginary] = [0, 0];
  for (const [at, sample] of samples.entries()) {
    const phase = (2 * Math.PI * hertz * at) / RATE;
    real += sample * Math.cos(phase);
    imaginary += sample * Math.sin(phase);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

/** Each sample of a tone follows from the two before it. */
function longestTone(samples: readonly number[], hertz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hertz) / RATE);
  let [longest, current] = [0, 0];
  for (let at = 2; at < samples.length; at++) {
    const [before = 0, last = 0, sample = 0] = [samples[at - 2], samples[at - 1], samples[at]];
    const fits = Math.abs(sample - factor * last + before) < 4 / 32_768;
    current = fits && (sample !== 0 || last !== 0) ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}
