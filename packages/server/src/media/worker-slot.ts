import type { Clock, Timer } from '@rotunda/base';
import { TypedEmitter } from '@rotunda/base';
import { createWorker } from 'mediasoup';
import type { WebRtcServer, Worker } from 'mediasoup/types';
import type { MediaAddress } from './addresses.ts';
import { findConflict, findFreePort, listenInfos } from './addresses.ts';
import { MediaUnavailableError } from './errors.ts';

/** So many deaths within the window, and the slot waits before it tries again. */
const MAX_DEATHS = 5;
const DEATH_WINDOW_MS = 60_000;
const COOLING_MS = 10_000;
const CLOSE_BUDGET_MS = 2000;
/** A worker that answers nothing for two of these hangs. One would be too few: this process may have stalled. */
const CHECK_MS = 3000;
const FREE_PORT_ATTEMPTS = 10;

export interface MediaLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

export interface SlotOptions {
  readonly index: number;
  /** 0: any free one. */
  readonly port: number;
  readonly addresses: readonly MediaAddress[];
  readonly clock: Clock;
  readonly log: MediaLog;
}

export interface MediaWorkerEvents {
  /** The process died. Its routers are closed already, and a successor is on its way. */
  lost: [];
}

/** One life of a worker process, with its one server for all transports. */
export class MediaWorker {
  readonly events: TypedEmitter<MediaWorkerEvents>;
  readonly worker: Worker;
  readonly webRtcServer: WebRtcServer;
  /** Members that are placed here. */
  load = 0;

  constructor(worker: Worker, webRtcServer: WebRtcServer, log: MediaLog) {
    this.worker = worker;
    this.webRtcServer = webRtcServer;
    this.events = new TypedEmitter((error, event) => {
      log.error({ err: error, event, pid: worker.pid }, 'a listener of a media worker failed');
    });
  }

  get usable(): boolean {
    return !this.worker.closed;
  }
}

type State =
  | { readonly name: 'idle' }
  | {
      readonly name: 'starting';
      readonly started: Promise<MediaWorker>;
      /** Also when the slot was closed meanwhile, and the worker is gone again. */
      readonly settled: Promise<MediaWorker>;
    }
  | { readonly name: 'live'; readonly worker: MediaWorker }
  | { readonly name: 'cooling'; readonly timer: Timer }
  | { readonly name: 'closed' };

/** A place in the pool with ports of its own: one worker after the other lives here. */
export class WorkerSlot {
  readonly #options: SlotOptions;
  #state: State = { name: 'idle' };
  #deaths: number[] = [];

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get live(): MediaWorker | undefined {
    return this.#state.name === 'live' && this.#state.worker.usable ? this.#state.worker : undefined;
  }

  /** The successor of a worker that died. */
  get starting(): Promise<MediaWorker> | undefined {
    return this.#state.name === 'starting' ? this.#state.started : undefined;
  }

  /** @throws MediaUnavailableError when the worker or its ports cannot be had. */
  async open(): Promise<void> {
    const { port, addresses } = this.#options;
    const conflict = port === 0 ? undefined : await findConflict(addresses, port);
    if (conflict !== undefined) {
      throw new MediaUnavailableError(
        `media port ${conflict}: free it, or choose others with ROTUNDA_MEDIA_PORT`,
      );
    }
    await this.#start();
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { name: 'closed' };
    if (state.name === 'cooling') state.timer.cancel();
    if (state.name === 'live') await this.#end(state.worker.worker);
    if (state.name === 'starting') await state.settled.catch(() => undefined);
  }

  #start(): Promise<MediaWorker> {
    const started = this.#launch();
    const settled = started.then(async (worker) => {
      if (this.#state.name === 'closed') await this.#end(worker.worker);
      else if (worker.usable) this.#state = { name: 'live', worker };
      return worker;
    });
    this.#state = { name: 'starting', started, settled };
    return settled;
  }

  async #launch(): Promise<MediaWorker> {
    const worker = await createMediaWorker();
    try {
      const mediaWorker = new MediaWorker(worker, await this.#listen(worker), this.#options.log);
      worker.on('died', (error) => this.#handleDied(mediaWorker, error));
      if (worker.closed) throw new Error('the media worker ended while it was being set up');
      this.#watchForHang(worker);
      return mediaWorker;
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  async #listen(worker: Worker): Promise<WebRtcServer> {
    const { addresses, port } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const chosen = port === 0 ? await findFreePort(addresses) : port;
      try {
        return await worker.createWebRtcServer({ listenInfos: listenInfos(addresses, chosen) });
      } catch (error) {
        if (worker.closed || port !== 0 || attempt === FREE_PORT_ATTEMPTS) throw error;
      }
    }
  }

  #handleDied(mediaWorker: MediaWorker, error: Error): void {
    const { index, log, clock } = this.#options;
    if (this.#state.name === 'closed') return;
    log.error({ worker: index, pid: mediaWorker.worker.pid, error: error.message }, 'media worker died');
    const now = clock.now();
    this.#deaths = [...this.#deaths.filter((at) => at > now - DEATH_WINDOW_MS), now];
    if (this.#deaths.length >= MAX_DEATHS) this.#cool();
    else this.#restart();
    mediaWorker.events.emit('lost');
  }

  #restart(): void {
    const { index, log } = this.#options;
    this.#start().then(
      ({ worker }) => log.info({ worker: index, pid: worker.pid }, 'media worker replaced'),
      (error: unknown) => {
        if (this.#state.name === 'closed') return;
        log.error({ worker: index, error: String(error) }, 'media worker could not be replaced');
        this.#cool();
      },
    );
  }

  #cool(): void {
    const { clock, index, log } = this.#options;
    log.warn({ worker: index, ms: COOLING_MS }, 'media worker keeps failing: waiting before the next try');
    this.#state = { name: 'cooling', timer: clock.after(COOLING_MS, () => this.#restart()) };
  }

  /** A process that hangs does not die by itself; killed, it is replaced like one that did. */
  #watchForHang(worker: Worker): void {
    const { clock, log, index } = this.#options;
    let unanswered = 0;
    const check = clock.every(CHECK_MS, () => {
      if (unanswered === 2) {
        log.error({ worker: index, pid: worker.pid }, 'media worker hangs: killed');
        kill(worker);
      }
      unanswered += 1;
      worker.getResourceUsage().then(
        () => (unanswered = 0),
        () => undefined,
      );
    });
    worker.observer.once('close', () => check.cancel());
  }

  /** Resolves when the process is gone, so that its ports are free again. One that does not go by itself is killed. */
  #end(worker: Worker): Promise<void> {
    if (worker.subprocessClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const budget = this.#options.clock.after(CLOSE_BUDGET_MS, () => kill(worker));
      worker.on('subprocessclose', () => {
        budget.cancel();
        resolve();
      });
      worker.close();
    });
  }
}

function kill(worker: Worker): void {
  try {
    process.kill(worker.pid, 'SIGKILL');
  } catch {
    // It has gone by itself.
  }
}

async function createMediaWorker(): Promise<Worker> {
  try {
    return await createWorker({ logLevel: 'warn', disableLiburing: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MediaUnavailableError(
      `the media worker cannot be started (${reason}): run "node tools/worker.mjs", or point MEDIASOUP_WORKER_BIN at one`,
      { cause: error },
    );
  }
}
