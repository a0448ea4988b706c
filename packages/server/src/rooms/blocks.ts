import { LEAVE_REASONS, NOT_BLOCKED, isBlocked, sameBlock, type Blocked } from '@rotunda/protocol';
import type { BlockEvent } from './block-model.ts';
import { accept, nothing, refuse } from './decision.ts';
import type { CommandOf, Decision, Member, OpenRoom, RoomEvent } from './model.ts';

type Left = Extract<RoomEvent, { type: 'left' }>;

export function blockOf({ blocks }: Pick<OpenRoom, 'blocks'>, sessionId: string): Blocked {
  return blocks.get(sessionId) ?? NOT_BLOCKED;
}

/** A stay that left the audience at that moment keeps a block that concerns nobody, until the room ends. */
export function decideBlock(room: OpenRoom, command: CommandOf<'block'>): Decision {
  const { userId, blocked, at } = command;
  const member = room.members.get(userId);
  const sessionId = member?.sessionId ?? command.audience;
  if (sessionId === null) return refuse('ERR_ROOM_FIND_USER_FAILED');
  if (sameBlock(blockOf(room, sessionId), blocked)) return nothing;
  return accept([
    { type: 'userBlocked', userId, sessionId, blocked, at },
    ...(member ? streamsBlocked(member, blocked, at) : []),
  ]);
}

function streamsBlocked({ userId, sessionId, streams }: Member, blocked: Blocked, at: number): RoomEvent[] {
  return [...streams.values()].flatMap((stream): RoomEvent[] => {
    const changed = { ...stream, blocked: isBlocked(blocked, stream.source) };
    if (changed.blocked === stream.blocked) return [];
    return [{ type: 'streamBlocked', userId, sessionId, stream: changed, at }];
  });
}

/**
 * A stay that continues another has its block. So has one that comes in place of an earlier try of the same return. Of a stay that the
 * room has forgotten, or never knew, what was kept counts.
 */
export function inheritedBlock(
  room: OpenRoom | null,
  earlier: Member | null,
  { userId, sessionId, continues, keptBlock = NOT_BLOCKED, at }: CommandOf<'enter'>,
): readonly RoomEvent[] {
  if (continues === undefined) return [];
  const here =
    earlier && [earlier.sessionId, earlier.continues].includes(continues) ? [earlier.sessionId] : [];
  const from = [continues, ...here].find((before) => room?.blocks.has(before));
  if (room && from !== undefined) {
    return [
      { type: 'blockForgotten', userId, sessionId: from, at },
      { type: 'userBlocked', userId, sessionId, blocked: blockOf(room, from), at },
    ];
  }
  if (here.length > 0 || sameBlock(keptBlock, NOT_BLOCKED)) return [];
  return [{ type: 'userBlocked', userId, sessionId, blocked: keptBlock, at }];
}

/** The log does not hear of the leaves of audience, but for those that it has to remember something of. */
export function forgetBlock(
  room: OpenRoom,
  { userId, sessionId, at }: CommandOf<'leave'>,
): readonly RoomEvent[] {
  if (!room.blocks.has(sessionId)) return [];
  return [{ type: 'blockForgotten', userId, sessionId, at }];
}

export function applyToBlocks(blocks: Map<string, Blocked>, event: BlockEvent | Left): void {
  const { sessionId } = event;
  if (event.type === 'left') {
    if (LEAVE_REASONS[event.reason].terminal) blocks.delete(sessionId);
  } else if (event.type === 'blockForgotten' || sameBlock(event.blocked, NOT_BLOCKED)) {
    blocks.delete(sessionId);
  } else {
    blocks.set(sessionId, event.blocked);
  }
}
