import { TRTC_ERRORS, type TRTCErrorName } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import { announce, snapshotMembers } from './announce.ts';
import { commitEvents } from './apply.ts';
import type { GuestFacts } from './guest-model.ts';
import { MAX_CALL_MEMBERS, MAX_GUESTS } from './limits.ts';
import type { Command, CommandOf, OwnStream, RoomEvent } from './model.ts';
import { BROWSER, key, LIVE, Room, roomWith, types } from './room.contract.ts';

const HOME = { key: { ...key, id: '8' }, incarnation: 'elsewhere' };
const VIDEO: OwnStream = { source: 'video', streamId: 'v1', muted: false };
const AUDIO: OwnStream = { source: 'audio', streamId: 'm1', muted: false };

function guest(userId = 'gus', more: Partial<GuestFacts> = {}): GuestFacts {
  return { userId, sessionId: `${userId}1`, home: HOME, streams: [], version: 10, ...more };
}

function link(facts = guest(), host: CommandOf<'link'>['host'] = { userId: 'ann' }): CommandOf<'link'> {
  return { type: 'link', at: 1_000, guest: facts, host, wantedBy: 'guest' };
}

function unlink(upTo: number, host = { userId: 'ann', sessionId: 'a1' }): Command {
  return { type: 'unlink', at: 1_000, guest: { userId: 'gus', sessionId: 'gus1' }, host, upTo };
}

function publishes(streams: readonly OwnStream[], version: number): Command {
  return { type: 'guestStreams', at: 1_000, guest: { userId: 'gus', sessionId: 'gus1' }, streams, version };
}

/** A call of ann and bob with gus, who is linked with ann and publishes a picture. */
const withGuest = (): Room =>
  roomWith(
    (r) => r.enter('ann', 'a1'),
    (r) => r.enter('bob', 'b1'),
    () => link(guest('gus', { streams: [VIDEO] })),
  );

/** What those in the room are told of a commit. */
function told(room: Room, command: Command): unknown[] {
  const before = room.state;
  const entry = commitEvents(key, before, room.do(command));
  const announcement = entry && announce(entry);
  expect(announcement?.ended.map(({ sessionId }) => sessionId) ?? []).not.toContain('gus1');
  return (
    announcement?.told.map(({ name, data }) => [name, data.userId, 'reason' in data ? data.reason : '']) ?? []
  );
}

const GONE = [
  ['streamStopped', 'gus', ''],
  ['userLeft', 'gus', 0],
];

