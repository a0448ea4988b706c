import type { Bus, GraphInput, Reverb } from './graph.ts';
import { WebReverb } from './web-reverb.ts';

/** The longest that the platform analyses at once. */
const METER_SAMPLES = 32_768;
/** Seconds in which most of a change of gain is done: too short to hear, too long to click. */
export const RAMP_S = 0.01;

/** A node with a gain per bus. */
export class WebInput implements GraphInput {
  readonly #source: AudioNode;
  readonly #outlet: AudioNode;
  readonly #buses: Record<Bus, GainNode>;
  readonly #gains = new Map<Bus, GainNode>();
  #reverb: WebReverb | null = null;
  #meter: Meter | null = null;

  /** `outlet`: what the source has been led through already. */
  constructor(source: AudioNode, buses: Record<Bus, GainNode>, outlet = source) {
    this.#source = source;
    this.#outlet = outlet;
    this.#buses = buses;
  }

  setGain(bus: Bus, gain: number): void {
    const known = this.#gains.get(bus);
    if (known) {
      known.gain.setTargetAtTime(gain, known.context.currentTime, RAMP_S);
    } else if (gain > 0) {
      const node = new GainNode(this.#source.context, { gain });
      this.#outlet.connect(node).connect(this.#buses[bus]);
      this.#reverb?.output.connect(node);
      this.#gains.set(bus, node);
    }
  }

  setReverb(reverb: Reverb | null): void {
    this.#reverb?.close();
    this.#reverb = reverb && new WebReverb(this.#source, reverb);
    for (const node of this.#gains.values()) this.#reverb?.output.connect(node);
  }

  level(ms: number): number {
    this.#meter ??= new Meter(this.#source);
    return this.#meter.level(ms);
  }

  close(): void {
    this.#reverb?.close();
    this.#source.disconnect();
    this.#outlet.disconnect();
    this.#reverb = null;
    for (const node of this.#gains.values()) node.disconnect();
    this.#gains.clear();
  }
}

/** Measures how loud a node is. */
export class Meter {
  readonly #analyser: AnalyserNode;
  readonly #samples = new Float32Array(METER_SAMPLES);

  constructor(source: AudioNode) {
    this.#analyser = new AnalyserNode(source.context, { fftSize: METER_SAMPLES });
    source.connect(this.#analyser);
  }

  level(ms: number): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const wanted = Math.round((ms / 1000) * this.#analyser.context.sampleRate);
    const last = this.#samples.subarray(-Math.min(METER_SAMPLES, Math.max(1, wanted)));
    return Math.sqrt(last.reduce((sum, sample) => sum + sample * sample, 0) / last.length);
  }
}
