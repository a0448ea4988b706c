import type { LeaveReason, TRTCErrorName } from '@rotunda/protocol';
import { accept, refuse } from './decision.ts';
import type { Guest, GuestFacts, GuestLink, StayName } from './guest-model.ts';
import { MAX_GUESTS } from './limits.ts';
import type { CommandOf, Decision, OpenRoom, RoomEvent, RoomState } from './model.ts';
import { streamsStopped } from './stream-events.ts';

/** What a refusal is called by whoever wants the link: for the guest this is the other room, for the host its own. */
const REFUSALS = {
  guest: {
    noRoom: 'ERR_ROOM_CONN_ROOM_CONNED_ROOM_NOT_EXIST',
    noHost: 'ERR_ROOM_CONN_ROOM_CONNED_USER_NOT_EXIST',
    full: 'ERR_ROOM_CONN_ROOM_CONNED_REACH_MAX_ROOM',
  },
  host: {
    noRoom: 'ERR_ROOM_NOT_EXIST',
    noHost: 'ERR_CONNECT_OTHER_ROOM_AS_AUDIENCE',
    full: 'ERR_ROOM_CONN_ROOM_REACH_MAX_NUM',
  },
} as const satisfies Record<string, Record<string, TRTCErrorName>>;

/** Nobody may be mistaken for a guest: a name that somebody here has already is refused. */
export function decideLink(state: RoomState, command: CommandOf<'link'>): Decision {
  const { at, guest, host, wantedBy } = command;
  const refusals = REFUSALS[wantedBy];
  if (state.status === 'absent') return refuse(refusals.noRoom);
  const member = state.members.get(host.userId);
  if (!member || member.sessionId !== (host.sessionId ?? member.sessionId)) return refuse(refusals.noHost);
  const known = state.guests.get(guest.userId) ?? null;
  const isTaken = known !== null && known.sessionId !== guest.sessionId;
  if (isTaken || state.members.has(guest.userId)) return refuse('ERR_ROOM_CONN_ROOM_FAILED');
  if (!known && state.guests.size >= MAX_GUESTS) return refuse(refusals.full);
  return accept([
    ...(known ? [] : [guestEntered(guest, at)]),
    ...linked(known, { guest, host: { userId: member.userId, sessionId: member.sessionId }, at }),
    ...streamChanges(known, { ...guest, at }),
  ]);
}

function guestEntered({ userId, sessionId, home }: GuestFacts, at: number): RoomEvent {
  return { type: 'guestEntered', userId, sessionId, home, at };
}

function linked(
  known: Guest | null,
  { guest, host, at }: { guest: GuestFacts; host: StayName; at: number },
): RoomEvent[] {
  const { userId, sessionId, version: asOf } = guest;
  const earlier = known?.hosts.get(host.sessionId);
  if (earlier && earlier.asOf >= asOf) return [];
  return [{ type: 'guestLinked', userId, sessionId, host, asOf, at }];
}

/** From what the guest was last seen to publish to what it publishes now; nothing if that is older. */
function streamChanges(
  known: Guest | null,
  now: Omit<GuestFacts, 'home'> & { readonly at: number },
): RoomEvent[] {
  const { userId, sessionId, streams, version, at } = now;
  if (known && known.seen >= version) return [];
  const stopped = [...(known?.streams.values() ?? [])].filter(
    ({ streamId }) => !streams.some((stream) => stream.streamId === streamId),
  );
  const stay = { userId, sessionId, at };
  const changes = streams.flatMap((seen): RoomEvent[] => {
    const stream = { ...seen, blocked: false };
    const earlier = known?.streams.get(stream.source);
    if (earlier?.streamId !== stream.streamId) return [{ type: 'streamStarted', stream, ...stay }];
    return earlier.muted === stream.muted ? [] : [{ type: 'streamMuted', stream, ...stay }];
  });
  return [
    ...stopped.map((stream): RoomEvent => ({ type: 'streamStopped', stream, ...stay })),
    ...changes,
    { type: 'guestSeen', version, ...stay },
  ];
}

export function decideGuestStreams(room: OpenRoom, command: CommandOf<'guestStreams'>): readonly RoomEvent[] {
  const { guest, streams, version, at } = command;
  const known = findGuest(room, guest);
  return known ? streamChanges(known, { ...guest, streams, version, at }) : [];
}

export function decideUnlink(room: OpenRoom, command: CommandOf<'unlink'>): readonly RoomEvent[] {
  const { guest, host, upTo, at } = command;
  const known = findGuest(room, guest);
  const link = known?.hosts.get(host.sessionId);
  return known && link && link.asOf <= upTo ? unlink(known, [link], at) : [];
}

function findGuest(room: OpenRoom, guest: StayName): Guest | null {
  const known = room.guests.get(guest.userId);
  return known?.sessionId === guest.sessionId ? known : null;
}

/** The links of these members end, and with them the guests that nobody else holds. */
export function endLinks(
  guests: Iterable<Guest>,
  sessionIds: readonly string[],
  at: number,
): readonly RoomEvent[] {
  return [...guests].flatMap((guest) => {
    const links = sessionIds.flatMap((sessionId) => guest.hosts.get(sessionId) ?? []);
    return links.length > 0 ? unlink(guest, links, at) : [];
  });
}

function unlink(guest: Guest, links: readonly GuestLink[], at: number): RoomEvent[] {
  if (links.length === guest.hosts.size) return guestDeparture(guest, 'crossRoomEnded', at);
  return links.map(({ host }) => unlinked(guest, host, at));
}

function unlinked({ userId, sessionId, home }: Guest, host: StayName, at: number): RoomEvent {
  return { type: 'guestUnlinked', userId, sessionId, host, home, at };
}

/** Everything that a guest leaves behind, in the order in which the others are told. */
export function guestDeparture(guest: Guest, reason: LeaveReason, at: number): RoomEvent[] {
  const { userId, sessionId } = guest;
  return [
    ...[...guest.hosts.values()].map(({ host }) => unlinked(guest, host, at)),
    ...streamsStopped(guest, at),
    { type: 'guestLeft', userId, sessionId, reason, at },
  ];
}
