import { assertNever } from '@rotunda/base';
import { decideBlock, forgetBlock } from './blocks.ts';
import { decideAudience, decideEnter, decideSwitchRole } from './arrivals.ts';
import { accept, nothing, refuse } from './decision.ts';
import { decideDismiss, decideEvict, decideTick, depart } from './departures.ts';
import { decideGuestStreams, decideLink, decideUnlink, endLinks } from './guests.ts';
import type { Command, CommandOf, Decision, Member, OpenRoom, RoomEvent, RoomState } from './model.ts';
import { decideMute, decidePublish, decideUnpublish } from './publishing.ts';

type MemberCommand = CommandOf<'leave' | 'disconnect' | 'unpublish' | 'mute' | 'lost' | 'resumed'>;

/**
 * What follows from a command in a state: events, or a refusal. Pure. A command of a stay that is not the user's
 * current one, and every repeat, changes nothing; room time never goes back, whatever the clocks of the nodes say.
 */
export function decide(state: RoomState, command: Command): Decision {
  const timed = { ...command, at: Math.max(state.time, command.at) };
  switch (timed.type) {
    case 'enter':
      return decideEnter(state, timed);
    case 'switchRole':
      return decideSwitchRole(state, timed);
    case 'publish':
      return decidePublish(state, timed);
    case 'link':
      return decideLink(state, timed);
    case 'block':
      return state.status === 'absent' ? refuse('ERR_ROOM_NOT_EXIST') : decideBlock(state, timed);
    case 'evict':
    case 'dismiss':
      if (state.status === 'absent') return refuse('ERR_ROOM_NOT_EXIST');
      return accept(timed.type === 'evict' ? decideEvict(state, timed) : decideDismiss(state, timed.at));
    case 'audience':
      return state.status === 'absent' ? nothing : accept(decideAudience(state, timed));
    case 'tick':
      return state.status === 'absent' ? nothing : accept(decideTick(state, timed.at));
    case 'unlink':
      return state.status === 'absent' ? nothing : accept(decideUnlink(state, timed));
    case 'guestStreams':
      return state.status === 'absent' ? nothing : accept(decideGuestStreams(state, timed));
    default:
      return state.status === 'absent' ? nothing : accept(ofCurrentStay(state, timed));
  }
}

function ofCurrentStay(room: OpenRoom, command: MemberCommand): readonly RoomEvent[] {
  const member = room.members.get(command.userId);
  if (member?.sessionId !== command.sessionId)
    return command.type === 'leave' ? forgetBlock(room, command) : [];
  switch (command.type) {
    case 'leave':
      return depart(room, [{ member, reason: command.reason }], command.at);
    case 'disconnect':
      return endLinks(room.guests.values(), [member.sessionId], command.at);
    case 'unpublish':
      return decideUnpublish(member, command);
    case 'mute':
      return decideMute(member, command);
    case 'lost':
      return decideLost(member, command);
    case 'resumed':
      return decideResumed(member, command);
    default:
      return assertNever(command);
  }
}

/** Of several deadlines the earliest counts: a repeat must not prolong a stay, a closed browser shortens it. */
function decideLost(member: Member, command: CommandOf<'lost'>): readonly RoomEvent[] {
  const { userId, sessionId, link } = member;
  const { giveUpAt, ifGivenUp, at } = command;
  if (link.state === 'lost' && link.giveUpAt <= giveUpAt) return [];
  return [{ type: 'linkLost', userId, sessionId, giveUpAt, ifGivenUp, at }];
}

function decideResumed(member: Member, { nodeId, at }: CommandOf<'resumed'>): readonly RoomEvent[] {
  const { userId, sessionId, link } = member;
  if (link.state === 'up' && member.nodeId === nodeId) return [];
  return [{ type: 'linkResumed', userId, sessionId, nodeId, at }];
}
