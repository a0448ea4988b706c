import { roomKeyText, type RoomKey } from '@rotunda/protocol';
import { stayName, type Guest, type StayName } from './guest-model.ts';
import type { Command, CommandOf, LogEntry, Member, OpenRoom, RoomEvent, RoomState } from './model.ts';
import { isStreamEvent } from './stream-events.ts';
import { asSeen } from './stream.ts';

/** Milliseconds after which one half of a link without the other is no longer one that is being made. */
const LINKING_MS = 10_000;

/** Something that another room has to learn. */
export interface Consequence {
  readonly key: RoomKey;
  readonly command: Command;
}

/**
 * What a commit means for the rooms that this one is linked with: the other half of a link that ended ends, and whoever is
 * a guest elsewhere publishes there what it publishes here. Nothing comes of what a guest does: that is for its own room.
 */
export function consequences(entry: LogEntry): readonly Consequence[] {
  const ended = entry.events.flatMap((event) =>
    event.type === 'guestUnlinked' ? [otherHalfEnds(event, entry.version)] : [],
  );
  return [...ended, ...changedStreams(entry)];
}

function otherHalfEnds(event: Extract<RoomEvent, { type: 'guestUnlinked' }>, version: number): Consequence {
  const { host, home, at } = event;
  const command: CommandOf<'unlink'> = {
    type: 'unlink',
    at,
    guest: host,
    host: stayName(event),
    // A link that the other room made as of this version came after the end of this one.
    upTo: version - 1,
  };
  return { key: home.key, command };
}

function changedStreams({ events, state, version }: LogEntry): readonly Consequence[] {
  if (state.status === 'absent') return [];
  const changed = new Set(events.flatMap((event) => (isStreamEvent(event) ? event.userId : [])));
  return [...changed].flatMap((userId) => {
    const member = state.members.get(userId);
    return member ? streamsElsewhere(state, member, version) : [];
  });
}

function streamsElsewhere(room: OpenRoom, member: Member, version: number): readonly Consequence[] {
  const command = guestStreams(member, { version, at: room.time });
  return roomsOf(room, member).map((key) => ({ key, command }));
}

/** What a member publishes, for a room that it is a guest of. */
function guestStreams(member: Member, asOf: { version: number; at: number }): CommandOf<'guestStreams'> {
  return {
    type: 'guestStreams',
    guest: stayName(member),
    streams: [...member.streams.values()].map(asSeen),
    ...asOf,
  };
}

/** The rooms that a member is a guest of: those that its own guests come from. */
function roomsOf(room: OpenRoom, { sessionId }: Member): readonly RoomKey[] {
  const linked = [...room.guests.values()].filter(({ hosts }) => hosts.has(sessionId));
  return [...new Map(linked.map(({ home: { key } }) => [roomKeyText(key), key])).values()];
}

/** Whether the guest's own room has the other half of a link. */
export function hasOtherHalf(home: RoomState, guest: StayName, host: StayName): boolean {
  const other = home.status === 'open' ? home.guests.get(host.userId) : undefined;
  return other?.sessionId === host.sessionId && other.hosts.has(guest.sessionId);
}

/**
 * What is to be put right of a guest, as its own room has it: there, a stay or a link may have ended, or a stream, without this
 * room having learned of it. The half of a link that is just being made is left alone while its anchor is there.
 */
export function repairs(guest: Guest, home: RoomState, at: number): readonly Command[] {
  const member = memberAt(home, guest);
  const broken = [...guest.hosts.values()].filter(
    ({ host, since }) => !hasOtherHalf(home, guest, host) && !(member && since > at - LINKING_MS),
  );
  const ends = broken.map(({ host, asOf }): Command => {
    return { type: 'unlink', at, guest: stayName(guest), host, upTo: asOf };
  });
  const outdated = member !== null && home.version > guest.seen && !sameStreams(guest, member);
  return outdated ? [...ends, guestStreams(member, { version: home.version, at })] : ends;
}

function memberAt(home: RoomState, { userId, sessionId }: StayName): Member | null {
  const member = home.status === 'open' ? home.members.get(userId) : undefined;
  return member?.sessionId === sessionId ? member : null;
}

function sameStreams({ streams: some }: Pick<Guest, 'streams'>, { streams: others }: Member): boolean {
  return (
    some.size === others.size &&
    [...others.values()].map(asSeen).every(({ source, streamId, muted }) => {
      const other = some.get(source);
      return other?.streamId === streamId && other.muted === muted;
    })
  );
}
