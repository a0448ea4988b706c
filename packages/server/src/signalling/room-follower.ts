import type { Log } from '@rotunda/base';
import type { DepartedMessage, LeaveReason, RoomKey } from '@rotunda/protocol';
import { announce, type Announcement } from '../rooms/announce.ts';
import type { LogEntry, RoomState } from '../rooms/model.ts';
import type { Follower, RoomLog } from '../roomlog/port.ts';
import type { Endings } from './endings.ts';
import type { KeptStays } from './kept-stays.ts';
import type { Session } from './session.ts';

/** How many leaves are remembered for those who were cut off: as many as a call has members. */
const MAX_REMEMBERED = 300;

/** What ends a session on this node, once: given by the directory. */
export type EndSession = (session: Session, reason: LeaveReason, message?: string) => void;

/**
 * Tells the sessions of one room on this node what is committed to its log, in order: peers first, then those whose
 * stay ended. Nothing is told that is not committed.
 */
export class RoomFollower {
  readonly key: RoomKey;
  readonly sessions = new Map<string, Session>();
  readonly #endings: Endings;
  readonly #keptStays: Pick<KeptStays, 'keep'>;
  readonly #endSession: EndSession;
  readonly #log: Log;
  /** The latest leave of each user who has not come back since, oldest first. */
  readonly #departed = new Map<string, DepartedMessage>();
  #state: RoomState = { status: 'absent', version: 0, time: 0 };
  #follower: Follower | null = null;
  #closed = false;

  constructor(
    key: RoomKey,
    tools: {
      readonly endings: Endings;
      readonly keptStays: Pick<KeptStays, 'keep'>;
      readonly endSession: EndSession;
      readonly log: Log;
    },
  ) {
    this.key = key;
    this.#endings = tools.endings;
    this.#keptStays = tools.keptStays;
    this.#endSession = tools.endSession;
    this.#log = tools.log;
  }

  /** The newest state that this node has been told of. */
  get state(): RoomState {
    return this.#state;
  }

  /** Who left lately, for somebody who was cut off meanwhile. */
  get departed(): readonly DepartedMessage[] {
    return [...this.#departed.values()];
  }

  async start(roomLog: RoomLog): Promise<void> {
    this.#state = await roomLog.read(this.key);
    const follower = await roomLog.follow(this.key, this.#state.version, (entry) => this.#deliver(entry));
    // Nobody is told of what lies between: those who wait for this begin with a snapshot of their own.
    if (follower.snapshot && follower.snapshot.version > this.#state.version) this.#state = follower.snapshot;
    if (this.#closed) follower.close();
    else this.#follower = follower;
  }

  close(): void {
    this.#closed = true;
    this.#follower?.close();
    this.#follower = null;
  }

  /** What a session missed between the commit of its enter and its snapshot. */
  catchUp(session: Session, missed: readonly LogEntry[]): void {
    for (const entry of missed) this.#tell(entry, announce(entry), [session]);
  }

  #deliver(entry: LogEntry): void {
    this.#state = entry.state;
    const recipients: Session[] = [];
    for (const session of this.sessions.values()) {
      const { state } = session;
      if (state.name === 'entering') state.missed.push(entry);
      else if (session.incarnation === entry.incarnation) recipients.push(session);
    }
    const announcement = announce(entry);
    this.#block(announcement);
    this.#remember(announcement);
    for (const { sessionId, ...how } of announcement.ended) this.#endings.record(sessionId, how);
    this.#tell(entry, announcement, recipients);
  }

  #block({ blocked: changes }: Announcement): void {
    for (const { sessionId, blocked } of changes) {
      const session = this.sessions.get(sessionId);
      if (!session) continue;
      session.setBlocked(blocked);
      this.#keptStays.keep(session);
    }
  }

  #remember({ told }: Announcement): void {
    for (const { name, data } of told) {
      if (name === 'userEntered') this.#departed.delete(data.userId);
      if (name !== 'userLeft') continue;
      this.#departed.delete(data.userId);
      this.#departed.set(data.userId, data);
    }
    for (const userId of this.#departed.keys()) {
      if (this.#departed.size <= MAX_REMEMBERED) break;
      this.#departed.delete(userId);
    }
  }

  #tell(
    { incarnation, version }: LogEntry,
    announcement: Announcement,
    recipients: readonly Session[],
  ): void {
    const room = { incarnation, version };
    for (const { name, data, about } of announcement.told) {
      const text = JSON.stringify({ type: 'event', name, data, room });
      for (const session of recipients) {
        if (session.stay.userId !== about && session.state.name === 'connected')
          session.state.link.sendText(text);
      }
    }
    this.#end(announcement, recipients);
  }

  #end({ ended, dissolved }: Announcement, recipients: readonly Session[]): void {
    const bySession = new Map(recipients.map((session) => [session.stay.sessionId, session]));
    for (const { sessionId, reason, message } of ended) {
      const session = bySession.get(sessionId);
      if (session) this.#endSession(session, reason, message);
    }
    if (!dissolved) return;
    for (const session of recipients) {
      if (!session.open || session.incarnation !== dissolved.incarnation) continue;
      this.#endings.record(session.stay.sessionId, { reason: dissolved.reason });
      this.#endSession(session, dissolved.reason);
    }
    const { incarnation, reason } = dissolved;
    this.#log.info({ key: this.key, incarnation, reason }, 'room dissolved');
  }
}
