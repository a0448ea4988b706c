import type {
  AudioGraph,
  AudioGraphFactory,
  Bus,
  GraphMusic,
  GraphPcm,
  GraphVoice,
  MusicEvents,
  Reverb,
  SampleTap,
  SampleTapEvents,
  Tap,
} from '../audio/graph.ts';
import type { PcmFrame } from '../audio/pcm.ts';
import type { Direction } from '../audio/space.ts';
import { FakeTrack } from './fake-devices.ts';

/** One source of sound in a fake graph. */
export interface FakeInput extends GraphVoice {
  readonly trackId: string | null;
  readonly gains: Partial<Record<Bus, number>>;
  reverb: Reverb | null;
  /** Null: from nowhere in particular. */
  direction: Direction | null;
  /** What the meter shows, 0 to 1. */
  loudness: number;
}

/** Music without sound, at the pace of the test. */
export class FakeMusic implements GraphMusic {
  readonly url: string;
  readonly gains: Partial<Record<Bus, number>> = {};
  positionMs = 0;
  durationMs = 0;
  /** What the meter shows, 0 to 1. */
  loudness = 0;
  state: 'loading' | 'playing' | 'paused' | 'closed' = 'loading';
  readonly #events: MusicEvents;

  constructor(url: string, events: MusicEvents) {
    this.url = url;
    this.#events = events;
  }

  /** As when its beginning has been loaded. */
  load(durationMs: number): void {
    this.durationMs = durationMs;
    this.state = 'paused';
    this.#events.onReady();
  }

  /** As when it is not there, or not music. */
  fail(): void {
    this.#events.onFailed();
  }

  /** As when it was played to its end. */
  finish(): void {
    this.positionMs = this.durationMs;
    this.state = 'paused';
    this.#events.onEnded();
  }

  play(): void {
    this.state = 'playing';
  }

  pause(): void {
    this.state = 'paused';
  }

  seek(ms: number): void {
    this.positionMs = Math.min(this.durationMs, Math.max(0, ms));
  }

  setGain(bus: Bus, gain: number): void {
    this.gains[bus] = gain;
  }

  setReverb(): void {
    // Music is played as it is.
  }

  level(): number {
    return this.loudness;
  }

  close(): void {
    this.state = 'closed';
  }
}

/** Frames that wait as long as the test lets them. */
export class FakePcm implements GraphPcm {
  readonly track: FakeTrack;
  readonly gains: Partial<Record<Bus, number>> = {};
  readonly frames: PcmFrame[] = [];
  bufferedMs = 0;

  constructor(id: string) {
    this.track = new FakeTrack(id, 'audio');
  }

  push(frame: PcmFrame): void {
    this.frames.push(frame);
    this.bufferedMs += (frame.samples.length / frame.channels / frame.sampleRate) * 1000;
  }

  setGain(bus: Bus, gain: number): void {
    this.gains[bus] = gain;
  }

  setReverb(): void {
    // Heard as it is.
  }

  level(): number {
    return 0;
  }

  close(): void {
    this.track.stop();
  }
}

/** A mix that nobody hears. */
export class FakeTap implements Tap {
  readonly buses: readonly Bus[];
  readonly output: FakeTrack;

  constructor(id: string, buses: readonly Bus[]) {
    this.buses = buses;
    this.output = new FakeTrack(id, 'audio');
  }

  get closed(): boolean {
    return this.output.readyState === 'ended';
  }

  close(): void {
    this.output.stop();
  }
}

/** Samples, as the test gives them. */
export class FakeSampleTap implements SampleTap {
  readonly buses: readonly Bus[];
  /** Of the track that it is of, if it is of one. */
  readonly trackId: string | null;
  readonly sampleRate = 48_000;
  closed = false;
  readonly #events: SampleTapEvents;

  constructor(of: { buses?: readonly Bus[]; trackId?: string }, events: SampleTapEvents) {
    this.buses = of.buses ?? [];
    this.trackId = of.trackId ?? null;
    this.#events = events;
  }

  give(...samples: readonly number[]): void {
    this.#events.onSamples(Int16Array.from(samples));
  }

  fail(): void {
    this.closed = true;
    this.#events.onFailed();
  }

