import type { Clock, Log, Timer } from '@rotunda/base';
import { LEAVE_REASONS, type LeaveReason } from '@rotunda/protocol';
import type { Store } from '../store/port.ts';

/** Ends that somebody else decided: an answer to the backend means that these are on disk. */
const FORCED: ReadonlySet<LeaveReason> = new Set(['removed', 'dismissed', 'replaced', 'permissionLost']);
/** Voluntary ends are written together this often; what could not be written is tried again as often. */
const FLUSH_MS = 1_000;
/** How many ends are remembered while the store takes none; then the oldest are forgotten. */
const MAX_UNSAVED = 100_000;

interface Ending {
  readonly sessionId: string;
  readonly reason: LeaveReason;
  readonly at: number;
}

/**
 * How stays ended, so that a removed or dismissed one can never come back, also after a restart. Ends that the client
 * may return from (a lost link) are not kept. An end is known from `record` on, also while the store cannot take it.
 */
export class Endings {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By session, in the order in which they were recorded. */
  readonly #unsaved = new Map<string, Ending>();
  #saving: Promise<void> | null = null;
  #timer: Timer | null = null;
  #closed = false;

  constructor(tools: { store: Store; clock: Clock; log: Log }) {
    this.#store = tools.store;
    this.#clock = tools.clock;
    this.#log = tools.log;
  }

  /** The first end of a stay counts. */
  record(sessionId: string, reason: LeaveReason): void {
    if (!LEAVE_REASONS[reason].terminal || this.#unsaved.has(sessionId)) return;
    this.#unsaved.set(sessionId, { sessionId, reason, at: this.#clock.now() });
    const [oldest] = this.#unsaved.keys();
    if (this.#unsaved.size > MAX_UNSAVED && oldest !== undefined) this.#unsaved.delete(oldest);
    // `durable` reports a failure to whoever waits for it; nobody may be waiting.
    if (FORCED.has(reason)) this.#save().catch(() => undefined);
    else this.#saveLater();
  }

  /** Resolves when every forced end recorded so far is durable; rejects if it could not be written. */
  async durable(): Promise<void> {
    while (this.#hasForced()) await this.#save();
  }

  async find(sessionId: string): Promise<LeaveReason | null> {
    return this.#unsaved.get(sessionId)?.reason ?? (await this.#store.findEnding(sessionId));
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#saving?.catch(() => undefined);
    await this.#save().catch(() => undefined);
  }

  /** All that has come by the end of this turn goes in one transaction: a dismissal ends hundreds of stays at once. */
  #save(): Promise<void> {
    this.#saving ??= Promise.resolve()
      .then(() => this.#write())
      .finally(() => {
        this.#saving = null;
        if (this.#unsaved.size > 0) this.#saveLater();
      });
    return this.#saving;
  }

  async #write(): Promise<void> {
    do {
      const batch = [...this.#unsaved.values()];
      if (batch.length === 0) return;
      try {
        await this.#store.saveEndings(batch);
      } catch (error) {
        this.#log.error(
          { err: error, count: batch.length },
          'could not save how stays ended: tried again later',
        );
        throw error;
      }
      for (const { sessionId } of batch) this.#unsaved.delete(sessionId);
    } while (this.#hasForced());
  }

  #saveLater(): void {
    if (this.#closed) return;
    this.#timer ??= this.#clock.after(FLUSH_MS, () => {
      this.#timer = null;
      this.#save().catch(() => undefined);
    });
  }

  #hasForced(): boolean {
    for (const { reason } of this.#unsaved.values()) if (FORCED.has(reason)) return true;
    return false;
  }
}
