import { TypedEmitter } from '@rotunda/base';
import {
  LEAVE_REASONS,
  SOURCES,
  type MemberMessage,
  type SnapshotMessage,
  type Source,
  type TRTCRemoteLeaveReason,
} from '@rotunda/protocol';
import type { ServerEvent } from '../signal/channel.ts';

export interface RemoteUsersEvents {
  userEntered: [userId: string];
  /** After the unavailability of each of the user's streams: video, audio, sub. */
  userLeft: [userId: string, reason: TRTCRemoteLeaveReason];
  /** A stream can be shown or heard, or no longer. A muted stream is not available. */
  available: [userId: string, source: Source, available: boolean];
  /** A stream exists and can be subscribed to, muted or not; null when it ended. */
  stream: [userId: string, source: Source, streamId: string | null];
}

/** Why somebody is gone of whom the server knows nothing any more. */
const TIMED_OUT = LEAVE_REASONS.timedOut.peers;

interface Stream {
  readonly streamId: string;
  readonly muted: boolean;
}

interface RemoteUser {
  readonly userId: string;
  sessionId: string;
  readonly streams: Map<Source, Stream>;
}

/**
 * What is known of the other users of a room. Fed with snapshots and events, it emits differences only: a snapshot after a
 * lost link tells what changed meanwhile in the form of ordinary events.
 */
export class RemoteUsers {
  readonly events: TypedEmitter<RemoteUsersEvents>;
  readonly #users = new Map<string, RemoteUser>();
  #incarnation: string | null = null;
  #snapshotVersion = 0;

  constructor(events = new TypedEmitter<RemoteUsersEvents>()) {
    this.events = events;
  }

  has(userId: string): boolean {
    return this.#users.has(userId);
  }

  get userIds(): readonly string[] {
    return [...this.#users.keys()];
  }

  /** Whether the event is a fact of another room, or of another life of this one. */
  isForeign({ room }: ServerEvent): boolean {
    return room !== null && room.incarnation !== this.#incarnation;
  }

  streamId(userId: string, source: Source): string | null {
    return this.#users.get(userId)?.streams.get(source)?.streamId ?? null;
  }

  available(userId: string, source: Source): boolean {
    return this.#users.get(userId)?.streams.get(source)?.muted === false;
  }

  applySnapshot(snapshot: Pick<SnapshotMessage, 'incarnation' | 'version' | 'members' | 'left'>): void {
    this.#incarnation = snapshot.incarnation;
    this.#snapshotVersion = snapshot.version;
    const present = new Set(snapshot.members.map(({ userId }) => userId));
    const left = new Map(snapshot.left?.map(({ userId, reason }) => [userId, reason]));
    for (const user of this.#users.values()) {
      if (!present.has(user.userId)) this.#leave(user, left.get(user.userId) ?? TIMED_OUT);
    }
    for (const member of snapshot.members) if (this.#incarnation !== null) this.#reconcile(member);
  }

  /** Facts that the snapshot contains already, or of another life of the room, do nothing. */
  apply(event: ServerEvent): void {
    if (!event.room || this.isForeign(event)) return;
    if (event.room.version <= this.#snapshotVersion) return;
    switch (event.name) {
      case 'userEntered':
        this.#enter(event.data);
        return;
      case 'userLeft': {
        const user = this.#current(event.data);
        if (user) this.#leave(user, event.data.reason);
        return;
      }
      case 'streamStarted':
        this.#setStream(this.#enter(event.data), event.data.source, event.data);
        return;
      case 'streamStopped':
      case 'streamMuted':
        this.#changeStream(event);
        return;
      default:
    }
  }

  /** Forgets everybody without a word: one's own leaving is no event about others. */
  clear(): void {
    this.#users.clear();
    this.#incarnation = null;
  }

  #changeStream(event: Extract<ServerEvent, { name: 'streamStopped' | 'streamMuted' }>): void {
    const { source, streamId } = event.data;
    const user = this.#current(event.data);
    if (!user || user.streams.get(source)?.streamId !== streamId) return;
    if (event.name === 'streamStopped') this.#dropStream(user, source);
    else this.#setStream(user, source, event.data);
  }

  #current({ userId, sessionId }: { userId: string; sessionId: string }): RemoteUser | null {
    const user = this.#users.get(userId);
    return user?.sessionId === sessionId ? user : null;
  }

  /** A newer stay of a known user goes on silently, but for the streams of the older one. */
  #enter({ userId, sessionId }: { userId: string; sessionId: string }): RemoteUser {
    const known = this.#users.get(userId);
    if (known) {
      if (known.sessionId !== sessionId) this.#dropStreams(known);
      known.sessionId = sessionId;
      return known;
    }
    const user: RemoteUser = { userId, sessionId, streams: new Map() };
    this.#users.set(userId, user);
    this.#tell('userEntered', userId);
    return user;
  }

  #leave(user: RemoteUser, reason: TRTCRemoteLeaveReason): void {
    this.#dropStreams(user);
    this.#users.delete(user.userId);
    this.#tell('userLeft', user.userId, reason);
  }

  #reconcile(member: MemberMessage): void {
    const user = this.#enter(member);
    for (const source of SOURCES) {
      const stream = member.streams.find((candidate) => candidate.source === source);
      if (stream) this.#setStream(user, source, stream);
      else this.#dropStream(user, source);
    }
  }

  #setStream(user: RemoteUser, source: Source, { streamId, muted }: Stream): void {
    const before = user.streams.get(source);
    const wasAvailable = before !== undefined && !before.muted;
    user.streams.set(source, { streamId, muted });
    if (before?.streamId !== streamId) this.#tell('stream', user.userId, source, streamId);
    if (wasAvailable === muted) this.#tell('available', user.userId, source, !muted);
  }

  #dropStreams(user: RemoteUser): void {
    for (const source of SOURCES) this.#dropStream(user, source);
  }

  #dropStream(user: RemoteUser, source: Source): void {
    const stream = user.streams.get(source);
    if (!stream) return;
    user.streams.delete(source);
    this.#tell('stream', user.userId, source, null);
    if (!stream.muted) this.#tell('available', user.userId, source, false);
  }

  /** A listener may leave the room in the middle of a snapshot: then the rest is not told. */
  #tell<K extends keyof RemoteUsersEvents>(event: K, ...args: RemoteUsersEvents[K]): void {
    if (this.#incarnation !== null) this.events.emit(event, ...args);
  }
}