  close(): void {
    this.closed = true;
  }
}

/** A graph without sound: what is connected to what, at which gain, can be looked at. */
export class FakeGraph implements AudioGraph {
  readonly output: FakeTrack;
  readonly inputs = new Set<FakeInput>();
  /** All that was ever added, in order. */
  readonly music: FakeMusic[] = [];
  readonly pcm: FakePcm[] = [];
  readonly taps: FakeTap[] = [];
  readonly sampleTaps: FakeSampleTap[] = [];
  /** What the meter of the output shows, 0 to 1. */
  loudness = 0;
  running = true;
  closed = false;
  /** Empty: the default one. */
  speaker = '';
  playoutGain = 1;
  readonly #onRunning: () => void;

  constructor(id: string, onRunning: () => void) {
    this.output = new FakeTrack(id, 'audio');
    this.#onRunning = onRunning;
  }

  /** As after a user's gesture, or when the platform stops it. */
  setRunning(running: boolean): void {
    this.running = running;
    this.#onRunning();
  }

  setSpeaker(deviceId: string): void {
    this.speaker = deviceId;
  }

  setPlayoutGain(gain: number): void {
    this.playoutGain = gain;
  }

  outputLevel(): number {
    return this.loudness;
  }

  addTrack({ id }: { readonly id: string }): FakeInput {
    return this.#add(id);
  }

  addVoice({ id }: { readonly id: string }): FakeInput {
    return this.#add(id);
  }

  addMusic(url: string, events: MusicEvents): FakeMusic {
    const music = new FakeMusic(url, events);
    this.music.push(music);
    return music;
  }

  addPcm(): FakePcm {
    const pcm = new FakePcm(`${this.output.id}-pcm-${this.pcm.length}`);
    this.pcm.push(pcm);
    return pcm;
  }

  openTap(buses: readonly Bus[]): FakeTap {
    const tap = new FakeTap(`${this.output.id}-tap-${this.taps.length}`, buses);
    this.taps.push(tap);
    return tap;
  }

  openSampleTap(buses: readonly Bus[], events: SampleTapEvents): FakeSampleTap {
    return this.#tapSamples(new FakeSampleTap({ buses }, events));
  }

  openTrackTap({ id }: { readonly id: string }, events: SampleTapEvents): FakeSampleTap {
    return this.#tapSamples(new FakeSampleTap({ trackId: id }, events));
  }

  close(): Promise<void> {
    this.closed = true;
    for (const tap of [...this.taps, ...this.sampleTaps]) tap.close();
    for (const music of this.music) music.close();
    this.inputs.clear();
    this.output.stop();
    return Promise.resolve();
  }

  #tapSamples(tap: FakeSampleTap): FakeSampleTap {
    this.sampleTaps.push(tap);
    return tap;
  }

  #add(trackId: string | null): FakeInput {
    const gains: FakeInput['gains'] = {};
    const input: FakeInput = {
      trackId,
      gains,
      reverb: null,
      direction: null,
      setDirection: (direction) => {
        input.direction = direction;
      },
      loudness: 0,
      setReverb: (reverb) => {
        input.reverb = reverb;
      },
      setGain: (bus, gain) => {
        gains[bus] = gain;
      },
      level: () => input.loudness,
      close: () => void this.inputs.delete(input),
    };
    this.inputs.add(input);
    return input;
  }
}

/** Makes fake graphs and remembers them. */
export class FakeAudio {
  readonly graphs: FakeGraph[] = [];
  /** Whether this platform can mix, and whether it waits for a gesture first. */
  state: 'running' | 'waiting' | 'unsupported' = 'running';

  get openGraphs(): number {
    return this.graphs.filter(({ closed }) => !closed).length;
  }

  /** The newest. */
  get last(): FakeGraph {
    const graph = this.graphs.at(-1);
    if (!graph) throw new Error('no graph yet');
    return graph;
  }

  readonly open: AudioGraphFactory = (onRunning) => {
    if (this.state === 'unsupported') throw new DOMException('fake failure', 'NotSupportedError');
    const graph = new FakeGraph(`mix-${this.graphs.length}`, onRunning);
    graph.running = this.state === 'running';
    this.graphs.push(graph);
    return graph;
  };
}
