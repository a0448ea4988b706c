/** Some sound as 16 bit samples; in stereo left and right in turn. */
export interface PcmFrame {
  readonly samples: Int16Array;
  readonly channels: 1 | 2;
  /** Of each channel, in Hz. */
  readonly sampleRate: number;
}

/** Left and right, -1 to 1. */
export type Sides = readonly [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];

const FULL_SCALE = 32_768;
/** How many samples on each side make a new one between them. */
const REACH = 8;

/**
 * Brings frames of any rate to one rate, in stereo, as if they were one long sound: nothing is lost between two frames. What comes out
 * is `REACH` samples late. Samples of the same rate stay as they are.
 */
export class Resampler {
  readonly #rate: number;
  #from = 0;
  /** Samples on each side of where a new one is taken; more of them when the rate falls, so that nothing folds back. */
  #reach = REACH;
  /** What is not yet done with, of each side. */
  #kept: Sides = silence(0);
  /** Where the next sample is taken from, in parts of `1 / rate` of a sample, counted from the first one whose neighbours are kept. */
  #at = 0;
  /** Weights of the neighbours, by the place between two samples. */
  readonly #kernels = new Map<number, Float32Array>();

  constructor(rate: number) {
    this.#rate = rate;
  }

  next(frame: PcmFrame): Sides {
    if (frame.sampleRate !== this.#from) this.#begin(frame.sampleRate);
    const left = this.#join(frame, 0);
    const right = frame.channels === 1 ? left : this.#join(frame, 1);
    const from = this.#at;
    const end = (left.length - 2 * this.#reach + 1) * this.#rate;
    const length = Math.max(0, Math.ceil((end - from) / this.#from));
    const resampledLeft = this.#resample(left, length);
    const resampledRight = right === left ? resampledLeft : this.#resample(right, length);
    const done = Math.min(left.length, Math.floor((from + length * this.#from) / this.#rate));
    this.#at = from + length * this.#from - done * this.#rate;
    this.#kept = [left.slice(done), right.slice(done)];
    return [resampledLeft, resampledRight];
  }

  #begin(from: number): void {
    this.#from = from;
    this.#reach = Math.ceil(REACH / Math.min(1, this.#rate / from));
    this.#kept = silence(this.#reach - 1);
    this.#at = 0;
    this.#kernels.clear();
  }

  #join({ samples, channels }: PcmFrame, side: 0 | 1): Float32Array<ArrayBuffer> {
    const kept = this.#kept[side];
    const joined = new Float32Array(kept.length + samples.length / channels);
    joined.set(kept);
    for (let at = kept.length, from = side % channels; at < joined.length; at++, from += channels)
      joined[at] = (samples[from] ?? 0) / FULL_SCALE;
    return joined;
  }

  #resample(samples: Float32Array, length: number): Float32Array<ArrayBuffer> {
    const resampled = new Float32Array(length);
    for (let index = 0, at = this.#at; index < length; index++, at += this.#from) {
      let first = Math.floor(at / this.#rate);
      let sum = 0;
      for (const weight of this.#kernel(at % this.#rate)) sum += weight * (samples[first++] ?? 0);
      resampled[index] = sum;
    }
    return resampled;
  }

  /** A sinc under a Hann window. */
  #kernel(place: number): Float32Array {
    const known = this.#kernels.get(place);
    if (known) return known;
    const reach = this.#reach;
    const cutoff = Math.min(1, this.#rate / this.#from);
    const weights = Float32Array.from({ length: 2 * reach }, (_value, tap) => {
      const distance = tap - (reach - 1) - place / this.#rate;
      const window = Math.cos((Math.PI * distance) / reach / 2) ** 2;
      return window * sinc(cutoff * distance);
    });
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const kernel = weights.map((weight) => weight / sum);
    this.#kernels.set(place, kernel);
    return kernel;
  }
}

function silence(length: number): Sides {
  return [new Float32Array(length), new Float32Array(length)];
}

function sinc(distance: number): number {
  if (Number.isInteger(distance)) return distance === 0 ? 1 : 0;
  return Math.sin(Math.PI * distance) / (Math.PI * distance);
}
