import { sceneKind, type LeaveReason } from '@rotunda/protocol';
import { inheritedBlock } from './blocks.ts';
import { accept, nothing, refuse } from './decision.ts';
import { departure } from './departures.ts';
import { endLinks, guestDeparture } from './guests.ts';
import { MAX_CALL_MEMBERS } from './limits.ts';
import type { CommandOf, Decision, Member, OpenRoom, RoomEvent, RoomState } from './model.ts';

export function decideEnter(state: RoomState, command: CommandOf<'enter'>): Decision {
  const { at, userId, scene, incarnation } = command;
  if (state.status === 'absent') {
    if (command.joinOnly) return refuse('ERR_ROOM_NOT_EXIST');
    const created: RoomEvent = { type: 'created', incarnation, scene, userId, at };
    const arrival = isAudience(command, scene) ? audienceArrived(at) : memberArrived(command, null);
    return accept([created, arrival, ...inheritedBlock(null, null, command)]);
  }
  // The room keeps the scene of its creation; another one of the same kind is welcome.
  if (sceneKind(scene) !== sceneKind(state.scene)) return refuse('ERR_SERVER_INFO_BAD_SCENE_OR_ROLE');
  const earlier = state.members.get(userId) ?? null;
  if (earlier?.sessionId === command.sessionId) return nothing;
  if (earlier && isOutdatedReturn(earlier, command)) return refuse('ERR_ROOM_USER_WAS_DELETED');
  const decision = isAudience(command, state.scene)
    ? accept(audienceEnters(state, earlier, command))
    : memberEnters(state, earlier, command);
  return decision.ok ? accept([...decision.events, ...inheritedBlock(state, earlier, command)]) : decision;
}

function isAudience(command: CommandOf<'enter'>, scene: OpenRoom['scene']): boolean {
  return command.role === 'audience' && sceneKind(scene) === 'live';
}

/**
 * An automatic return must not end a stay that the user began elsewhere meanwhile. It may end the stay that it continues,
 * and an earlier try of the same return whose answer was lost.
 */
function isOutdatedReturn(earlier: Member, { continues }: CommandOf<'enter'>): boolean {
  return continues !== undefined && earlier.sessionId !== continues && earlier.continues !== continues;
}

function replacement(
  room: OpenRoom,
  earlier: Member | null,
  command: CommandOf<'enter'>,
): readonly RoomEvent[] {
  if (!earlier) return [];
  // Who continues its own stay lost that one; nobody else took it.
  const reason = command.continues === earlier.sessionId ? 'timedOut' : 'replaced';
  return leaves(room, earlier, { reason, at: command.at });
}

/** One member leaves a room that goes on, with its links. */
function leaves(
  room: OpenRoom,
  member: Member,
  { reason, at }: { reason: LeaveReason; at: number },
): readonly RoomEvent[] {
  return [...departure(member, reason, at), ...endLinks(room.guests.values(), [member.sessionId], at)];
}

/** A guest gives way to a member of its name. */
function makeWay(room: OpenRoom, { userId, at }: { userId: string; at: number }): readonly RoomEvent[] {
  const guest = room.guests.get(userId);
  return guest ? guestDeparture(guest, 'crossRoomEnded', at) : [];
}

function audienceEnters(
  room: OpenRoom,
  earlier: Member | null,
  command: CommandOf<'enter'>,
): readonly RoomEvent[] {
  return [...audienceAppears(room, command.at), ...replacement(room, earlier, command)];
}

function memberEnters(room: OpenRoom, earlier: Member | null, command: CommandOf<'enter'>): Decision {
  if (!earlier && sceneKind(room.scene) === 'call' && room.members.size >= MAX_CALL_MEMBERS) {
    return refuse('ERR_ROOM_FULL');
  }
  return accept([
    ...revived(room, command.at),
    ...replacement(room, earlier, command),
    ...makeWay(room, command),
    memberArrived(command, earlier),
  ]);
}

function memberArrived(command: CommandOf<'enter'>, earlier: Member | null): RoomEvent {
  const { at, userId, sessionId, nodeId, client, continues = null } = command;
  const replaces = earlier?.sessionId ?? null;
  return { type: 'entered', userId, sessionId, nodeId, at, client, continues, replaces };
}

function audienceArrived(at: number): RoomEvent {
  return { type: 'audienceChanged', audience: 'present', at };
}

/** Somebody is in the audience from here on. */
function audienceAppears(room: OpenRoom, at: number): RoomEvent[] {
  return [...revived(room, at), ...(room.audience === 'present' ? [] : [audienceArrived(at)])];
}

function revived(room: OpenRoom, at: number): RoomEvent[] {
  return room.dissolveAt === null ? [] : [{ type: 'emptied', dissolveAt: null, at }];
}

export function decideSwitchRole(state: RoomState, command: CommandOf<'switchRole'>): Decision {
  if (state.status === 'absent' || state.incarnation !== command.incarnation) return nothing;
  if (sceneKind(state.scene) === 'call') return nothing;
  const { at, userId, sessionId, nodeId, client } = command;
  const member = state.members.get(userId);
  if (command.role === 'audience') {
    if (member?.sessionId !== sessionId) return nothing;
    return accept([...audienceAppears(state, at), ...leaves(state, member, { reason: 'roleChanged', at })]);
  }
  if (member) return member.sessionId === sessionId ? nothing : refuse('ERR_ROOM_USER_WAS_DELETED');
  const continues = sessionId;
  return accept([
    ...revived(state, at),
    ...makeWay(state, command),
    { type: 'entered', userId, sessionId, nodeId, at, client, continues, replaces: null },
  ]);
}

/** The presence index became empty, or is not. */
export function decideAudience(room: OpenRoom, command: CommandOf<'audience'>): readonly RoomEvent[] {
  const { at, audience } = command;
  if (command.incarnation !== room.incarnation || room.audience === audience) return [];
  // A call room has no audience: one that was told otherwise would never end.
  if (sceneKind(room.scene) === 'call') return [];
  if (audience === 'present') return audienceAppears(room, at);
  const gone: RoomEvent = { type: 'audienceChanged', audience, at };
  return room.members.size > 0 ? [gone] : [gone, { type: 'emptied', dissolveAt: command.dissolveAt, at }];
}
