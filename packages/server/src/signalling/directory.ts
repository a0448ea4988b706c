import type { Clock, Log } from '@rotunda/base';
import {
  CLOSE_CODES,
  LEAVE_REASONS,
  roomKeyText,
  type DepartedMessage,
  type LeaveReason,
  type RoomKey,
  type Timers,
} from '@rotunda/protocol';
import type { OpenRoom } from '../rooms/model.ts';
import type { RoomLog } from '../roomlog/port.ts';
import type { HowEnded } from '../store/endings-port.ts';
import type { Endings } from './endings.ts';
import { blockAfter, type EntryBlocks } from './entry-blocks.ts';
import type { KeptStays } from './kept-stays.ts';
import { RoomFollower } from './room-follower.ts';
import type { EndNotice, Session } from './session.ts';

export interface DirectoryTools {
  readonly roomLog: RoomLog;
  readonly endings: Endings;
  readonly entryBlocks: Pick<EntryBlocks, 'find'>;
  readonly keptStays: Pick<KeptStays, 'keep'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** For metrics: a stay of this node ended. */
  onStayEnded(reason: LeaveReason): void;
}

interface FollowedRoom {
  readonly follower: RoomFollower;
  readonly started: Promise<void>;
}

/** The stays of this node: by session, by room. Every end of a stay on this node passes `end`. */
export class Directory {
  readonly #tools: DirectoryTools;
  readonly #sessions = new Map<string, Session>();
  /** Stay that was given up or left for another room -> the newest one that goes on from it. */
  readonly #successors = new Map<string, string>();
  readonly #rooms = new Map<string, FollowedRoom>();
  /** Ended stays whose clients have not acknowledged yet. */
  readonly #untold = new Map<string, Session>();

  constructor(tools: DirectoryTools) {
    this.#tools = tools;
  }

  get size(): number {
    return this.#sessions.size;
  }

  get rooms(): number {
    return this.#rooms.size;
  }

  find(sessionId: string): Session | undefined {
    return this.#sessions.get(sessionId);
  }

