import { seededRandom } from '@rotunda/base';

const MAX_TURNS = 12;

export type StepListener = (index: number, name: string) => void;

/**
 * Every asynchronous step of the fakes passes here, one number per step, so that a test can do something at each point where
 * the client waits: run a scenario once to count its steps, then once per step.
 */
export class Gates {
  readonly #random: (() => number) | null;
  #count = 0;
  #listener: StepListener | null = null;
  readonly #held = new Map<string, { promise: Promise<void>; open: () => void }>();

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

  /** Steps of that name wait from now on. @returns how to let them go on. */
  hold(name: string): () => void {
    let open = (): void => undefined;
    const promise = new Promise<void>((resolve) => (open = resolve));
    this.#held.set(name, { promise, open });
    return () => {
      this.#held.delete(name);
      open();
    };
  }

  async pass(name: string): Promise<void> {
    const index = this.#count++;
    await Promise.resolve();
    this.#listener?.(index, name);
    await this.#held.get(name)?.promise;
    for (let turns = (this.#random?.() ?? 0) * MAX_TURNS; turns >= 1; turns--) await Promise.resolve();
    await Promise.resolve();
  }
}
