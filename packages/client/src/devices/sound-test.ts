import type { Clock, Timer } from '@rotunda/base';
import type { AudioGraph, AudioGraphFactory, GraphInput } from '../audio/graph.ts';

export interface SoundTestTools {
  readonly clock: Clock;
  /** Throws if the platform cannot mix sound. */
  readonly openGraph: AudioGraphFactory;
  /** What is measured, and how it is heard. */
  connect(graph: AudioGraph): GraphInput;
  readonly intervalMs: number;
  /** How loud it was since the last time: root mean square, 0 to 1. Never synchronously, and not after `close`. */
  tell(level: number): void;
}

/** Measures one sound at an interval, in a graph of its own, which nobody in a room hears. */
export class SoundTest {
  readonly #graph: AudioGraph;
  readonly #input: GraphInput;
  readonly #timer: Timer;

  /** Throws if the platform cannot mix sound. */
  constructor(tools: SoundTestTools) {
    const { clock, intervalMs } = tools;
    this.#graph = tools.openGraph(() => undefined);
    this.#input = tools.connect(this.#graph);
    this.#timer = clock.every(intervalMs, () => tools.tell(this.#input.level(intervalMs)));
  }

  /** Resolves when everything is given back. Never rejects. */
  close(): Promise<void> {
    this.#timer.cancel();
    this.#input.close();
    return this.#graph.close();
  }
}