  /** The stay, or the one that goes on from it: a client that never got the answer to its return or switch only knows the stay before. */
  findLatest(sessionId: string): Session | undefined {
    return this.find(this.#successors.get(sessionId) ?? sessionId);
  }

  /** The room of a stay, as far as this node has been told; null if it is gone or has come to life anew. */
  roomOf(session: Session): OpenRoom | null {
    const state = this.#rooms.get(roomKeyText(session.key))?.follower.state;
    return state?.status === 'open' && state.incarnation === session.incarnation ? state : null;
  }

  /** The other stays of this node in the same room and incarnation. */
  neighbours(session: Session): Session[] {
    const everybody = this.#rooms.get(roomKeyText(session.key))?.follower.sessions.values() ?? [];
    return [...everybody].filter(
      (other) => other !== session && other.open && other.incarnation === session.incarnation,
    );
  }

  /** Sends a frame to everybody else in the room who is connected: what is no fact about the room. */
  tellOthers(session: Session, text: string): void {
    for (const { state } of this.neighbours(session))
      if (state.name === 'connected') state.link.sendText(text);
  }

  /** Who left the room of a stay lately. */
  departedFrom(session: Session): readonly DepartedMessage[] {
    return this.#rooms.get(roomKeyText(session.key))?.follower.departed ?? [];
  }

  all(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  /** Registers a stay that is about to enter, so that it misses nothing of its room. */
  async add(session: Session): Promise<void> {
    const room = this.#follow(session.key);
    this.#sessions.set(session.stay.sessionId, session);
    if (session.follows) this.#successors.set(session.follows, session.stay.sessionId);
    room.follower.sessions.set(session.stay.sessionId, session);
    await room.started;
  }

  /** Sends what came after the snapshot of `version`; the stay is connected from here on. */
  activate(session: Session, version: number): void {
    const missed = session.activate(version);
    this.#rooms.get(roomKeyText(session.key))?.follower.catchUp(session, missed);
  }

  /** Ends a stay on this node, whatever the way. Repeats do nothing. `tell` is for ends the client does not know of. */
  end(session: Session, reason: LeaveReason, how: EndNotice): void {
    const { link } = session;
    if (!session.end(reason, how)) return;
    const { sessionId, userId } = session.stay;
    if (endsWhole(reason))
      this.#endEarlier(session, { reason, message: how.message, roomId: session.key.id });
    this.#forget(session);
    this.#tools.onStayEnded(reason);
    queueMicrotask(() =>
      this.#tools.log.info({ room: session.key, userId, sessionId, reason }, 'stay ended'),
    );
    if (!link || !how.tell) return;
    this.#untold.set(sessionId, session);
    const limit = this.#tools.clock.after(this.#tools.timers.toldBudget, () => session.told.resolve());
    void session.told.promise.then(() => {
      limit.cancel();
      this.#untold.delete(sessionId);
      link.close(CLOSE_CODES.ended);
    });
  }

  /** The first of a chain of returns stands for all of them. */
  #endEarlier({ stay, origin, follows }: Session, how: HowEnded): void {
    for (const earlier of new Set([follows, origin]))
      if (earlier !== null && earlier !== stay.sessionId) this.#tools.endings.record(earlier, how);
  }

  /** An entry that did not come about: as if it had never been there. */
  drop(session: Session): void {
    this.#forget(session);
    session.end('exited', { tell: false });
  }

  /**
   * Resolves when each of these stays has ended durably and its client, if connected, knows; at the latest after `budgetMs`.
   * This node may not have heard of their ends yet.
   */
  async waitUntilTold(sessionIds: readonly string[], budgetMs: number): Promise<void> {
    const told = sessionIds.flatMap(
      (sessionId) => (this.#sessions.get(sessionId) ?? this.#untold.get(sessionId))?.told.promise ?? [],
    );
    if (told.length > 0) await this.#within(budgetMs, Promise.all(told));
    await this.#tools.endings.durable();
  }

  close(): void {
    for (const room of this.#rooms.values()) room.follower.close();
    this.#rooms.clear();
  }

  #within(ms: number, done: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const limit = this.#tools.clock.after(ms, resolve);
      void done.then(() => {
        limit.cancel();
        resolve();
      });
    });
  }

  #follow(key: RoomKey): FollowedRoom {
    const text = roomKeyText(key);
    const known = this.#rooms.get(text);
    if (known) return known;
    const { roomLog, endings, keptStays, log } = this.#tools;
    const follower = new RoomFollower(key, {
      endings,
      keptStays,
      log,
      endSession: (session, reason, message) => {
        const entryBlock = blockAfter(reason, session.stay, this.#tools.entryBlocks);
        this.end(session, reason, { tell: true, message, entryBlock });
      },
    });
    const room = { follower, started: follower.start(roomLog) };
    this.#rooms.set(text, room);
    return room;
  }

  /** An earlier try of the same return may still be there. */
  #forgetSuccessor(before: string): void {
    const other = this.all().findLast(({ follows }) => follows === before);
    if (other) this.#successors.set(before, other.stay.sessionId);
    else this.#successors.delete(before);
  }

  #forget(session: Session): void {
    const { sessionId } = session.stay;
    if (this.#sessions.get(sessionId) !== session) return;
    this.#sessions.delete(sessionId);
    if (session.follows) this.#forgetSuccessor(session.follows);
    const text = roomKeyText(session.key);
    const room = this.#rooms.get(text);
    room?.follower.sessions.delete(sessionId);
    if (room?.follower.sessions.size !== 0) return;
    room.follower.close();
    this.#rooms.delete(text);
  }
}

/**
 * Whether a stay that ended so cannot come back as its predecessor either: its client may never have learned the newer token.
 * One that was replaced may have been so by another try of the same return.
 */
function endsWhole(reason: LeaveReason): boolean {
  return LEAVE_REASONS[reason].terminal && reason !== 'replaced';
}
