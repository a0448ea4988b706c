import type { Clock } from '@rotunda/base';
import { SerialQueue } from '@rotunda/base';
import { ROUTER_CODECS } from './codecs.ts';
import { RouterHost } from './router-host.ts';
import type { PublishedStream } from './stream.ts';
import type { Tally } from './tally.ts';
import type { MediaLog } from './worker-slot.ts';
import type { WorkerPool } from './workers.ts';

/** A room whose media was lost so often within the window is suspected of ending the workers itself. */
const MAX_LOSSES = 4;
const LOSS_WINDOW_MS = 60_000;

export interface RoomMediaOptions {
  readonly pool: WorkerPool;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly log: MediaLog;
  readonly maxMembersPerRouter: number;
  /** How long a layer is sent that nobody receives. */
  readonly unwatchedMs: number;
  /** Called once, when the last member is gone. */
  readonly onEmpty: () => void;
}

/** The media of one life of a room: its routers on the workers, and who publishes what. */
export class RoomMedia {
  readonly log: MediaLog;
  readonly #options: RoomMediaOptions;
  readonly #hosts = new Set<RouterHost>();
  readonly #streams = new Map<string, PublishedStream>();
  readonly #placing = new SerialQueue();
  #members = 0;
  #losses: number[] = [];

  constructor(options: RoomMediaOptions) {
    this.#options = options;
    this.log = options.log;
  }

  /** Keeps the room's media alive until the returned function is called. */
  enter(): () => void {
    this.#members += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#members -= 1;
      if (this.#members === 0) this.#close();
    };
  }

  /** A place on a router, reserved: a router with room, else one on a worker that the room does not use yet. */
  place(): Promise<RouterHost> {
    return this.#placing.run(async () => {
      const host = this.#roomy() ?? (await this.#grow());
      host.reserve();
      return host;
    });
  }

  /** Notes that a worker under this room died. @returns whether the room may have another one. */
  mayRebuild(host: RouterHost): boolean {
    const now = this.#options.clock.now();
    // The members of one router report one loss.
    if (this.#hosts.delete(host)) {
      this.#losses = [...this.#losses.filter((at) => at > now - LOSS_WINDOW_MS), now];
    }
    return this.#losses.length < MAX_LOSSES;
  }

  add(stream: PublishedStream): void {
    this.#streams.set(stream.id, stream);
    stream.producer.observer.once('close', () => this.#streams.delete(stream.id));
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get unwatchedMs(): number {
    return this.#options.unwatchedMs;
  }

  stream(streamId: string): PublishedStream | undefined {
    return this.#streams.get(streamId);
  }

  #open(): RouterHost[] {
    for (const host of this.#hosts) {
      if (host.closed) this.#hosts.delete(host);
    }
    return [...this.#hosts];
  }

  #roomy(): RouterHost | undefined {
    return this.#open().find(({ places }) => places < this.#options.maxMembersPerRouter);
  }

  async #grow(): Promise<RouterHost> {
    const { pool, tally } = this.#options;
    const used = new Map(this.#open().map((host) => [host.worker, host]));
    const worker = await pool.pick(new Set(used.keys()));
    const existing = used.get(worker);
    // Every worker has a router of this room: a second one beside it would not add capacity.
    if (existing && !existing.closed) return existing;
    const router = await worker.worker.createRouter({ mediaCodecs: structuredClone(ROUTER_CODECS) });
    tally.watch(router);
    const host = new RouterHost(worker, router, { listenInfo: pool.pipeListenInfo, log: this.log });
    this.#hosts.add(host);
    return host;
  }

  #close(): void {
    this.#placing.close();
    for (const host of this.#hosts) host.close();
    this.#hosts.clear();
    this.#options.onEmpty();
  }
}
