import type { Clock, Log, Timer } from '@rotunda/base';
import { LEAVE_REASONS, type LeaveReason } from '@rotunda/protocol';
import type { Store } from '../store/port.ts';

/** Ends that somebody else decided: an answer to the backend means that these are on disk. */
const FORCED: ReadonlySet<LeaveReason> = new Set(['removed', 'dismissed', 'replaced', 'permissionLost']);
/** Voluntary ends are written together this often. */
const FLUSH_MS = 1_000;

interface Ending {
  readonly sessionId: string;
  readonly reason: LeaveReason;
  readonly at: number;
}

/**
 * How stays ended, so that a removed or dismissed one can never come back, also after a restart. Ends that the client
 * may return from (a lost link) are not kept.
 */
export class Endings {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  #waiting: Ending[] = [];
  #forced: Ending[] = [];
  #flushTimer: Timer | null = null;
  #forcedFlush: Promise<void> | null = null;

  constructor(tools: { store: Store; clock: Clock; log: Log }) {
    this.#store = tools.store;
    this.#clock = tools.clock;
    this.#log = tools.log;
  }

  record(sessionId: string, reason: LeaveReason): void {
    if (!LEAVE_REASONS[reason].terminal) return;
    const ending = { sessionId, reason, at: this.#clock.now() };
    if (FORCED.has(reason)) {
      this.#forced.push(ending);
      if (!this.#forcedFlush) this.#startForcedFlush();
    } else {
      this.#waiting.push(ending);
      this.#flushTimer ??= this.#clock.after(FLUSH_MS, () => void this.flush());
    }
  }

  /** Resolves when every forced end recorded so far is durable; rejects if it could not be written. */
  async durable(): Promise<void> {
    while (this.#forcedFlush) await this.#forcedFlush;
  }

  async find(sessionId: string): Promise<LeaveReason | null> {
    const unsaved = [...this.#forced, ...this.#waiting].find((ending) => ending.sessionId === sessionId);
    return unsaved?.reason ?? (await this.#store.findEnding(sessionId));
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    this.#flushTimer?.cancel();
    this.#flushTimer = null;
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      if (batch.length > 0) await this.#store.saveEndings(batch);
    } catch (error) {
      this.#log.error({ err: error, count: batch.length }, 'could not save how stays ended');
    }
  }

  async close(): Promise<void> {
    await this.flush();
    await this.durable().catch(() => undefined);
  }

  /** Takes all that has come by then as one transaction: a dismissal ends hundreds of stays in one turn. */
  async #flushForced(): Promise<void> {
    const batch = [...this.#forced];
    try {
      await this.#store.saveEndings(batch);
    } catch (error) {
      this.#log.error({ err: error, count: batch.length }, 'could not save how stays ended');
      throw error;
    } finally {
      this.#forcedFlush = null;
      this.#forced = this.#forced.slice(batch.length);
      if (this.#forced.length > 0) this.#startForcedFlush();
    }
  }

  #startForcedFlush(): void {
    this.#forcedFlush = Promise.resolve().then(() => this.#flushForced());
    // `durable` reports a failure to whoever waits for it; nobody may be waiting.
    this.#forcedFlush.catch(() => undefined);
  }
}
