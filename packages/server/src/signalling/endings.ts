import type { Clock, Log } from '@rotunda/base';
import { LEAVE_REASONS, roomKeyText, type LeaveReason, type RoomKey } from '@rotunda/protocol';
import type { Ending, EndingStore, HowEnded, ReturnBar } from '../store/endings-port.ts';
import { WriteBehind } from './write-behind.ts';

/** Ends that somebody else decided: an answer to the backend means that these are on disk. */
const FORCED: ReadonlySet<LeaveReason> = new Set(['removed', 'dismissed', 'replaced', 'permissionLost']);

/**
 * How stays ended, so that a removed or dismissed one can never come back, also after a restart. Ends that the client
 * may return from (a lost link) are not kept; instead it is known whose return to which room is barred since when. All is
 * known at once, also while the store cannot take it.
 */
export class Endings {
  readonly #store: EndingStore;
  readonly #clock: Clock;
  /** Endings by session, bars by room and user: no session has such a name. */
  readonly #unsaved: WriteBehind<Ending | ReturnBar>;

  constructor({ store, clock, log }: { store: EndingStore; clock: Clock; log: Log }) {
    this.#store = store;
    this.#clock = clock;
    const write = (rows: readonly (Ending | ReturnBar)[]): Promise<void> =>
      store.saveEndings(
        rows.filter((row) => 'sessionId' in row),
        rows.filter((row) => 'room' in row),
      );
    this.#unsaved = new WriteBehind({ write, what: 'how stays ended', clock, log });
  }

  /** The first end of a stay counts. Only that it was left for another room gives way to how the stay there ended. */
  record(sessionId: string, { reason, message, roomId }: HowEnded): void {
    const known = this.#unsaved.get(sessionId);
    if (!LEAVE_REASONS[reason].terminal || (known && known.reason !== 'switchedRoom')) return;
    const ending = { sessionId, reason, message, roomId, at: this.#clock.now() };
    this.#unsaved.set(sessionId, ending, { urgent: FORCED.has(reason) });
  }

  /** Nobody, or none of these users, who was cut off from the room before now returns to it by itself. */
  barReturns(key: RoomKey, userIds: readonly string[] | 'everybody', why: HowEnded): void {
    const room = roomKeyText(key);
    const at = this.#clock.now();
    for (const userId of userIds === 'everybody' ? [null] : userIds)
      this.#unsaved.set(barName(room, userId), { ...why, room, userId, at }, { urgent: true });
  }

  /** Resolves when every forced end recorded so far is durable; rejects if it could not be written. */
  durable(): Promise<void> {
    return this.#unsaved.durable();
  }

  /** What is stored came first. */
  async find(sessionId: string): Promise<HowEnded | null> {
    const unsaved = this.#unsaved.get(sessionId);
    const stored = this.#store.findEnding(sessionId);
    const known = await (unsaved ? stored.catch(() => null) : stored);
    const ending = (known?.reason === 'switchedRoom' ? unsaved : known) ?? known ?? unsaved;
    return ending ? howEnded(ending) : null;
  }

  /** Why who was in the room at `since` may not return by itself; null if nothing is known against it. */
  async findReturnBar(stay: {
    readonly key: RoomKey;
    readonly userId: string;
    readonly since: number;
  }): Promise<HowEnded | null> {
    const { userId, since } = stay;
    const room = roomKeyText(stay.key);
    for (const who of [userId, null]) {
      const bar = this.#unsaved.get(barName(room, who));
      if (bar && bar.at > since) return howEnded(bar);
    }
    return this.#store.findReturnBar({ room, userId, since });
  }

  /** Writes what waits. */
  close(): Promise<void> {
    return this.#unsaved.close();
  }
}

function howEnded({ reason, message, roomId }: HowEnded): HowEnded {
  return { reason, message, roomId };
}

function barName(room: string, userId: string | null): string {
  return JSON.stringify([room, userId]);
}
