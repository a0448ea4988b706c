import { Resampler } from './pcm.ts';

/** Hz. */
export const FRAME_RATE = 48_000;
/** 20 ms. */
const FRAME_SAMPLES = FRAME_RATE / 50;
const FULL_SCALE = 32_768;

/** Cuts sound of any rate, as it comes, into frames of 20 ms in mono: 960 samples of 16 bit at 48 kHz. */
export class Framer {
  readonly #resampler = new Resampler(FRAME_RATE);
  readonly #onFrame: (samples: Int16Array<ArrayBuffer>) => void;
  #frame = new Int16Array(FRAME_SAMPLES);
  #filled = 0;

  constructor(onFrame: (samples: Int16Array<ArrayBuffer>) => void) {
    this.#onFrame = onFrame;
  }

  /** Left and right in turn. */
  take(stereo: Int16Array, sampleRate: number): void {
    const samples = Int16Array.from(
      { length: stereo.length / 2 },
      (_value, at) => ((stereo[2 * at] ?? 0) + (stereo[2 * at + 1] ?? 0)) / 2,
    );
    const [mono] = this.#resampler.next({ samples, channels: 1, sampleRate });
    for (const sample of mono) this.#add(sample);
  }

  #add(sample: number): void {
    // Between two samples a tone may be higher than either of them.
    this.#frame[this.#filled++] = Math.max(
      -FULL_SCALE,
      Math.min(FULL_SCALE - 1, Math.round(sample * FULL_SCALE)),
    );
    if (this.#filled < FRAME_SAMPLES) return;
    const frame = this.#frame;
    this.#frame = new Int16Array(FRAME_SAMPLES);
    this.#filled = 0;
    this.#onFrame(frame);
  }
}
