import {
  LEAVE_REASONS,
  type Blocked,
  type EventData,
  type LeaveReason,
  type MemberMessage,
  type StreamMessage,
} from '@rotunda/protocol';
import { stayName, type Guest } from './guest-model.ts';
import type { LogEntry, Member, OpenRoom, RoomEvent } from './model.ts';
import { presentUsers } from './present.ts';
import type { StreamEvent } from './stream-events.ts';
import { asSeen, type Stream } from './stream.ts';

/** The events that tell the room about itself. */
type RoomEventName = 'userEntered' | 'userLeft' | 'streamStarted' | 'streamStopped' | 'streamMuted';

/** One event for everybody in the room but the user whom it is about. */
export type Told = {
  [N in RoomEventName]: { readonly name: N; readonly data: EventData<N>; readonly about: string };
}[RoomEventName];

/** How a stay ended, and what its user is told of it. */
export interface StayEnd {
  readonly sessionId: string;
  readonly reason: LeaveReason;
  readonly message?: string;
}

export interface Announcement {
  /** In the order in which they are told. */
  readonly told: readonly Told[];
  /** What these stays may not send from here on; for themselves. */
  readonly blocked: readonly { readonly sessionId: string; readonly blocked: Blocked }[];
  /** Stays that are over, also those of audience members. */
  readonly ended: readonly StayEnd[];
  /**
   * The incarnation ended under everybody who was still in it. Nobody should be in one that ends for being empty; whoever
   * came in the same moment has not been removed, and may come back.
   */
  readonly dissolved: { readonly incarnation: string; readonly reason: LeaveReason } | null;
}

/**
 * What a commit means for those in the room. Who was told of an enter is told of exactly one leave: a stay that a newer one
 * of the same user replaces in the same commit is neither left nor entered for the others; a dismissed room tells nobody of
 * the others, because everybody leaves. A stream that is blocked is a muted one for the others. The `userLeft` of a replaced stay's successor carries the successor's session.
 */
export function announce(entry: LogEntry): Announcement {
  const end = entry.events.find((event) => event.type === 'dissolved');
  const dismissed = end?.cause === 'dismissed';
  const replaced = new Set(
    entry.events.flatMap((event) => (event.type === 'entered' ? (event.replaces ?? []) : [])),
  );
  return {
    told: dismissed ? [] : entry.events.flatMap((event) => toldOf(event, replaced) ?? []),
    blocked: entry.events.filter((event) => event.type === 'userBlocked'),
    ended: entry.events.flatMap((event) => stayEnd(event) ?? []),
    dissolved: end ? { incarnation: end.incarnation, reason: dismissed ? 'dismissed' : 'timedOut' } : null,
  };
}

function stayEnd(event: RoomEvent): StayEnd | null {
  if (event.type !== 'left' || event.reason === 'roleChanged') return null;
  const { sessionId, reason, message } = event;
  return { sessionId, reason, ...(message ? { message } : {}) };
}

function toldOf(event: RoomEvent, replaced: ReadonlySet<string>): Told | null {
  switch (event.type) {
    case 'entered': {
      const { userId, sessionId } = event;
      return event.replaces ? null : { name: 'userEntered', data: { userId, sessionId }, about: userId };
    }
    case 'guestEntered':
      return { name: 'userEntered', data: stayName(event), about: event.userId };
    case 'guestLeft': {
      const { userId } = event;
      const reason = LEAVE_REASONS[event.reason].peers ?? LEAVE_REASONS.crossRoomEnded.peers;
      return { name: 'userLeft', data: { ...stayName(event), reason }, about: userId };
    }
    case 'left': {
      const { userId, sessionId } = event;
      if (event.role === 'audience' || replaced.has(sessionId)) return null;
      // Replaced by a stay in the audience, which nobody sees: for the others the anchor has become audience.
      const reason = LEAVE_REASONS[event.reason].peers ?? LEAVE_REASONS.roleChanged.peers;
      return { name: 'userLeft', data: { userId, sessionId, reason }, about: userId };
    }
    case 'streamStarted':
      return { name: 'streamStarted', ...aboutStream(event) };
    case 'streamMuted':
      return event.stream.blocked ? null : { name: 'streamMuted', ...aboutStream(event) };
    case 'streamBlocked':
      return event.stream.muted ? null : { name: 'streamMuted', ...aboutStream(event) };
    case 'streamStopped': {
      const { source, streamId } = event.stream;
      return { name: 'streamStopped', data: { ...stayName(event), source, streamId }, about: event.userId };
    }
    default:
      return null;
  }
}

function aboutStream(event: StreamEvent): { data: EventData<'streamMuted'>; about: string } {
  return { data: { ...stayName(event), ...asSeen(event.stream) }, about: event.userId };
}

/** The members and guests as one of the room may see them: everybody in the log but itself. */
export function snapshotMembers(room: OpenRoom, exceptUserId: string): MemberMessage[] {
  return presentUsers(room)
    .filter(({ userId }) => userId !== exceptUserId)
    .map(memberMessage);
}

function memberMessage(member: Member | Guest): MemberMessage {
  return { ...stayName(member), streams: [...member.streams.values()].map(asSeen) };
}

/** A stream as its own publisher is told of it. */
export function ownStreamMessage({ source, streamId, muted }: Stream): StreamMessage {
  return { source, streamId, muted };
}
