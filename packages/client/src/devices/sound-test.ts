import type { Clock, Timer } from '@rotunda/base';
import type { GraphInput } from '../audio/graph.ts';

export interface SoundTestTools {
  readonly clock: Clock;
  readonly input: GraphInput;
  readonly intervalMs: number;
  /** How loud it was since the last time: root mean square, 0 to 1. Never synchronously, and not after `close`. */
  tell(level: number): void;
}

/** Measures one sound at an interval. */
export class SoundTest {
  readonly #input: GraphInput;
  readonly #timer: Timer;

  constructor(tools: SoundTestTools) {
    const { clock, input, intervalMs } = tools;
    this.#input = input;
    this.#timer = clock.every(intervalMs, () => tools.tell(input.level(intervalMs)));
  }

  close(): void {
    this.#timer.cancel();
    this.#input.close();
  }
}
