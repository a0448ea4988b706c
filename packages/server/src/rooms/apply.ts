import { assertNever } from '@rotunda/base';
import type { RoomKey, Source } from '@rotunda/protocol';
import type { LogEntry, Member, OpenRoom, RoomEvent, RoomState, Stream } from './model.ts';

/** The room that has never been. */
export const ABSENT: RoomState = { status: 'absent', version: 0, time: 0 };

/** An open room while it is folded: its own copy of the members, so that many events cost one copy. */
type Draft = { -readonly [K in keyof OpenRoom]: OpenRoom[K] } & { members: Map<string, Member> };
type OpenRoomEvent = Exclude<RoomEvent, { type: 'created' | 'dissolved' }>;

/** Folds one event into the state. Pure; the version is counted per commit, by {@link commitEvents}. */
export function apply(state: RoomState, event: RoomEvent): RoomState {
  return fold(state, [event]);
}

/** One commit: folds all events and counts one version. Null when there is nothing to commit. */
export function commitEvents(key: RoomKey, state: RoomState, events: readonly RoomEvent[]): LogEntry | null {
  if (events.length === 0) return null;
  const version = state.version + 1;
  const created = events.find((event) => event.type === 'created');
  const incarnation = state.status === 'open' ? state.incarnation : (created?.incarnation ?? '');
  return { key, incarnation, version, events, state: { ...fold(state, events), version } };
}

function fold(state: RoomState, events: readonly RoomEvent[]): RoomState {
  let folded: RoomState | Draft = state.status === 'open' ? draftOf(state) : state;
  for (const event of events) folded = step(folded, event);
  return folded;
}

function draftOf(room: OpenRoom): Draft {
  return { ...room, members: new Map(room.members) };
}

function step(state: RoomState | Draft, event: RoomEvent): RoomState | Draft {
  const { version } = state;
  const time = Math.max(state.time, event.at);
  if (event.type === 'created') return newRoom(event, { version, time });
  if (event.type === 'dissolved') return { status: 'absent', version, time };
  if (state.status === 'absent') return { status: 'absent', version, time };
  const draft = state as Draft;
  change(draft, event);
  draft.time = time;
  return draft;
}

function newRoom(
  event: Extract<RoomEvent, { type: 'created' }>,
  at: { version: number; time: number },
): Draft {
  return {
    ...at,
    status: 'open',
    incarnation: event.incarnation,
    scene: event.scene,
    createdBy: event.userId,
    createdAt: event.at,
    members: new Map(),
    audience: 'none',
    dissolveAt: null,
  };
}

function change(room: Draft, event: OpenRoomEvent): void {
  switch (event.type) {
    case 'entered':
      room.members.set(event.userId, newMember(event));
      return;
    case 'audienceChanged':
      room.audience = event.audience;
      return;
    case 'emptied':
      room.dissolveAt = event.dissolveAt;
      return;
    default: {
      const member = room.members.get(event.userId);
      if (member?.sessionId !== event.sessionId) return;
      if (event.type === 'left') room.members.delete(event.userId);
      else room.members.set(event.userId, changedMember(member, event));
    }
  }
}

function newMember(event: Extract<RoomEvent, { type: 'entered' }>): Member {
  const { userId, sessionId, nodeId, at, continues } = event;
  const link = { state: 'up' } as const;
  return { userId, sessionId, nodeId, enteredAt: at, continues, link, streams: new Map() };
}

function changedMember(
  member: Member,
  event: Extract<
    RoomEvent,
    { type: 'streamStarted' | 'streamStopped' | 'streamMuted' | 'linkLost' | 'linkResumed' }
  >,
): Member {
  switch (event.type) {
    case 'streamStarted':
    case 'streamMuted':
      return withStreams(member, (streams) => streams.set(event.stream.source, event.stream));
    case 'streamStopped':
      return withStreams(member, (streams) => streams.delete(event.stream.source));
    case 'linkLost': {
      const { giveUpAt, ifGivenUp } = event;
      return { ...member, link: { state: 'lost', giveUpAt, ifGivenUp } };
    }
    case 'linkResumed':
      return { ...member, nodeId: event.nodeId, link: { state: 'up' } };
    default:
      return assertNever(event);
  }
}

function withStreams(member: Member, change: (streams: Map<Source, Stream>) => unknown): Member {
  const streams = new Map(member.streams);
  change(streams);
  return { ...member, streams };
}
