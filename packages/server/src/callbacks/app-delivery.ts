import type { Clock, Log, Timer } from '@rotunda/base';
import type { OutboxStore, StoredCallback } from '../store/outbox-port.ts';
import { Lane } from './lane.ts';
import { callbackRequest } from './request.ts';
import { nextAttempt, type RetryPolicy } from './schedule.ts';
import { Semaphore } from './semaphore.ts';
import type { PostOutcome, Receiver, Sender } from './sender.ts';
import type { Settlements } from './settlements.ts';

/** An app whose backend is told of what happens in its rooms. */
export interface CallbackApp extends Receiver {
  readonly sdkAppId: number;
  readonly retry: RetryPolicy;
}

/** What became of attempts, for metrics. */
export type OnAttempt = (sample: {
  readonly sdkAppId: number;
  readonly result: 'delivered' | 'failed' | 'dead';
}) => void;

export interface DeliveryTools {
  readonly outbox: Pick<OutboxStore, 'waiting'>;
  readonly settlements: Settlements;
  /** False while another server may deliver the same. */
  readonly isOurs: () => boolean;
  readonly sender: Pick<Sender, 'post'>;
  /** Of all apps together. */
  readonly places: Semaphore;
  /** The system's time: receivers compare it with theirs. */
  readonly clock: Clock;
  readonly log: Log;
  readonly onAttempt: OnAttempt;
}

/** Posts of one app at the same time: its receiver may be dead, and holds each for five seconds. */
const PLACES = 16;
/** Rooms of one app whose callbacks are in memory. */
const MAX_LANES = 5_000;
const PAGE = 500;
const RETRY_MS = 1_000;
/** The only answer that counts (docs/trtc.md 6.1). */
export const DELIVERED = 200;

/** Delivers the callbacks of one app, those of a room one after the other, rooms apart from each other. */
export class AppDelivery {
  readonly #app: CallbackApp;
  readonly #tools: DeliveryTools;
  readonly #lanes = new Map<string, Lane>();
  readonly #places = new Semaphore(PLACES);
  /** What waits for its time: to be ended when this closes. */
  readonly #pauses = new Map<() => void, Timer>();
  /** Callbacks up to here are in lanes. */
  #read = 0;
  #reading: 'no' | 'yes' | 'again' = 'no';
  /** The oldest that a callback can be: what waited for this server is given its time. */
  #freshFrom: number;
  /** How many are making earlier callbacks wait again: nothing is read. */
  #revivals = 0;
  /** Counts rewinds. */
  #generation = 0;
  /** What was settled while a page is read: it may be in that page all the same. */
  readonly #settledMeanwhile = new Set<string>();
  readonly #attempts = new Set<Promise<unknown>>();
  /** Until the outbox belongs to this server again. */
  #regaining: Promise<void> | null = null;
  #closed = false;

  constructor(app: CallbackApp, tools: DeliveryTools) {
    this.#app = app;
    this.#tools = tools;
    this.#freshFrom = tools.clock.now();
  }

  /** There are callbacks in the outbox that may not have been read. */
  wake(): void {
    if (this.#reading !== 'no') this.#reading = 'again';
    else if (!this.#isFull && this.#revivals === 0) void this.#readAll();
  }

  /**
   * Earlier callbacks come to wait again, little by little: until all do nothing is begun, so that none of a room goes out before an
   * earlier one. Then everything is read again, and has all its time if any came, or if `revive` failed, which may be after some.
   *
   * @returns how many came
   */
  async rewindAfter(revive: () => Promise<number>): Promise<number> {
    let count: number | null = null;
    this.#revivals++;
    this.#forget();
    try {
      return (count = await revive());
    } finally {
      this.#revivals--;
      if (count !== 0) this.#freshFrom = this.#tools.clock.now();
      this.wake();
    }
  }

  /**
   * Nothing is begun any more; nothing waits for time. Resolves when the settlements know of every post that was under way: they
   * close after that.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#places.close();
    for (const [end, timer] of this.#pauses) {
      timer.cancel();
      end();
    }
    this.#pauses.clear();
    await Promise.all(this.#attempts);
  }

  /** All that is not being delivered is read again. */
  #forget(): void {
    for (const lane of this.#lanes.values()) lane.reset();
    this.#generation++;
    this.#read = 0;
  }

  async #readAll(): Promise<void> {
    do {
      this.#reading = 'yes';
      this.#settledMeanwhile.clear();
      const generation = this.#generation;
      const page = await this.#waiting({ after: this.#read, limit: PAGE });
      // Rewound meanwhile: these are read again, after those that came back.
      if (this.#closed || generation !== this.#generation) continue;
      for (const callback of page) {
        if (!this.#settledMeanwhile.has(callback.id)) this.#lane(callback.room).offer(callback);
        this.#read = callback.position;
      }
      if (page.length === PAGE) this.#reading = 'again';
    } while (this.#mayReadOn);
    this.#reading = 'no';
  }

  get #mayReadOn(): boolean {
    return this.#reading === 'again' && !this.#isFull && this.#revivals === 0 && !this.#closed;
  }

  /** What is not read now is when a room has no more callbacks. */
  get #isFull(): boolean {
    return this.#lanes.size >= MAX_LANES;
  }

  /** Asks the store until it answers. */
  async #waiting(query: {
    readonly after: number;
    readonly limit: number;
    readonly room?: string;
  }): Promise<readonly StoredCallback[]> {
    const { outbox, log } = this.#tools;
    const { sdkAppId } = this.#app;
    while (!this.#closed) {
      try {
        return await outbox.waiting({ sdkAppId, ...query });
      } catch (err) {
        log.error({ err, sdkAppId }, 'could not read the callbacks that wait: tried again');
        await this.#pause(RETRY_MS);
      }
    }
    return [];
  }

