import type { RoomKey } from '@rotunda/protocol';
import type { ClientFacts, Command, Link, LogEntry, Refusal, RoomState } from '../rooms/model.ts';

/** `entry` is null when the command changed nothing (a repeat, or an end of a stay that had ended). */
export type CommitResult =
  | { readonly ok: true; readonly entry: LogEntry | null; readonly state: RoomState }
  | { readonly ok: false; readonly refusal: Refusal };

export interface Follower {
  /** The room as it was when the entries began, if some after the version that was asked for are gone; else null. */
  readonly snapshot: RoomState | null;
  close(): void;
}

/** The room log cannot be reached: entering and Cloud API calls fail with this, exits do not. */
export class RoomLogUnavailableError extends Error {
  override readonly name = 'RoomLogUnavailableError';
}

/**
 * Where the truth about rooms is kept, and in which order things happen. Commits of one room are totally ordered;
 * followers see every entry once, in order, after it was committed.
 * A follower that throws harms neither the commit nor the other followers.
 *
 * In memory the followers have been told before `commit` resolves. A log that several nodes share cannot promise that:
 * nothing may depend on it.
 */
export interface RoomLog {
  /** Decides `command` against the newest state and appends what follows from it. Rejects with {@link RoomLogUnavailableError}. */
  commit(key: RoomKey, command: Command): Promise<CommitResult>;
  read(key: RoomKey): Promise<RoomState>;
  /**
   * Calls `listener` for each entry with a version above `fromVersion`, those already there first, before it resolves. If not all of
   * these are kept any more, it answers a snapshot, and calls `listener` for each entry after that.
   */
  follow(key: RoomKey, fromVersion: number, listener: (entry: LogEntry) => void): Promise<Follower>;
  /** Rooms with a deadline at or before `now` (a lost member, an empty live room). */
  due(now: number): Promise<readonly RoomKey[]>;
  /** Rooms that have guests. */
  linkedRooms(): Promise<readonly RoomKey[]>;
  /** The open rooms of this log, for metrics and lists. */
  openRooms(): Promise<readonly RoomKey[]>;
  close(): Promise<void>;
}

export interface PresenceEntry {
  readonly userId: string;
  readonly sessionId: string;
  readonly nodeId: string;
  readonly enteredAt: number;
  readonly client: ClientFacts;
  /** The stay that this one goes on from; null for an ordinary enter. */
  readonly continues: string | null;
  readonly link: Link;
}

export type PresenceStay = Pick<PresenceEntry, 'userId' | 'sessionId'>;

/**
 * Who is in the audience of a live room: may be many, is not announced to anybody, must still be found and counted.
 * Each method is one atomic step. Whoever takes an entry out of the index is the one who ends that stay.
 */
export interface PresenceIndex {
  /** @returns the entry that this one took the place of: an earlier stay of the same user. */
  add(key: RoomKey, incarnation: string, entry: PresenceEntry): Promise<PresenceEntry | null>;
  /** Adds nothing if the user has an entry. @returns whether the user's entry is now of that session. */
  addUnlessTaken(key: RoomKey, incarnation: string, entry: PresenceEntry): Promise<boolean>;
  /**
   * Changes the user's entry if it is of that session. Of several deadlines of a lost link the earliest counts.
   *
   * @returns whether it was there.
   */
  update(
    key: RoomKey,
    incarnation: string,
    stay: PresenceStay,
    change: Pick<PresenceEntry, 'link'> & Partial<Pick<PresenceEntry, 'nodeId'>>,
  ): Promise<boolean>;
  /**
   * Takes the user's entry out if it is of that session, with `dueBy` only if its link was lost and its deadline is not
   * later. @returns the entry, or null if it was not there, and how many are left.
   */
  remove(
    key: RoomKey,
    incarnation: string,
    stay: PresenceStay,
    only?: { readonly dueBy: number },
  ): Promise<{ removed: PresenceEntry | null; left: number }>;
  find(key: RoomKey, incarnation: string, userId: string): Promise<PresenceEntry | null>;
  count(key: RoomKey, incarnation: string): Promise<number>;
  list(key: RoomKey, incarnation: string): Promise<readonly PresenceEntry[]>;
  /** Audience stays whose deadline is at or before `now`. */
  due(now: number): Promise<readonly { key: RoomKey; incarnation: string; entry: PresenceEntry }[]>;
  /** Forgets a whole incarnation. @returns who was still in it. */
  drop(key: RoomKey, incarnation: string): Promise<readonly PresenceEntry[]>;
}
