import { setImmediate } from 'node:timers/promises';
import type { Clock, Log, Timer } from '@rotunda/base';
import type { LeaveReason } from '@rotunda/protocol';
import type { AudienceChange } from '../roomlog/membership-port.ts';
import type { LogEntry } from '../rooms/model.ts';
import type { Observed } from '../rooms/observations.ts';
import type { HistoryStore } from '../store/history-port.ts';
import type { Happening } from './happenings.ts';
import { Ledger, type Taken } from './ledger.ts';
import { toBatch, type ToCallback } from './records.ts';
import { LEFT_OPEN, endingsOfOrphans } from './recovery.ts';

export interface RecorderTools {
  readonly store: HistoryStore;
  /** Of this process: a new one at each start. */
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly toCallback: ToCallback;
  /** How a stay ended that somebody ended, as far as it is known. */
  readonly howEnded: (sessionId: string) => Promise<LeaveReason | null>;
  /** These apps have new callbacks in the outbox. */
  readonly onCallbacks: (sdkAppIds: ReadonlySet<number>) => void;
  /** For metrics: so many beginnings were left out of history. */
  readonly onLeftOut: (count: number) => void;
  /** How much may wait for the store before nothing new is let in; {@link MAX_WAITING} by default. */
  readonly maxWaiting?: number;
}

/** Some 100 MB. What ends is taken beyond that: there is no more of it than of what began. */
const MAX_WAITING = 100_000;
/** What one transaction takes at most. */
const BATCH = 1_000;
/** How often what could not be written is tried again. */
const RETRY_MS = 1_000;
/** How exactly it is known when a killed process died. */
const SIGN_OF_LIFE_MS = 10_000;
/** How often it is said that history has gaps. */
const SAY_LEFT_OUT_MS = 10_000;

/**
 * Writes to the store what happens in rooms, soon after it happened and in order, and with it what backends are told. Nobody
 * waits for it: while the store takes nothing, up to a bound, it is kept in memory.
 */
export class Recorder {
  readonly #tools: RecorderTools;
  readonly #ledger = new Ledger();
  readonly #maxWaiting: number;
  #waiting: Happening[] = [];
  #writing: Promise<void> | null = null;
  #retry: Timer | null = null;
  #life: Timer | null = null;
  #leftOut = 0;
  #saidLeftOutAt = -Infinity;
  #closed = false;

  constructor(tools: RecorderTools) {
    this.#tools = tools;
    this.#maxWaiting = tools.maxWaiting ?? MAX_WAITING;
  }

  /** Things that happened and are not in the store yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Ends what processes left open that are gone. Before anything else is written. Rejects if the store does not take it.
   *
   * @returns the stays that went on until then, and those of which that was found at an earlier start if it was after `since`
   *   (milliseconds since the epoch)
   */
  async start(since: number): Promise<readonly string[]> {
    const { store, nodeId, clock, howEnded, log } = this.#tools;
    await store.markAlive(nodeId, clock.now());
    const ended = await endingsOfOrphans(store, [nodeId], howEnded);
    for (let start = 0; start < ended.length; start += BATCH)
      await this.#record(ended.slice(start, start + BATCH));
    if (ended.length > 0) log.info({ count: ended.length }, 'ended what an earlier process had left open');
    await store.forgetNodes([nodeId]);
    this.#life = clock.every(SIGN_OF_LIFE_MS, () => void this.#markAlive());
    const leftOpen = ended.flatMap((happening) =>
      happening.type === 'left' && happening.reason === LEFT_OPEN ? happening.stay.stayId : [],
    );
    return [...leftOpen, ...(await store.findStaysEnded({ reason: LEFT_OPEN, since }))];
  }

  readonly takeEntry = (entry: LogEntry): void => {
    this.#take(this.#ledger.take(entry, { admit: this.#mayGrow }));
  };

  readonly takeAudienceChange = (change: AudienceChange): void => {
    this.#take(this.#ledger.takeAudience(change, { admit: this.#mayGrow }));
  };

  readonly takeObservation = (observed: Observed): void => {
    this.#take(this.#ledger.takeObservation(observed, { admit: this.#mayGrow }));
  };

  /** Writes what waits, unless the store does not take it. Then nothing is written any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#life?.cancel();
    this.#retry?.cancel();
    await this.#writing;
    await this.#write();
    await this.#markAlive();
    const lost = this.#waiting.length;
    if (lost > 0) this.#tools.log.error({ count: lost }, 'history that could not be written is lost');
  }

  get #mayGrow(): boolean {
    return this.#waiting.length < this.#maxWaiting;
  }

  #take({ happenings, leftOut }: Taken): void {
    if (leftOut > 0) this.#sayLeftOut(leftOut);
    if (happenings.length === 0) return;
    for (const happening of happenings) this.#waiting.push(happening);
    if (!this.#retry && !this.#closed) this.#writeSoon(() => setImmediate());
  }

  /**
   * All that has come by the end of this turn, and what comes while it is written, goes together; after what somebody waits for, and
   * asked of the store in this turn.
   */
  #writeSoon(turn = () => Promise.resolve()): void {
    this.#writing ??= turn()
      .then(() => this.#write())
      .finally(() => {
        this.#writing = null;
        if (this.#waiting.length > 0 && !this.#retry && !this.#closed) this.#writeSoon();
      });
  }

  /** Until nothing waits, or the store does not take it: then it is tried again later. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      try {
        await this.#record(batch);
      } catch (err) {
        const count = this.#waiting.length;
        this.#tools.log.error({ err, count }, 'could not write what happened in rooms: tried again');
        this.#retryLater();
        return;
      }
      this.#waiting.splice(0, batch.length);
    }
  }

  async #record(happenings: readonly Happening[]): Promise<void> {
    const { store, nodeId, toCallback, onCallbacks } = this.#tools;
    const batch = toBatch(happenings, toCallback);
    await store.record(nodeId, batch);
    const sdkAppIds = new Set(batch.callbacks.map(({ sdkAppId }) => sdkAppId));
    if (sdkAppIds.size > 0) onCallbacks(sdkAppIds);
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#retry ??= this.#tools.clock.after(RETRY_MS, () => {
      this.#retry = null;
      this.#writeSoon();
    });
  }

  async #markAlive(): Promise<void> {
    const { store, nodeId, clock, log } = this.#tools;
    await store
      .markAlive(nodeId, clock.now())
      .catch((err: unknown) => log.debug({ err }, 'could not leave a sign of life'));
  }

  #sayLeftOut(count: number): void {
    const { clock, log, onLeftOut } = this.#tools;
    onLeftOut(count);
    this.#leftOut += count;
    const now = clock.now();
    if (now - this.#saidLeftOutAt < SAY_LEFT_OUT_MS) return;
    this.#saidLeftOutAt = now;
    log.error(
      { leftOut: this.#leftOut, waiting: this.#waiting.length },
      'the store takes nothing and memory is full: rooms, stays and streams that begin now are left out of history and callbacks',
    );
  }
}
