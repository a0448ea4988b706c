import type { Layer, Source } from '@rotunda/protocol';
import { TRTCError } from '@rotunda/protocol';
import type { Producer } from 'mediasoup/types';
import type { Demand, Viewing } from './demand.ts';
import type { Pipe } from './pipes.ts';
import { leadThrough } from './pipes.ts';
import type { RouterHost } from './router-host.ts';
import type { MediaLog } from './worker-slot.ts';

interface Reach {
  readonly pipe: Promise<Pipe>;
  users: number;
}

/** One publication, and its ways to the other routers of the room, and of linked rooms: each exists while somebody there watches. */
export class PublishedStream {
  readonly source: Source;
  /** By its publisher. */
  muted: boolean;
  readonly producer: Producer;
  readonly host: RouterHost;
  readonly #demand: Demand | null;
  readonly #log: MediaLog;
  readonly #reaches = new Map<RouterHost, Reach>();

  constructor(request: {
    source: Source;
    muted: boolean;
    producer: Producer;
    host: RouterHost;
    log: MediaLog;
    /** Of a picture. */
    demand: Demand | null;
  }) {
    this.source = request.source;
    this.muted = request.muted;
    this.producer = request.producer;
    this.host = request.host;
    this.#log = request.log;
    this.#demand = request.demand;
    this.producer.once('score', () => this.#demand?.arrived());
    this.producer.observer.once('close', () => this.#demand?.close());
  }

  get id(): string {
    return this.producer.id;
  }

  get ended(): boolean {
    return this.producer.closed;
  }

  /**
   * Makes the stream consumable on `host`.
   * @returns what it is called there, and what its user calls when it no longer needs that; a second call does nothing.
   * @throws TRTCError ERR_REFUSED when the stream ends meanwhile.
   */
  async reach(host: RouterHost): Promise<{ producerId: string; release: () => void }> {
    if (host === this.host) return { producerId: this.id, release: () => undefined };
    const reach = this.#reaches.get(host) ?? this.#open(host);
    reach.users += 1;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      reach.users -= 1;
      if (reach.users === 0) this.#drop(host, reach);
    };
    try {
      const { producerId } = await reach.pipe;
      return { producerId, release };
    } catch (error) {
      release();
      if (this.ended || host.closed) throw new TRTCError('ERR_REFUSED', 'the stream has ended');
      throw error;
    }
  }

  /** Somebody receives that layer, until the viewing ends. Null for sound, of which nobody needs to know. */
  view(layer: Layer): Viewing | null {
    return this.#demand?.view(layer) ?? null;
  }

  /** Closes the producer; its consumers and pipes follow. */
  end(): void {
    for (const [host, reach] of this.#reaches) this.#drop(host, reach);
    this.producer.close();
  }

  #open(host: RouterHost): Reach {
    const reach: Reach = { pipe: this.#lead(host), users: 0 };
    this.#reaches.set(host, reach);
    return reach;
  }

  async #lead(host: RouterHost): Promise<Pipe> {
    const onError = (error: unknown): void => {
      if (!this.ended && !host.closed)
        this.#log.warn({ error: String(error) }, 'a pipe did not follow its producer');
    };
    const lease = await this.host.leasePipe(host);
    try {
      const pipe = await leadThrough(this.producer, lease.pair, onError);
      return {
        ...pipe,
        close: () => {
          pipe.close();
          lease.release();
        },
      };
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  #drop(host: RouterHost, reach: Reach): void {
    if (this.#reaches.get(host) === reach) this.#reaches.delete(host);
    reach.pipe.then(
      (pipe) => pipe.close(),
      () => undefined,
    );
  }
}
