import type { LeaveReason } from '@rotunda/protocol';

/** How long it is known how a stay ended, in milliseconds: 24 hours. */
export const ENDINGS_KEPT_MS = 24 * 60 * 60 * 1000;

export interface HowEnded {
  readonly reason: LeaveReason;
  /** What the backend that removed the user tells it. */
  readonly message?: string | undefined;
  /** Where it ended, if that may be another room than the one where it began: after a switch whose answer the client may not have. */
  readonly roomId?: string | undefined;
}

export interface Ending extends HowEnded {
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Nobody whose stay in that room began earlier returns to it by itself. */
export interface ReturnBar extends Omit<HowEnded, 'roomId'> {
  /** `roomKeyText` of the room. */
  readonly room: string;
  /** Null: everybody. */
  readonly userId: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** How stays ended. Endings and bars are kept for {@link ENDINGS_KEPT_MS}. */
export interface EndingStore {
  /**
   * Durable, as a whole, when it resolves. The first ending of a stay counts, except that `switchedRoom` gives way to the next, and
   * the last bar of a user in a room.
   */
  saveEndings(endings: readonly Ending[], bars?: readonly ReturnBar[]): Promise<void>;
  /** How a stay ended, or null if it is not known to have ended. */
  findEnding(sessionId: string): Promise<HowEnded | null>;
  /** What a bar says that hits who was in the room at `since`, or null. */
  findReturnBar(stay: { room: string; userId: string; since: number }): Promise<HowEnded | null>;
}
