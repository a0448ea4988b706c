import { assertNever } from '@rotunda/base';
import type { LogEntry, Member, OpenRoom, RoomEvent, RoomState, Stream } from './model.ts';
import type { RoomKey, Source } from '@rotunda/protocol';

/** The room that has never been. */
export const ABSENT: RoomState = { status: 'absent', version: 0, time: 0 };

/** Folds one event into the state. Pure; the version is counted per commit, by {@link commitEvents}. */
export function apply(state: RoomState, event: RoomEvent): RoomState {
  const time = Math.max(state.time, event.at);
  if (event.type === 'created') {
    return {
      status: 'open',
      version: state.version,
      time,
      incarnation: event.incarnation,
      scene: event.scene,
      createdBy: event.userId,
      createdAt: event.at,
      members: new Map(),
      audience: 'none',
      dissolveAt: null,
    };
  }
  if (state.status === 'absent') return { ...state, time };
  if (event.type === 'dissolved') return { status: 'absent', version: state.version, time };
  return { ...applyOpen(state, event), time };
}

function applyOpen(room: OpenRoom, event: Exclude<RoomEvent, { type: 'created' | 'dissolved' }>): OpenRoom {
  switch (event.type) {
    case 'entered': {
      const { userId, sessionId, nodeId, at } = event;
      return withMember(room, {
        userId,
        sessionId,
        nodeId,
        enteredAt: at,
        link: { state: 'up' },
        streams: new Map(),
      });
    }
    case 'left': {
      if (room.members.get(event.userId)?.sessionId !== event.sessionId) return room;
      const members = new Map(room.members);
      members.delete(event.userId);
      return { ...room, members };
    }
    case 'streamStarted':
    case 'streamMuted':
      return changeMember(room, event, (member) =>
        withStreams(member, (streams) => streams.set(event.stream.source, event.stream)),
      );
    case 'streamStopped':
      return changeMember(room, event, (member) =>
        withStreams(member, (streams) => streams.delete(event.stream.source)),
      );
    case 'linkLost': {
      const { giveUpAt, ifGivenUp } = event;
      return changeMember(room, event, (member) => ({
        ...member,
        link: { state: 'lost', giveUpAt, ifGivenUp },
      }));
    }
    case 'linkResumed':
      return changeMember(room, event, (member) => ({
        ...member,
        nodeId: event.nodeId,
        link: { state: 'up' },
      }));
    case 'audienceChanged':
      return { ...room, audience: event.audience };
    case 'emptied':
      return { ...room, dissolveAt: event.dissolveAt };
    default:
      return assertNever(event);
  }
}

function withMember(room: OpenRoom, member: Member): OpenRoom {
  return { ...room, members: new Map(room.members).set(member.userId, member) };
}

function changeMember(
  room: OpenRoom,
  stay: { userId: string; sessionId: string },
  change: (member: Member) => Member,
): OpenRoom {
  const member = room.members.get(stay.userId);
  return member?.sessionId === stay.sessionId ? withMember(room, change(member)) : room;
}

function withStreams(member: Member, change: (streams: Map<Source, Stream>) => unknown): Member {
  const streams = new Map(member.streams);
  change(streams);
  return { ...member, streams };
}

/** One commit: folds all events and counts one version. Null when there is nothing to commit. */
export function commitEvents(key: RoomKey, state: RoomState, events: readonly RoomEvent[]): LogEntry | null {
  if (events.length === 0) return null;
  const folded = events.reduce(apply, state);
  const version = state.version + 1;
  const created = events.find((event) => event.type === 'created');
  const incarnation = state.status === 'open' ? state.incarnation : (created?.incarnation ?? '');
  return { key, incarnation, version, events, state: { ...folded, version } };
}
