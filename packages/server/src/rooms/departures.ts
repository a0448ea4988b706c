import type { LeaveReason } from '@rotunda/protocol';
import { endLinks, guestDeparture } from './guests.ts';
import type { CommandOf, Member, OpenRoom, RoomEvent } from './model.ts';
import { streamsStopped } from './stream-events.ts';

/** Everything that one stay leaves behind but its links, in the order in which the others are told. */
export function departure(member: Member, reason: LeaveReason, at: number): RoomEvent[] {
  const { userId, sessionId } = member;
  return [...streamsStopped(member, at), { type: 'left', userId, sessionId, role: 'anchor', reason, at }];
}

/** These members leave at once; a room that is left without anybody ends in the same commit (docs/trtc.md 1.6). */
export function depart(
  room: OpenRoom,
  leaving: readonly { readonly member: Member; readonly reason: LeaveReason }[],
  at: number,
): RoomEvent[] {
  const sessionIds = leaving.map(({ member }) => member.sessionId);
  const events = [
    ...leaving.flatMap(({ member, reason }) => departure(member, reason, at)),
    ...endLinks(room.guests.values(), sessionIds, at),
  ];
  if (events.length > 0 && leaving.length === room.members.size && room.audience === 'none') {
    events.push({ type: 'dissolved', incarnation: room.incarnation, cause: 'empty', at });
  }
  return events;
}

export function decideEvict(room: OpenRoom, command: CommandOf<'evict'>): readonly RoomEvent[] {
  const { at, reason, message } = command;
  // A stay that became an anchor while it was being taken out of the index is a member now: it ends as that, once.
  const isMember = (stay: (typeof command.audience)[number]): boolean =>
    room.members.get(stay.userId)?.sessionId === stay.sessionId;
  const named = [...command.userIds, ...command.audience.filter(isMember).map(({ userId }) => userId)];
  const members = [...new Set(named)].flatMap((userId) => room.members.get(userId) ?? []);
  const audience = command.audience.filter((stay) => !isMember(stay));
  const audienceLeft = audience.map(({ userId, sessionId }): RoomEvent => {
    return { type: 'left', userId, sessionId, role: 'audience', reason, at };
  });
  const guests = new Map(room.guests);
  const guestsLeft = command.userIds.flatMap((userId): RoomEvent[] => {
    const guest = guests.get(userId);
    guests.delete(userId);
    return guest ? guestDeparture(guest, reason, at) : [];
  });
  const events = [
    ...audienceLeft,
    ...guestsLeft,
    ...depart(
      { ...room, guests },
      members.map((member) => ({ member, reason })),
      at,
    ),
  ];
  return message === undefined
    ? events
    : events.map((event) => (event.type === 'left' ? { ...event, message } : event));
}

export function decideDismiss(room: OpenRoom, at: number): readonly RoomEvent[] {
  const left = [...room.members.values()].flatMap((member) => departure(member, 'dismissed', at));
  const guestsLeft = [...room.guests.values()].flatMap((guest) =>
    guestDeparture(guest, 'crossRoomEnded', at),
  );
  return [
    ...left,
    ...guestsLeft,
    { type: 'dissolved', incarnation: room.incarnation, cause: 'dismissed', at },
  ];
}

/** What is due: lost members past their deadline, an empty live room past its. */
export function decideTick(room: OpenRoom, at: number): readonly RoomEvent[] {
  const leaving = [...room.members.values()].flatMap((member) =>
    member.link.state === 'lost' && member.link.giveUpAt <= at
      ? [{ member, reason: member.link.ifGivenUp }]
      : [],
  );
  if (leaving.length > 0) return depart(room, leaving, at);
  if (room.dissolveAt === null || room.dissolveAt > at) return [];
  return [{ type: 'dissolved', incarnation: room.incarnation, cause: 'empty', at }];
}
