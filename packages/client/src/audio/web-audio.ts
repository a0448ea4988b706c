import type { LocalTrack } from '../devices/platform.ts';
import type { RemoteTrack } from '../media/engine.ts';
import type { AudioGraph, AudioGraphFactory, Bus, GraphInput } from './graph.ts';

const GESTURES = ['pointerdown', 'keydown', 'touchend'] as const;
/** The longest that the platform analyses at once. */
const METER_SAMPLES = 32_768;
/** Seconds in which most of a change of gain is done: too short to hear, too long to click. */
const RAMP_S = 0.01;

/** A graph of the browser's Web Audio. */
export const openWebAudio: AudioGraphFactory = (onRunning) => new WebAudioGraph(onRunning);

class WebAudioGraph implements AudioGraph {
  readonly output: LocalTrack;
  readonly #context = new AudioContext({ latencyHint: 'interactive' });
  readonly #buses: Record<Bus, GainNode>;
  readonly #meter: Meter;
  readonly #onRunning: () => void;
  #closed: Promise<void> | null = null;

  constructor(onRunning: () => void) {
    this.#onRunning = onRunning;
    const context = this.#context;
    const bus = (): GainNode => context.createGain();
    this.#buses = { publish: bus(), playout: bus(), record: bus() };
    this.#buses.playout.connect(context.destination);
    const destination = context.createMediaStreamDestination();
    this.#buses.publish.connect(destination);
    this.#meter = new Meter(this.#buses.publish);
    const [track] = destination.stream.getAudioTracks();
    if (!track) throw new DOMException('the platform mixes no track', 'NotSupportedError');
    this.output = track;
    context.addEventListener('statechange', this.#onRunning);
    for (const gesture of GESTURES) document.addEventListener(gesture, this.#resume, { capture: true });
    this.#resume();
  }

  get running(): boolean {
    return this.#context.state === 'running';
  }

  outputLevel(ms: number): number {
    return this.#meter.level(ms);
  }

  addTrack(track: LocalTrack | RemoteTrack): GraphInput {
    const stream = new MediaStream([track as MediaStreamTrack]);
    return new WebInput(this.#context.createMediaStreamSource(stream), this.#buses);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.output.stop();
    this.#context.removeEventListener('statechange', this.#onRunning);
    for (const gesture of GESTURES) document.removeEventListener(gesture, this.#resume, { capture: true });
    await this.#context.close().catch(() => undefined);
  }

  readonly #resume = (): void => {
    // Stays pending, or rejects, where the browser waits for a gesture.
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => undefined);
  };
}

/** A node with a gain per bus. */
class WebInput implements GraphInput {
  readonly #source: AudioNode;
  readonly #buses: Record<Bus, GainNode>;
  readonly #gains = new Map<Bus, GainNode>();
  #meter: Meter | null = null;

  constructor(source: AudioNode, buses: Record<Bus, GainNode>) {
    this.#source = source;
    this.#buses = buses;
  }

  setGain(bus: Bus, gain: number): void {
    const known = this.#gains.get(bus);
    if (known) {
      known.gain.setTargetAtTime(gain, known.context.currentTime, RAMP_S);
    } else if (gain > 0) {
      const node = new GainNode(this.#source.context, { gain });
      this.#source.connect(node).connect(this.#buses[bus]);
      this.#gains.set(bus, node);
    }
  }

  level(ms: number): number {
    this.#meter ??= new Meter(this.#source);
    return this.#meter.level(ms);
  }

  close(): void {
    this.#source.disconnect();
    for (const node of this.#gains.values()) node.disconnect();
    this.#gains.clear();
  }
}

/** Measures how loud a node is. */
class Meter {
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