describe('a guest', () => {
  it('is announced and shown like a member, with its streams', () => {
    const room = roomWith((r) => r.enter('ann', 'a1'));
    expect(told(room, link(guest('gus', { streams: [VIDEO, AUDIO] })))).toEqual([
      ['userEntered', 'gus', ''],
      ['streamStarted', 'gus', ''],
      ['streamStarted', 'gus', ''],
    ]);
    expect(snapshotMembers(room.open, 'ann')).toEqual([
      { userId: 'gus', sessionId: 'gus1', streams: [VIDEO, AUDIO] },
    ]);
    expect(snapshotMembers(room.open, 'gus').map(({ userId }) => userId)).toEqual(['ann']);
  });

  it('is there once, however many it is linked with, and leaves with the last of them', () => {
    const room = withGuest();
    expect(told(room, link(guest('gus', { version: 11, streams: [VIDEO] }), { userId: 'bob' }))).toEqual([]);
    expect(told(room, room.leave('ann', 'a1'))).toEqual([['userLeft', 'ann', 0]]);
    expect(told(room, { type: 'disconnect', at: 1_000, userId: 'bob', sessionId: 'b1' })).toEqual(GONE);
    expect(room.open.guests.size).toBe(0);
  });

  it('shows what it publishes as it changes, in order', () => {
    const room = withGuest();
    expect(told(room, publishes([{ ...VIDEO, muted: true }, AUDIO], 11))).toEqual([
      ['streamMuted', 'gus', ''],
      ['streamStarted', 'gus', ''],
    ]);
    expect(types(room.do(publishes([{ ...VIDEO, streamId: 'v2' }], 12)))).toEqual([
      'streamStopped',
      'streamStopped',
      'streamStarted',
      'guestSeen',
    ]);
    expect([...(room.open.guests.get('gus')?.streams.values() ?? [])]).toEqual([
      { ...VIDEO, streamId: 'v2', blocked: false },
    ]);
  });

  it('is not touched by older news than it has shown', () => {
    const room = withGuest();
    room.do(publishes([], 12));
    expect(room.do(publishes([VIDEO], 11))).toEqual([]);
    expect(room.do(link(guest('gus', { streams: [VIDEO], version: 9 })))).toEqual([]);
  });

  it('is not touched by commands of another stay of the same user, or of nobody', () => {
    const room = withGuest();
    const stay = { userId: 'gus', sessionId: 'gus0' };
    expect(room.do({ type: 'leave', at: 1_000, ...stay, sessionId: 'gus1', reason: 'exited' })).toEqual([]);
    expect(room.do({ type: 'guestStreams', at: 1_000, guest: stay, streams: [], version: 99 })).toEqual([]);
    const host = { userId: 'ann', sessionId: 'a1' };
    expect(room.do({ type: 'unlink', at: 1_000, guest: stay, host, upTo: 99 })).toEqual([]);
    expect(room.do(unlink(99, { userId: 'ann', sessionId: 'a0' }))).toEqual([]);
    expect(new Room().do(unlink(99))).toEqual([]);
  });

  it('counts for no limit and shares its screen beside that of a member', () => {
    const room = roomWith((r) => r.enter('u0', 's0'));
    room.do(
      link(guest('gus', { streams: [{ source: 'sub', streamId: 'g', muted: false }] }), { userId: 'u0' }),
    );
    for (let n = 1; n < MAX_CALL_MEMBERS; n++) room.do(room.enter(`u${n}`, `s${n}`));
    expect(room.refusal(room.publish('u1', 's1', 'sub'))).toBeNull();
  });
});

