import type { AudioGraph, AudioGraphFactory, Bus, GraphInput } from '../audio/graph.ts';
import { FakeTrack } from './fake-devices.ts';

/** One source of sound in a fake graph. */
export interface FakeInput extends GraphInput {
  readonly trackId: string | null;
  readonly gains: Partial<Record<Bus, number>>;
  /** What the meter shows, 0 to 1. */
  loudness: number;
}

/** A graph without sound: what is connected to what, at which gain, can be looked at. */
export class FakeGraph implements AudioGraph {
  readonly output: FakeTrack;
  readonly inputs = new Set<FakeInput>();
  /** What the meter of the output shows, 0 to 1. */
  loudness = 0;
  running = true;
  closed = false;
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

  outputLevel(): number {
    return this.loudness;
  }

  addTrack({ id }: { readonly id: string }): FakeInput {
    return this.#add(id);
  }

  close(): Promise<void> {
    this.closed = true;
    this.inputs.clear();
    this.output.stop();
    return Promise.resolve();
  }

  #add(trackId: string | null): FakeInput {
    const gains: FakeInput['gains'] = {};
    const input: FakeInput = {
      trackId,
      gains,
      loudness: 0,
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
