import type { Router, TransportListenInfo } from 'mediasoup/types';
import type { PipePair } from './pipes.ts';
import { joinRouters } from './pipes.ts';
import type { MediaWorker } from './worker-slot.ts';

/** Who lives on a router and wants to know when it is gone. */
export interface Lodger {
  /** The worker died: everything on the router is gone. */
  hostLost(): void;
}

/** One router of one room. It closes with its last place. */
export class RouterHost {
  readonly worker: MediaWorker;
  readonly router: Router;
  readonly #listenInfo: TransportListenInfo;
  readonly #lodgers = new Set<Lodger>();
  readonly #pairs = new Map<RouterHost, Promise<PipePair>>();
  #places = 0;

  constructor(worker: MediaWorker, router: Router, listenInfo: TransportListenInfo) {
    this.worker = worker;
    this.router = router;
    this.#listenInfo = listenInfo;
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
    this.#pairs.clear();
    this.router.close();
  }

  /** The pipe to another router of the room, made when it is first needed. `local` is the end on this router. */
  pairWith(other: RouterHost): Promise<PipePair> {
    const existing = this.#pairs.get(other);
    if (existing) return existing;
    const made = joinRouters(this.router, other.router, this.#listenInfo);
    const turned = made.then(({ local, remote }) => ({ local: remote, remote: local }));
    this.#pairs.set(other, made);
    other.#pairs.set(this, turned);
    const forget = (): void => {
      if (this.#pairs.get(other) === made) this.#pairs.delete(other);
      if (other.#pairs.get(this) === turned) other.#pairs.delete(this);
    };
    turned.then(({ local }) => local.observer.once('close', forget), forget);
    return made;
  }

  readonly #handleLost = (): void => {
    this.#pairs.clear();
    for (const lodger of this.#lodgers) lodger.hostLost();
    this.#lodgers.clear();
  };
}
