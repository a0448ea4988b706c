/**
 * Brings something asynchronous to what is wanted: runs `step` whenever it is asked to, one at a time, and once more if it
 * was asked while running. A step that fails is not repeated by itself.
 */
export class Reconciler {
  readonly #step: () => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #state: 'idle' | 'running' | 'asked' | 'closed' = 'idle';

  constructor(step: () => Promise<void>, onError: (error: unknown) => void) {
    this.#step = step;
    this.#onError = onError;
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  request(): void {
    if (this.#state === 'running') this.#state = 'asked';
    if (this.#state !== 'idle') return;
    this.#state = 'running';
    void this.#run();
  }

  close(): void {
    this.#state = 'closed';
  }

  async #run(): Promise<void> {
    do {
      if (this.#state === 'asked') this.#state = 'running';
      try {
        await this.#step();
      } catch (error) {
        if (!this.closed) this.#onError(error);
      }
    } while (this.#is('asked'));
    if (this.#is('running')) this.#state = 'idle';
  }

  /** The state may have changed during a step, which narrowing does not see. */
  #is(state: 'asked' | 'running'): boolean {
    return this.#state === state;
  }
}
