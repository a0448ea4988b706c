import type { Clock, Log, Timer } from '@rotunda/base';
import { LEAVE_REASONS, roomKeyText, type LeaveReason, type RoomKey } from '@rotunda/protocol';
import type { Ending, EndingStore, ReturnBar } from '../store/endings-port.ts';

/** Ends that somebody else decided: an answer to the backend means that these are on disk. */
const FORCED: ReadonlySet<LeaveReason> = new Set(['removed', 'dismissed', 'replaced', 'permissionLost']);
/** Voluntary ends are written together this often; what could not be written is tried again as often. */
const FLUSH_MS = 1_000;
/** How many ends, and bars, are remembered while the store takes none; then the oldest are forgotten. */
const MAX_UNSAVED = 100_000;

/**
 * How stays ended, so that a removed or dismissed one can never come back, also after a restart. Ends that the client
 * may return from (a lost link) are not kept; instead it is known whose return to which room is barred since when. All is
 * known at once, also while the store cannot take it.
 */
export class Endings {
  readonly #store: EndingStore;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By session, in the order in which they were recorded. */
  readonly #unsaved = new Map<string, Ending>();
  /** By room and user. */
  readonly #unsavedBars = new Map<string, ReturnBar>();
  #saving: Promise<void> | null = null;
  #timer: Timer | null = null;
  #closed = false;

  constructor(tools: { store: EndingStore; clock: Clock; log: Log }) {
    this.#store = tools.store;
    this.#clock = tools.clock;
    this.#log = tools.log;
  }

  /** The first end of a stay counts. Only that it was left for another room gives way to how the stay there ended. */
  record(sessionId: string, reason: LeaveReason): void {
    const known = this.#unsaved.get(sessionId);
    if (!LEAVE_REASONS[reason].terminal || (known && known.reason !== 'switchedRoom')) return;
    this.#unsaved.set(sessionId, { sessionId, reason, at: this.#clock.now() });
    forgetOldest(this.#unsaved);
    // `durable` reports a failure to whoever waits for it; nobody may be waiting.
    if (FORCED.has(reason)) this.#save().catch(() => undefined);
    else this.#saveLater();
  }

  /** Nobody, or none of these users, who was cut off from the room before now returns to it by itself. */
  barReturns(key: RoomKey, userIds: readonly string[] | 'everybody', reason: LeaveReason): void {
    const room = roomKeyText(key);
    const at = this.#clock.now();
    for (const userId of userIds === 'everybody' ? [null] : userIds) {
      this.#unsavedBars.set(barName(room, userId), { room, userId, reason, at });
      forgetOldest(this.#unsavedBars);
    }
    this.#save().catch(() => undefined);
  }

  /** Resolves when every forced end recorded so far is durable; rejects if it could not be written. */
  async durable(): Promise<void> {
    while (this.#hasForced()) await this.#save();
  }

  /** What is stored came first. */
  async find(sessionId: string): Promise<LeaveReason | null> {
    const unsaved = this.#unsaved.get(sessionId)?.reason;
    const stored = this.#store.findEnding(sessionId);
    const known = await (unsaved ? stored.catch(() => null) : stored);
    return (known === 'switchedRoom' ? unsaved : known) ?? known ?? unsaved ?? null;
  }

  /** Why who was in the room at `since` may not return by itself; null if nothing is known against it. */
  async findReturnBar(stay: {
    readonly key: RoomKey;
    readonly userId: string;
    readonly since: number;
  }): Promise<LeaveReason | null> {
    const { userId, since } = stay;
    const room = roomKeyText(stay.key);
    for (const who of [userId, null]) {
      const bar = this.#unsavedBars.get(barName(room, who));
      if (bar && bar.at > since) return bar.reason;
    }
    return this.#store.findReturnBar({ room, userId, since });
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
        if (this.#unsaved.size + this.#unsavedBars.size > 0) this.#saveLater();
      });
    return this.#saving;
  }

  async #write(): Promise<void> {
    do {
      const batch = [...this.#unsaved.values()];
      const bars = [...this.#unsavedBars];
      if (batch.length + bars.length === 0) return;
      try {
        await this.#store.saveEndings(
          batch,
          bars.map(([, bar]) => bar),
        );
      } catch (error) {
        this.#log.error(
          { err: error, count: batch.length },
          'could not save how stays ended: tried again later',
        );
        throw error;
      }
      for (const ending of batch)
        if (this.#unsaved.get(ending.sessionId) === ending) this.#unsaved.delete(ending.sessionId);
      for (const [name, bar] of bars) if (this.#unsavedBars.get(name) === bar) this.#unsavedBars.delete(name);
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
    if (this.#unsavedBars.size > 0) return true;
    for (const { reason } of this.#unsaved.values()) if (FORCED.has(reason)) return true;
    return false;
  }
}

function forgetOldest(unsaved: Map<string, unknown>): void {
  const [oldest] = unsaved.keys();
  if (unsaved.size > MAX_UNSAVED && oldest !== undefined) unsaved.delete(oldest);
}

function barName(room: string, userId: string | null): string {
  return JSON.stringify([room, userId]);
}
