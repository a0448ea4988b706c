import type { Router } from 'mediasoup/types';
import type { PipePair } from './pipes.ts';

/** The use of a pipe between two routers. `local` is the end on the router of whoever asked. */
export interface PipeLease {
  readonly pair: PipePair;
  /** A second call does nothing. */
  release(): void;
}

/** What joins two routers. It closes when its last lease is released, or with one of its ends. */
export class SharedPipe {
  readonly #pair: Promise<PipePair>;
  readonly #near: Router;
  readonly #onGone: () => void;
  #leases = 0;

  /** `local` of the pair is on `near`. `onGone` may be called more than once. */
  constructor(pair: Promise<PipePair>, near: Router, onGone: () => void) {
    this.#pair = pair;
    this.#near = near;
    this.#onGone = onGone;
    pair.then(({ local }) => local.observer.once('close', onGone), onGone);
  }

  /** Rejects if the routers could not be joined. */
  async lease(router: Router): Promise<PipeLease> {
    const release = this.#hold();
    try {
      const { local, remote } = await this.#pair;
      return { pair: router === this.#near ? { local, remote } : { local: remote, remote: local }, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #hold(): () => void {
    this.#leases += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#leases -= 1;
      if (this.#leases === 0) this.#close();
    };
  }

  /** Nobody may come back to it: the next one makes another. */
  #close(): void {
    this.#onGone();
    this.#pair.then(
      ({ local }) => local.close(),
      () => undefined,
    );
  }
}
