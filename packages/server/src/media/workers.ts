import { TRTCError } from '@rotunda/protocol';
import type { TransportListenInfo } from 'mediasoup/types';
import type { MediaAddress } from './addresses.ts';
import type { MediaWorker, SlotOptions } from './worker-slot.ts';
import { WorkerSlot } from './worker-slot.ts';

const LOWEST_PORT = 10_000;
const HIGHEST_PORT = 59_999;

export interface WorkerPoolOptions extends Pick<SlotOptions, 'clock' | 'log'> {
  readonly workers: number;
  /** Worker n listens on basePort + n, UDP and TCP; 0 means free ports. */
  readonly basePort: number;
  readonly addresses: readonly MediaAddress[];
}

/** The worker processes of this node. */
export class WorkerPool {
  readonly #slots: WorkerSlot[];
  /** Where workers of this machine hand media to each other: never on a port that a worker wants for itself. */
  readonly pipeListenInfo: TransportListenInfo;

  private constructor(options: WorkerPoolOptions) {
    const { workers, basePort, addresses, clock, log } = options;
    this.#slots = Array.from({ length: Math.max(1, workers) }, (_, index) => {
      return new WorkerSlot({ index, port: basePort && basePort + index, addresses, clock, log });
    });
    this.pipeListenInfo = { protocol: 'udp', ip: '127.0.0.1', portRange: pipePorts(basePort, workers) };
  }

  /** @throws Error with what to do; nothing keeps running then. */
  static async open(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    const results = await Promise.allSettled(pool.#slots.map((slot) => slot.open()));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) {
      await pool.close();
      throw failure.reason;
    }
    return pool;
  }

  /** Workers that run. */
  get size(): number {
    return this.#live().length;
  }

  /**
   * The least loaded worker, one outside `avoid` if possible; waits for a successor when none runs.
   * @throws TRTCError ERR_SERVER_PROCESS_FAILED when none can be expected soon.
   */
  async pick(avoid: ReadonlySet<MediaWorker> = new Set()): Promise<MediaWorker> {
    const live = this.#live();
    const fresh = live.filter((worker) => !avoid.has(worker));
    const best = leastLoaded(fresh.length > 0 ? fresh : live);
    if (best) return best;
    try {
      return await Promise.any(this.#slots.flatMap(({ starting }) => starting ?? []));
    } catch {
      throw new TRTCError('ERR_SERVER_PROCESS_FAILED', 'no media worker is running');
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }

  #live(): MediaWorker[] {
    return this.#slots.flatMap(({ live }) => live ?? []);
  }
}

function leastLoaded(workers: readonly MediaWorker[]): MediaWorker | undefined {
  return workers.reduce<MediaWorker | undefined>(
    (best, worker) => (best && best.load <= worker.load ? best : worker),
    undefined,
  );
}

function pipePorts(basePort: number, workers: number): { min: number; max: number } {
  const above = basePort + workers;
  return HIGHEST_PORT - above > basePort - LOWEST_PORT
    ? { min: Math.max(LOWEST_PORT, above), max: HIGHEST_PORT }
    : { min: LOWEST_PORT, max: Math.min(HIGHEST_PORT, basePort - 1) };
}