describe('a link', () => {
  it('changes nothing when it is made again', () => {
    const room = withGuest();
    expect(room.do(link(guest('gus', { streams: [VIDEO] })))).toEqual([]);
    expect(told(room, link(guest('gus', { version: 12, streams: [VIDEO] })))).toEqual([]);
  });

  it('that was made later goes on when the end of an earlier one comes late', () => {
    const room = withGuest();
    room.do(link(guest('gus', { version: 12, streams: [VIDEO] })));
    expect(room.do(unlink(11))).toEqual([]);
    expect(told(room, unlink(12))).toEqual(GONE);
    expect(room.do(unlink(99))).toEqual([]);
  });

  const ends: readonly (readonly [string, (room: Room) => Command, readonly unknown[]])[] = [
    ['exit', (r) => r.leave('ann', 'a1'), [['userLeft', 'ann', 0]]],
    ['removal', () => ({ ...evict, userIds: ['ann'] }), [['userLeft', 'ann', 2]]],
    ['time-out', () => ({ type: 'tick', at: 2_000 }), [['userLeft', 'ann', 1]]],
    ['replacement', (r) => r.enter('ann', 'a2'), []],
  ];
  const evict = { type: 'evict', at: 1_000, reason: 'removed', audience: [] } as const;

  it.each(ends)("ends with the host's %s", (how, end, ofHost) => {
    const room = withGuest();
    if (how === 'time-out') room.do(room.lost('ann', 'a1', 1_500));
    expect(told(room, end(room))).toEqual([...ofHost, ...GONE]);
    expect(room.open.guests.size).toBe(0);
  });

  it('ends when its host becomes audience', () => {
    const room = roomWith(
      (r) => r.enter('ann', 'a1', { scene: LIVE }),
      () => link(),
    );
    const { incarnation } = room.open;
    const stay = { at: 1_000, userId: 'ann', sessionId: 'a1', nodeId: 'n1', client: BROWSER, incarnation };
    expect(told(room, { type: 'switchRole', ...stay, role: 'audience' })).toEqual([
      ['userLeft', 'ann', 3],
      ['userLeft', 'gus', 0],
    ]);
  });

  it('goes on while its host is away for a moment', () => {
    const room = withGuest();
    room.do(room.lost('ann', 'a1', 5_000));
    expect(room.open.guests.size).toBe(1);
  });

  it('ends with the removal of the guest, whose leave the others see as one', () => {
    const room = withGuest();
    const removal: Command = { ...evict, userIds: ['gus', 'nobody'] };
    expect(told(room, removal)).toEqual([
      ['streamStopped', 'gus', ''],
      ['userLeft', 'gus', 2],
    ]);
    expect([...room.open.members.keys()]).toEqual(['ann', 'bob']);
  });

  it('ends once when guest and host are removed together', () => {
    const room = withGuest();
    const events = room.do({ ...evict, userIds: ['ann', 'gus'] });
    expect(types(events).filter((type) => type === 'guestUnlinked' || type === 'guestLeft')).toHaveLength(2);
  });

  it('neither keeps a room alive nor survives it', () => {
    const room = roomWith(
      (r) => r.enter('ann', 'a1'),
      () => link(),
    );
    expect(types(room.do(room.leave('ann', 'a1')))).toEqual([
      'left',
      'guestUnlinked',
      'guestLeft',
      'dissolved',
    ]);
    expect(room.state.status).toBe('absent');
  });

  it('ends with the dismissal of the room, of which nobody is told anything', () => {
    const room = withGuest();
    const events = room.do({ type: 'dismiss', at: 1_000 });
    const guestLeft = events.find((event: RoomEvent) => event.type === 'guestLeft');
    expect(guestLeft).toMatchObject({ reason: 'crossRoomEnded' });
    expect(events.at(-1)).toMatchObject({ type: 'dissolved' });
  });

  it('ends when somebody of the same name enters, who is not the guest', () => {
    const room = withGuest();
    expect(told(room, room.enter('gus', 'real'))).toEqual([...GONE, ['userEntered', 'gus', '']]);
    expect(room.open.members.get('gus')?.sessionId).toBe('real');
  });

  it('ends when somebody of the same name comes out of the audience', () => {
    const room = roomWith(
      (r) => r.enter('ann', 'a1', { scene: LIVE }),
      () => link(),
    );
    const { incarnation } = room.open;
    const stay = { at: 1_000, userId: 'gus', sessionId: 'real', nodeId: 'n1', client: BROWSER, incarnation };
    expect(told(room, { type: 'switchRole', ...stay, role: 'anchor' })).toEqual([
      ['userLeft', 'gus', 0],
      ['userEntered', 'gus', ''],
    ]);
  });
});

describe('a link is refused', () => {
  const room = withGuest();
  const asHost = (command: CommandOf<'link'>): Command => ({ ...command, wantedBy: 'host' });

  it.each([
    ['to a user who is not a member', link(guest('zoe'), { userId: 'cy' }), -102048],
    ['to a stay that is over', link(guest('zoe'), { userId: 'ann', sessionId: 'a0' }), -102048],
    ['for somebody with the name of a member', link(guest('bob')), -102044],
    ['for another stay of a guest', link(guest('gus', { sessionId: 'gus2' })), -102044],
    ['by a host who is not a member', asHost(link(guest('zoe'), { userId: 'cy' })), -3330],
  ])('%s', (_case, command, code) => {
    expect(TRTC_ERRORS[room.refusal(command) as TRTCErrorName].code).toBe(code);
  });

  it('with a room that does not exist', () => {
    expect(new Room().refusal(link())).toBe('ERR_ROOM_CONN_ROOM_CONNED_ROOM_NOT_EXIST');
  });

  it('when a room has as many guests as it may', () => {
    const full = roomWith((r) => r.enter('ann', 'a1'));
    for (let n = 0; n < MAX_GUESTS; n++) full.do(link(guest(`g${n}`)));
    expect(full.refusal(link(guest('late')))).toBe('ERR_ROOM_CONN_ROOM_CONNED_REACH_MAX_ROOM');
    expect(full.refusal(asHost(link(guest('late'))))).toBe('ERR_ROOM_CONN_ROOM_REACH_MAX_NUM');
    expect(full.refusal(link(guest('g0')))).toBeNull();
  });
});
