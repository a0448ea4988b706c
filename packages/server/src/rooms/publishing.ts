import { isBlocked } from '@rotunda/protocol';
import { blockOf } from './blocks.ts';
import { accept, nothing, refuse } from './decision.ts';
import { MAX_PUBLISHERS } from './limits.ts';
import type { CommandOf, Decision, Member, RoomEvent, RoomState } from './model.ts';

/** A second stream of the same source takes the place of the first. */
export function decidePublish(state: RoomState, command: CommandOf<'publish'>): Decision {
  const { at, userId, sessionId } = command;
  if (state.status === 'absent') return refuse('ERR_ROOM_NOT_EXIST');
  const member = state.members.get(userId);
  // Audience, or a stay that has ended.
  if (member?.sessionId !== sessionId) return refuse('ERR_ROOM_NO_PRIVILEGE_PUSH_VIDEO');
  const stream = {
    ...command.stream,
    blocked: isBlocked(blockOf(state, sessionId), command.stream.source),
  };
  const earlier = member.streams.get(stream.source);
  if (earlier?.streamId === stream.streamId) return nothing;
  let publishers = 0;
  for (const other of state.members.values()) {
    if (other === member || other.streams.size === 0) continue;
    publishers += 1;
    if (stream.source === 'sub' && other.streams.has('sub'))
      return refuse('ERR_ROOM_ANOTHER_USER_PUSH_SUB_VIDEO');
  }
  if (publishers >= MAX_PUBLISHERS) return refuse('ERR_ROOM_FULL');
  const started: RoomEvent = { type: 'streamStarted', userId, sessionId, stream, at };
  if (!earlier) return accept([started]);
  return accept([{ type: 'streamStopped', userId, sessionId, stream: earlier, at }, started]);
}

export function decideUnpublish(member: Member, command: CommandOf<'unpublish'>): readonly RoomEvent[] {
  const { userId, sessionId } = member;
  const stream = [...member.streams.values()].find(({ streamId }) => streamId === command.streamId);
  return stream ? [{ type: 'streamStopped', userId, sessionId, stream, at: command.at }] : [];
}

export function decideMute(member: Member, command: CommandOf<'mute'>): readonly RoomEvent[] {
  const { userId, sessionId } = member;
  const stream = member.streams.get(command.source);
  if (!stream || stream.muted === command.muted) return [];
  const changed = { ...stream, muted: command.muted };
  return [{ type: 'streamMuted', userId, sessionId, stream: changed, at: command.at }];
}
