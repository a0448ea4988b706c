import { seededRandom } from '@rotunda/base';
import type { Source } from '@rotunda/protocol';

const MAX_TURNS = 12;

/** What a media engine does, step by step. Any of it may fail. */
export type EngineStep =
  | 'load'
  | 'transport send'
  | 'transport recv'
  | 'restartIce'
  | 'publish'
  | 'replaceTrack'
  | 'setMuted'
  | 'setEncoding'
  | 'consume'
  | 'hasSent'
  | 'hasReceived'
  | 'stats';

export type Step =
  | EngineStep
  | `open ${Source}`
  | `load image ${string}`
  | 'list devices'
  | 'end recorder'
  | 'connect'
  | 'frame to client'
  | 'frame to server'
  | 'post'
  | 'task';

export type StepListener = (index: number, step: Step) => void;

/**
 * Every asynchronous step of the fakes passes here, one number per step, so that a test can do something at each point where
 * the client waits: run a scenario once to count its steps, then once per step.
 */
export class Gates {
  readonly #random: (() => number) | null;
  #count = 0;
  #listener: StepListener | null = null;
  readonly #held = new Map<Step, { promise: Promise<void>; open: () => void }>();

  /** With a seed, steps take different numbers of turns, so that what runs side by side overtakes each other in other ways. */
  constructor(seed: number | null = null) {
    this.#random = seed === null ? null : seededRandom(seed);
  }

  /** Steps so far. */
  get count(): number {
    return this.#count;
  }

  /** Called while the step is pending, before whoever waits for it goes on. */
  onStep(listener: StepListener | null): void {
    this.#listener = listener;
  }

  /** Such steps wait from now on. @returns how to let them go on. */
  hold(step: Step): () => void {
    let open = (): void => undefined;
    const promise = new Promise<void>((resolve) => (open = resolve));
    this.#held.set(step, { promise, open });
    return () => {
      this.#held.delete(step);
      open();
    };
  }

  async pass(step: Step): Promise<void> {
    const index = this.#count++;
    await Promise.resolve();
    this.#listener?.(index, step);
    await this.#held.get(step)?.promise;
    for (let turns = (this.#random?.() ?? 0) * MAX_TURNS; turns >= 1; turns--) await Promise.resolve();
    await Promise.resolve();
  }
}
