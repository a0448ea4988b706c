import type { Router, TransportListenInfo } from 'mediasoup/types';
import { SharedPipe, type PipeLease } from './shared-pipe.ts';
import { joinRouters } from './pipes.ts';
import type { MediaLog, MediaWorker } from './worker-slot.ts';

/** Who lives on a router and wants to know when it is gone. */
export interface Lodger {
  /** The worker died: everything on the router is gone. */
  hostLost(): void;
}

export interface RouterHostOptions {
  /** Where it hands media to other routers. */
  readonly listenInfo: TransportListenInfo;
  readonly log: MediaLog;
}

/** One router of one room. It closes with its last place. */
export class RouterHost {
  readonly worker: MediaWorker;
  readonly router: Router;
  readonly #listenInfo: TransportListenInfo;
  readonly #log: MediaLog;
  readonly #lodgers = new Set<Lodger>();
  readonly #pipes = new Map<RouterHost, SharedPipe>();
  #places = 0;

  constructor(worker: MediaWorker, router: Router, options: RouterHostOptions) {
    this.worker = worker;
    this.router = router;
    this.#listenInfo = options.listenInfo;
    this.#log = options.log;
    worker.events.once('lost', this.#handleLost);
  }

  get places(): number {
    return this.#places;
  }

  get closed(): boolean {
    return this.router.closed;
  }

  reserve(): void {
    this.#places += 1;
    this.worker.load += 1;
  }

  /** Gives a reserved place back. */
  release(): void {
    this.#places -= 1;
    this.worker.load -= 1;
    if (this.#places === 0) this.close();
  }

  moveIn(lodger: Lodger): void {
    this.#lodgers.add(lodger);
  }

  moveOut(lodger: Lodger): void {
    this.#lodgers.delete(lodger);
  }

  close(): void {
    this.worker.events.off('lost', this.#handleLost);
    this.#pipes.clear();
    this.router.close();
  }

  /** The pipe to another router, of this room or of a linked one. It is there as long as somebody has a lease. */
  leasePipe(other: RouterHost): Promise<PipeLease> {
    return (this.#pipes.get(other) ?? this.#join(other)).lease(this.router);
  }

  #join(other: RouterHost): SharedPipe {
    const pipe: SharedPipe = new SharedPipe(
      joinRouters(this.router, other.router, this.#listenInfo),
      this.router,
      () => {
        if (this.#pipes.get(other) === pipe) this.#pipes.delete(other);
        if (other.#pipes.get(this) === pipe) other.#pipes.delete(this);
      },
    );
    this.#pipes.set(other, pipe);
    other.#pipes.set(this, pipe);
    return pipe;
  }

  readonly #handleLost = (): void => {
    this.#pipes.clear();
    for (const lodger of this.#lodgers) {
      try {
        lodger.hostLost();
      } catch (error) {
        this.#log.error({ err: error }, 'a member could not be told that its router is gone');
      }
    }
    this.#lodgers.clear();
  };
}
