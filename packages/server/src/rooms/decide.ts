import { assertNever } from '@rotunda/base';
import { SOURCES, sceneKind, type LeaveReason, type TRTCErrorName } from '@rotunda/protocol';
import { apply } from './apply.ts';
import { MAX_CALL_MEMBERS, MAX_PUBLISHERS } from './limits.ts';
import type { Command, Decision, Member, OpenRoom, RoomEvent, RoomState } from './model.ts';

type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;

const nothing: Decision = { ok: true, events: [] };

/**
 * What follows from a command in a state: events, or a refusal. Pure. A command of a stay that is not the user's current
 * one, and every repeat, changes nothing.
 */
export function decide(state: RoomState, command: Command): Decision {
  // Room time never goes back, whatever the clocks of the nodes say.
  const at = Math.max(state.time, command.at);
  switch (command.type) {
    case 'enter':
      return decideEnter(state, { ...command, at });
    case 'evict':
    case 'dismiss':
      if (state.status === 'absent') return refuse('ERR_ROOM_NOT_EXIST');
      return accept(command.type === 'dismiss' ? dismissal(state, at) : eviction(state, { ...command, at }));
    case 'switchRole':
      return decideSwitchRole(state, { ...command, at });
    case 'publish':
      return decidePublish(state, { ...command, at });
    case 'leave':
    case 'unpublish':
    case 'mute':
    case 'lost':
    case 'resumed':
    case 'audience':
    case 'tick':
      return state.status === 'absent' ? nothing : accept(changes(state, command, at));
    default:
      return assertNever(command);
  }
}

function changes(
  room: OpenRoom,
  command: CommandOf<'leave' | 'unpublish' | 'mute' | 'lost' | 'resumed' | 'audience' | 'tick'>,
  at: number,
): readonly RoomEvent[] {
  switch (command.type) {
    case 'audience':
      return audienceChange(room, { ...command, at });
    case 'tick':
      return due(room, at);
    default: {
      const member = room.members.get(command.userId);
      if (member?.sessionId !== command.sessionId) return [];
      return memberChange(room, member, command, at);
    }
  }
}

function memberChange(
  room: OpenRoom,
  member: Member,
  command: CommandOf<'leave' | 'unpublish' | 'mute' | 'lost' | 'resumed'>,
  at: number,
): readonly RoomEvent[] {
  const { userId, sessionId } = member;
  switch (command.type) {
    case 'leave':
      return endIfEmpty(room, departure(member, command.reason, at), at);
    case 'unpublish': {
      const stream = [...member.streams.values()].find(({ streamId }) => streamId === command.streamId);
      return stream ? [{ type: 'streamStopped', userId, sessionId, stream, at }] : [];
    }
    case 'mute': {
      const stream = member.streams.get(command.source);
      if (!stream || stream.muted === command.muted) return [];
      return [{ type: 'streamMuted', userId, sessionId, stream: { ...stream, muted: command.muted }, at }];
    }
    case 'lost': {
      const { giveUpAt, ifGivenUp } = command;
      return [{ type: 'linkLost', userId, sessionId, giveUpAt, ifGivenUp, at }];
    }
    case 'resumed':
      if (member.link.state === 'up' && member.nodeId === command.nodeId) return [];
      return [{ type: 'linkResumed', userId, sessionId, nodeId: command.nodeId, at }];
    default:
      return assertNever(command);
  }
}

function decideEnter(state: RoomState, command: CommandOf<'enter'>): Decision {
  const { at, userId, sessionId, nodeId, scene, incarnation } = command;
  const created: RoomEvent[] =
    state.status === 'absent' ? [{ type: 'created', incarnation, scene, userId, at }] : [];
  const room = created.reduce(apply, state) as OpenRoom;
  if (sceneKind(scene) !== sceneKind(room.scene)) return refuse('ERR_SERVER_INFO_BAD_SCENE_OR_ROLE');
  const earlier = room.members.get(userId);
  if (earlier?.sessionId === sessionId) return nothing;
  const revived: RoomEvent[] = room.dissolveAt === null ? [] : [{ type: 'emptied', dissolveAt: null, at }];
  const replaced = earlier ? departure(earlier, 'replaced', at) : [];
  if (command.role === 'audience') {
    const present: RoomEvent[] =
      room.audience === 'present' ? [] : [{ type: 'audienceChanged', audience: 'present', at }];
    return accept([...created, ...revived, ...replaced, ...present]);
  }
  if (!earlier && sceneKind(room.scene) === 'call' && room.members.size >= MAX_CALL_MEMBERS) {
    return refuse('ERR_ROOM_FULL');
  }
  const entered: RoomEvent = {
    type: 'entered',
    userId,
    sessionId,
    nodeId,
    at,
    continues: command.continues ?? null,
    replaces: earlier?.sessionId ?? null,
  };
  return accept([...created, ...revived, ...replaced, entered]);
}

