import { describe, expect, it } from 'vitest';
import { commitEvents } from './apply.ts';
import { consequences, hasOtherHalf, repairs } from './cross-room.ts';
import type { GuestFacts } from './guest-model.ts';
import type { Command, CommandOf, LogEntry, RoomState } from './model.ts';
import { key, roomWith, type Room } from './room.contract.ts';

const OTHER = { ...key, id: '8' };
const THIRD = { ...key, id: '9' };
const ANN = { userId: 'ann', sessionId: 'a1' };

function anchorOf(userId: string, home = OTHER): GuestFacts {
  const sessionId = `${userId}1`;
  return { userId, sessionId, home: { key: home, incarnation: 'there' }, streams: [], version: 10 };
}

function link(guest: GuestFacts, host = 'ann', at = 1_000): CommandOf<'link'> {
  return { type: 'link', at, guest, host: { userId: host }, wantedBy: 'guest' };
}

/** Ann and bob, of whom ann is linked with anchors of two other rooms. */
const linked = (): Room =>
  roomWith(
    (r) => r.enter('ann', 'a1'),
    (r) => r.enter('bob', 'b1'),
    () => link(anchorOf('gus')),
    () => link(anchorOf('hal', THIRD)),
    () => link(anchorOf('ida')),
  );

function commit(room: Room, command: Command): LogEntry {
  const before = room.state;
  const entry = commitEvents(key, before, room.do(command));
  if (!entry) throw new Error('nothing was committed');
  return entry;
}

describe('what other rooms learn of a commit', () => {
  it('is what a member publishes, in each room that it is a guest of', () => {
    const room = linked();
    const entry = commit(room, room.publish('ann', 'a1', 'video', 'v1'));
    const streams = [{ source: 'video', streamId: 'v1', muted: false }];
    const { version } = entry;
    const command = expect.objectContaining({
      type: 'guestStreams',
      guest: ANN,
      streams,
      version,
    }) as unknown;
    expect(consequences(entry)).toEqual([
      { key: OTHER, command },
      { key: THIRD, command },
    ]);
  });

  it('is nothing of members without links, of enters, and of what guests do', () => {
    const room = linked();
    expect(consequences(commit(room, room.publish('bob', 'b1', 'video')))).toEqual([]);
    expect(consequences(commit(room, room.enter('cy', 'c1')))).toEqual([]);
    const streams = [{ source: 'video', streamId: 'g', muted: false }] as const;
    const guest = { userId: 'gus', sessionId: 'gus1' };
    expect(
      consequences(commit(room, { type: 'guestStreams', at: 1_000, guest, streams, version: 11 })),
    ).toEqual([]);
    expect(consequences(commit(room, link(anchorOf('joe'))))).toEqual([]);
  });

  it('is the end of each link, once, and no streams of whoever left', () => {
    const room = linked();
    room.do(room.publish('ann', 'a1', 'video', 'v1'));
    const entry = commit(room, room.leave('ann', 'a1'));
    const end = (userId: string) => ({
      type: 'unlink',
      at: 1_000,
      guest: ANN,
      host: { userId, sessionId: `${userId}1` },
      upTo: entry.version - 1,
    });
    expect(consequences(entry)).toEqual([
      { key: OTHER, command: end('gus') },
      { key: THIRD, command: end('hal') },
      { key: OTHER, command: end('ida') },
    ]);
  });
});

describe('a guest compared with its own room', () => {
  const GUS = { userId: 'gus', sessionId: 'gus1' };

  /** The room where gus is at home, with the other half of the link to ann. */
  const home = (): Room =>
    roomWith(
      (r) => r.enter('gus', 'gus1'),
      () => link({ ...anchorOf('ann'), ...ANN }, 'gus'),
    );
  const guestOf = (state: RoomState) => {
    const guest = state.status === 'open' ? state.guests.get('gus') : undefined;
    if (!guest) throw new Error('gus is not a guest');
    return guest;
  };
  const here = (version: number): RoomState =>
    roomWith(
      (r) => r.enter('ann', 'a1'),
      () => link({ ...anchorOf('gus'), version }),
    ).state;
  const end = { type: 'unlink', at: 2_000, guest: GUS, host: ANN, upTo: 2 };

  it('is well when both rooms have their halves and the same streams', () => {
    const { state } = home();
    expect(hasOtherHalf(state, GUS, ANN)).toBe(true);
    expect(repairs(guestOf(here(state.version)), state, 100_000)).toEqual([]);
  });

  it('ends at once when its stay is over, or its room', () => {
    const room = home();
    room.do(room.enter('zoe', 'z1'));
    room.do(room.leave('gus', 'gus1'));
    expect(repairs(guestOf(here(2)), room.state, 2_000)).toEqual([end]);
    room.do(room.leave('zoe', 'z1'));
    expect(repairs(guestOf(here(2)), room.state, 2_000)).toEqual([end]);
  });

  it('ends when the link has ended there, but is not judged while it may be being made', () => {
    const room = home();
    room.do({ type: 'disconnect', at: 1_000, ...GUS });
    expect(repairs(guestOf(here(2)), room.state, 2_000)).toEqual([]);
    expect(repairs(guestOf(here(2)), room.state, 20_000)).toEqual([{ ...end, at: 20_000 }]);
  });

  it('learns of streams that it missed, and of none that it knows better', () => {
    const room = home();
    room.do(room.publish('gus', 'gus1', 'audio', 'm1'));
    const streams = [{ source: 'audio', streamId: 'm1', muted: false }];
    const news = { type: 'guestStreams', at: 2_000, guest: GUS, streams, version: 3 };
    expect(repairs(guestOf(here(2)), room.state, 2_000)).toEqual([news]);
    expect(repairs(guestOf(here(3)), room.state, 2_000)).toEqual([]);
  });
});
