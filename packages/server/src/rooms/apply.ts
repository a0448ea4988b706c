import { assertNever } from '@rotunda/base';
import type { Blocked, RoomKey } from '@rotunda/protocol';
import { applyToGuests } from './apply-guests.ts';
import { applyToBlocks } from './blocks.ts';
import type { Guest } from './guest-model.ts';
import type { LogEntry, Member, OpenRoom, RoomEvent, RoomState } from './model.ts';
import { isStreamEvent, withStream, type StreamEvent } from './stream-events.ts';

/** The room that has never been. */
export const ABSENT: RoomState = { status: 'absent', version: 0, time: 0 };

/** An open room while it is folded: its own copy of its maps, so that many events cost one copy. */
type Draft = { -readonly [K in keyof OpenRoom]: OpenRoom[K] } & {
  members: Map<string, Member>;
  guests: Map<string, Guest>;
  blocks: Map<string, Blocked>;
};
type OpenRoomEvent = Exclude<RoomEvent, { type: 'created' | 'dissolved' }>;
type MemberEvent = StreamEvent | Extract<RoomEvent, { type: 'left' | 'linkLost' | 'linkResumed' }>;

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
  return {
    ...room,
    members: new Map(room.members),
    guests: new Map(room.guests),
    blocks: new Map(room.blocks),
  };
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
    guests: new Map(),
    blocks: new Map(),
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
    case 'guestEntered':
    case 'guestLinked':
    case 'guestUnlinked':
    case 'guestSeen':
    case 'guestLeft':
      applyToGuests(room.guests, event);
      return;
    case 'userBlocked':
    case 'blockForgotten':
      applyToBlocks(room.blocks, event);
      return;
    default:
      changeStay(room, event);
  }
}

/** Streams belong to a member or to a guest, the rest to members. */
function changeStay(room: Draft, event: MemberEvent): void {
  const { userId, sessionId } = event;
  if (event.type === 'left') applyToBlocks(room.blocks, event);
  const member = room.members.get(userId);
  if (member?.sessionId === sessionId) {
    if (event.type === 'left') room.members.delete(userId);
    else room.members.set(userId, changedMember(member, event));
    return;
  }
  const guest = room.guests.get(userId);
  if (guest?.sessionId === sessionId && isStreamEvent(event)) {
    room.guests.set(userId, withStream(guest, event));
  }
}

function newMember(event: Extract<RoomEvent, { type: 'entered' }>): Member {
  const { userId, sessionId, nodeId, at, client, continues } = event;
  const link = { state: 'up' } as const;
  return { userId, sessionId, nodeId, enteredAt: at, client, continues, link, streams: new Map() };
}

function changedMember(member: Member, event: Exclude<MemberEvent, { type: 'left' }>): Member {
  switch (event.type) {
    case 'streamStarted':
    case 'streamMuted':
    case 'streamBlocked':
    case 'streamStopped':
      return withStream(member, event);
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