  #lane(room: string): Lane {
    const known = this.#lanes.get(room);
    if (known) return known;
    const lane = new Lane({
      load: (query) => this.#waiting({ ...query, room }),
      deliver: (callback) => this.#deliver(callback),
    });
    this.#lanes.set(room, lane);
    void Promise.resolve().then(() => this.#run(room, lane));
    return lane;
  }

  async #run(room: string, lane: Lane): Promise<void> {
    while (!this.#closed && !lane.isEmpty) await lane.run();
    this.#lanes.delete(room);
    // There may be some for which there was no place.
    if (this.#lanes.size === MAX_LANES - 1) this.wake();
  }

  /** Tries as often as the app wants. @returns false if this was closed before it was decided. */
  async #deliver(callback: StoredCallback): Promise<boolean> {
    for (let attempts = 1; ; attempts++) {
      const attempt = this.#attempt(callback, attempts);
      this.#attempts.add(attempt);
      const result = await attempt.finally(() => this.#attempts.delete(attempt));
      if (!result) return false;
      if ('settled' in result) {
        await result.settled;
        if (this.#reading !== 'no') this.#settledMeanwhile.add(callback.id);
        return !this.#closed;
      }
      await this.#pause(result.nextAt - this.#tools.clock.now());
    }
  }

  /** @returns what is written of it now, or when it is tried again; null if this was closed. */
  async #attempt(
    callback: StoredCallback,
    attempts: number,
  ): Promise<{ readonly settled: Promise<void> } | { readonly nextAt: number } | null> {
    const { settlements, isOurs, onAttempt } = this.#tools;
    const { sdkAppId, retry } = this.#app;
    if (!isOurs() && !(await this.#waitsStill(callback))) return { settled: Promise.resolve() };
    const attempt = await this.#post(callback);
    if (!attempt) return null;
    const { outcome, lastAt } = attempt;
    if (outcome.ok && outcome.status === DELIVERED) {
      onAttempt({ sdkAppId, result: 'delivered' });
      return { settled: settlements.delivered(callback.id) };
    }
    if (this.#closed) return null;
    onAttempt({ sdkAppId, result: 'failed' });
    const error = outcome.ok ? `HTTP ${outcome.status}` : outcome.error;
    const bornAt = Math.max(callback.at, this.#freshFrom);
    const nextAt = nextAttempt(retry, { attempts, lastAt, bornAt });
    return nextAt === null ? { settled: this.#giveUp(callback, { attempts, error }) } : { nextAt };
  }

  async #post(callback: StoredCallback): Promise<{ outcome: PostOutcome; lastAt: number } | null> {
    const { places, sender, clock } = this.#tools;
    if (!(await this.#places.acquire())) return null;
    try {
      if (!(await places.acquire())) return null;
      try {
        const lastAt = clock.now();
        return { outcome: await sender.post(callbackRequest(this.#app, callback, lastAt)), lastAt };
      } finally {
        places.release();
      }
    } finally {
      this.#places.release();
    }
  }

  /** When the outbox belongs to this server again, for which it waits: somebody else may have delivered it. */
  async #waitsStill({ id, position, room }: StoredCallback): Promise<boolean> {
    this.#regaining ??= this.#regain().finally(() => (this.#regaining = null));
    await this.#regaining;
    const [next] = await this.#waiting({ after: position - 1, limit: 1, room });
    return next?.id === id;
  }

  async #regain(): Promise<void> {
    while (!this.#tools.isOurs() && !this.#closed) await this.#pause(RETRY_MS);
    if (this.#closed) return;
    this.#forget();
    this.#freshFrom = this.#tools.clock.now();
    this.wake();
  }

  #giveUp(
    { id, room }: StoredCallback,
    { attempts, error }: { attempts: number; error: string },
  ): Promise<void> {
    const { settlements, clock, log, onAttempt } = this.#tools;
    const { sdkAppId } = this.#app;
    onAttempt({ sdkAppId, result: 'dead' });
    log.warn({ sdkAppId, room, id, attempts, error }, 'a callback could not be delivered: dead letter');
    return settlements.dead({ id, at: clock.now(), attempts, error });
  }

  #pause(ms: number): Promise<void> {
    if (ms <= 0 || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#tools.clock.after(ms, () => {
        this.#pauses.delete(resolve);
        resolve();
      });
      this.#pauses.set(resolve, timer);
    });
  }
}
