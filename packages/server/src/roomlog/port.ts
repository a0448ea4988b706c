import type { RoomKey } from '@rotunda/protocol';
import type { Command, LogEntry, Refusal, RoomState } from '../rooms/model.ts';

/** `entry` is null when the command changed nothing (a repeat, or an end of a stay that had ended). */
export type CommitResult =
  | { readonly ok: true; readonly entry: LogEntry | null; readonly state: RoomState }
  | { readonly ok: false; readonly refusal: Refusal };

export interface Follower {
  close(): void;
}

/** The room log cannot be reached: entering and Cloud API calls fail with this, exits do not. */
export class RoomLogUnavailableError extends Error {
  override readonly name = 'RoomLogUnavailableError';
}

/**
 * Where the truth about rooms is kept, and in which order things happen. Commits of one room are totally ordered;
 * followers see every entry once, in order, after it was committed.
 */
export interface RoomLog {
  /** Decides `command` against the newest state and appends what follows from it. Rejects with {@link RoomLogUnavailableError}. */
  commit(key: RoomKey, command: Command): Promise<CommitResult>;
  read(key: RoomKey): Promise<RoomState>;
  /** Calls `listener` for each entry with a version above `fromVersion`, those already there first. */
  follow(key: RoomKey, fromVersion: number, listener: (entry: LogEntry) => void): Promise<Follower>;
  /** Rooms with a deadline at or before `now` (a lost member, an empty live room). */
  due(now: number): Promise<readonly RoomKey[]>;
  /** The open rooms of this log, for metrics and lists. */
  openRooms(): Promise<readonly RoomKey[]>;
  close(): Promise<void>;
}

export interface PresenceEntry {
  readonly userId: string;
  readonly sessionId: string;
  readonly nodeId: string;
  readonly enteredAt: number;
  /** Null while the link is up; else when the stay is given up. */
  readonly giveUpAt: number | null;
}

/** Who is in the audience of a live room: may be many, is not announced to anybody, must still be found and counted. */
export interface PresenceIndex {
  /** @returns the entry that this one replaced: an earlier stay of the same user. */
  add(key: RoomKey, incarnation: string, entry: PresenceEntry): Promise<PresenceEntry | null>;
  /** Removes the user's entry if it is of that session. @returns whether it was there, and how many are left. */
  remove(
    key: RoomKey,
    incarnation: string,
    stay: { userId: string; sessionId: string },
  ): Promise<{ removed: boolean; left: number }>;
  find(key: RoomKey, incarnation: string, userId: string): Promise<PresenceEntry | null>;
  count(key: RoomKey, incarnation: string): Promise<number>;
  list(key: RoomKey, incarnation: string): Promise<readonly PresenceEntry[]>;
  setGiveUpAt(
    key: RoomKey,
    incarnation: string,
    stay: { userId: string; sessionId: string },
    giveUpAt: number | null,
  ): Promise<void>;
  /** Audience stays whose deadline is at or before `now`. */
  due(now: number): Promise<readonly { key: RoomKey; incarnation: string; entry: PresenceEntry }[]>;
  /** Forgets a whole incarnation. */
  drop(key: RoomKey, incarnation: string): Promise<void>;
}