function decideSwitchRole(state: RoomState, command: CommandOf<'switchRole'>): Decision {
  if (state.status === 'absent' || state.incarnation !== command.incarnation)
    return refuse('ERR_ROOM_NOT_EXIST');
  if (sceneKind(state.scene) === 'call') return nothing;
  const { at, userId, sessionId, nodeId } = command;
  const member = state.members.get(userId);
  if (command.role === 'audience') {
    if (member?.sessionId !== sessionId) return nothing;
    const present: RoomEvent[] =
      state.audience === 'present' ? [] : [{ type: 'audienceChanged', audience: 'present', at }];
    return accept([...present, ...departure(member, 'roleChanged', at)]);
  }
  if (member) return member.sessionId === sessionId ? nothing : refuse('ERR_ROOM_USER_WAS_DELETED');
  return accept([{ type: 'entered', userId, sessionId, nodeId, at, continues: sessionId, replaces: null }]);
}

function decidePublish(state: RoomState, command: CommandOf<'publish'>): Decision {
  const { at, userId, sessionId, stream } = command;
  const member = state.status === 'open' ? state.members.get(userId) : undefined;
  if (state.status === 'absent' || member?.sessionId !== sessionId) return refuse('ERR_ROOM_NOT_EXIST');
  const earlier = member.streams.get(stream.source);
  if (earlier?.streamId === stream.streamId) return nothing;
  const others = [...state.members.values()].filter((other) => other !== member);
  if (stream.source === 'sub' && others.some((other) => other.streams.has('sub'))) {
    return refuse('ERR_ROOM_ANOTHER_USER_PUSH_SUB_VIDEO');
  }
  const publishers = others.filter((other) => other.streams.size > 0).length;
  if (publishers >= MAX_PUBLISHERS) return refuse('ERR_ROOM_FULL');
  const stopped: RoomEvent[] = earlier
    ? [{ type: 'streamStopped', userId, sessionId, stream: earlier, at }]
    : [];
  return accept([...stopped, { type: 'streamStarted', userId, sessionId, stream, at }]);
}

function eviction(room: OpenRoom, command: CommandOf<'evict'>): readonly RoomEvent[] {
  const { at, reason } = command;
  const members = [...new Set(command.userIds)].flatMap((userId) => room.members.get(userId) ?? []);
  const evicted = members.flatMap((member) => departure(member, reason, at));
  const audience = command.audience
    .filter(({ userId, sessionId }) => room.members.get(userId)?.sessionId !== sessionId)
    .map(({ userId, sessionId }): RoomEvent => ({
      type: 'left',
      userId,
      sessionId,
      role: 'audience',
      reason,
      at,
    }));
  return endIfEmpty(room, [...evicted, ...audience], at);
}

function dismissal(room: OpenRoom, at: number): readonly RoomEvent[] {
  const left = [...room.members.values()].flatMap((member) => departure(member, 'dismissed', at));
  return [...left, { type: 'dissolved', incarnation: room.incarnation, cause: 'dismissed', at }];
}

function audienceChange(room: OpenRoom, command: CommandOf<'audience'>): readonly RoomEvent[] {
  const { at, audience } = command;
  if (command.incarnation !== room.incarnation || room.audience === audience) return [];
  const changed: RoomEvent = { type: 'audienceChanged', audience, at };
  if (audience === 'none' && room.members.size === 0) {
    return [changed, { type: 'emptied', dissolveAt: command.dissolveAt, at }];
  }
  return room.dissolveAt === null ? [changed] : [changed, { type: 'emptied', dissolveAt: null, at }];
}

function due(room: OpenRoom, at: number): readonly RoomEvent[] {
  const givenUp = [...room.members.values()].flatMap((member) =>
    member.link.state === 'lost' && member.link.giveUpAt <= at
      ? departure(member, member.link.ifGivenUp, at)
      : [],
  );
  if (givenUp.length > 0) return endIfEmpty(room, givenUp, at);
  if (room.dissolveAt === null || room.dissolveAt > at) return [];
  return [{ type: 'dissolved', incarnation: room.incarnation, cause: 'empty', at }];
}

/** Everything that one stay leaves behind, in the order in which the others are told. */
function departure(member: Member, reason: LeaveReason, at: number): RoomEvent[] {
  const { userId, sessionId } = member;
  const stopped = SOURCES.flatMap((source): RoomEvent[] => {
    const stream = member.streams.get(source);
    return stream ? [{ type: 'streamStopped', userId, sessionId, stream, at }] : [];
  });
  return [...stopped, { type: 'left', userId, sessionId, role: 'anchor', reason, at }];
}

/** A room that these events leave without anybody ends in the same commit. */
function endIfEmpty(room: OpenRoom, events: readonly RoomEvent[], at: number): readonly RoomEvent[] {
  const after = events.reduce<RoomState>(apply, room);
  const emptied = after.status === 'open' && after.members.size === 0 && after.audience === 'none';
  if (!emptied || room.members.size === 0) return events;
  return [...events, { type: 'dissolved', incarnation: room.incarnation, cause: 'empty', at }];
}

function accept(events: readonly RoomEvent[]): Decision {
  return { ok: true, events };
}

function refuse(error: TRTCErrorName): Decision {
  return { ok: false, refusal: { error } };
}
