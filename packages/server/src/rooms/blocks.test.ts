import { NOT_BLOCKED, type Blocked } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import { announce, ownStreamMessage, snapshotMembers } from './announce.ts';
import { commitEvents } from './apply.ts';
import { blockOf } from './blocks.ts';
import { decide } from './decide.ts';
import type { Command, RoomEvent } from './model.ts';
import { LIVE, Room, key, roomWith, types } from './room.contract.ts';

const ALL: Blocked = { audio: true, video: true };
const AUDIO: Blocked = { audio: true, video: false };
const VIDEO: Blocked = { audio: false, video: true };

/** Ann publishes everything, Bob is there. */
const callOfTwo = (): Room =>
  roomWith(
    (r) => r.enter('ann', 'a1'),
    (r) => r.enter('bob', 'b1'),
    (r) => r.publish('ann', 'a1', 'video'),
    (r) => r.publish('ann', 'a1', 'audio'),
    (r) => r.publish('ann', 'a1', 'sub'),
  );

/** Ann is in the audience of Bob. */
const live = (): Room =>
  roomWith(
    (r) => r.enter('bob', 'b1', { scene: LIVE }),
    (r) => r.enter('ann', 'a1', { scene: LIVE, role: 'audience' }),
  );

/** What the others are told of `command`: source, and whether it is muted. */
function told(room: Room, command: Command): [string, boolean][] {
  const before = room.state;
  const decision = decide(before, command);
  const entry = decision.ok ? commitEvents(key, before, decision.events) : null;
  room.do(command);
  if (!entry) return [];
  return announce(entry).told.flatMap(({ name, data }) =>
    name === 'streamStarted' || name === 'streamMuted'
      ? [[data.source, data.muted] as [string, boolean]]
      : [],
  );
}

const mute = (muted: boolean): Command => {
  return { type: 'mute', at: 1_000, userId: 'ann', sessionId: 'a1', source: 'video', muted };
};

const blocked = (room: Room, sessionId = 'a1'): Blocked => blockOf(room.open, sessionId);

const silent = (room: Room): unknown =>
  snapshotMembers(room.open, 'bob')[0]?.streams.map(({ source, muted }) => [source, muted]);

describe('a block', () => {
  it('makes running streams unavailable for the others, and comes back with its end', () => {
    const room = callOfTwo();
    expect(told(room, room.block('ann', VIDEO))).toEqual([
      ['video', true],
      ['sub', true],
    ]);
    expect(told(room, room.block('ann', AUDIO))).toEqual([
      ['video', false],
      ['audio', true],
      ['sub', false],
    ]);
    expect(told(room, room.block('ann', NOT_BLOCKED))).toEqual([['audio', false]]);
    expect(room.open.blocks.size).toBe(0);
  });

  it('holds for what is published later', () => {
    const room = callOfTwo();
    room.do(room.block('ann', ALL));
    room.do({ type: 'unpublish', at: 1_000, userId: 'ann', sessionId: 'a1', streamId: 'a1-video' });
    expect(told(room, room.publish('ann', 'a1', 'video', 'again'))).toEqual([['video', true]]);
  });

  it('is told to who comes later, but not to the blocked user as a mute of its own', () => {
    const room = callOfTwo();
    room.do(room.block('ann', AUDIO));
    expect(silent(room)).toEqual([
      ['video', false],
      ['audio', true],
      ['sub', false],
    ]);
    const own = [...(room.open.members.get('ann')?.streams.values() ?? [])].map(ownStreamMessage);
    expect(own.map(({ muted }) => muted)).toEqual([false, false, false]);
  });

  it('and a mute hold independently of each other', () => {
    const room = callOfTwo();
    room.do(room.block('ann', VIDEO));
    expect(told(room, mute(true))).toEqual([]);
    expect(told(room, room.block('ann', NOT_BLOCKED))).toEqual([['sub', false]]);
    room.do(room.block('ann', VIDEO));
    expect(told(room, mute(false))).toEqual([]);
    expect(told(room, room.block('ann', NOT_BLOCKED))).toEqual([
      ['video', false],
      ['sub', false],
    ]);
  });

  it('changes nothing when it is repeated, and is refused for who is not there', () => {
    const room = callOfTwo();
    room.do(room.block('ann', ALL));
    expect(room.do(room.block('ann', ALL))).toEqual([]);
    expect(room.do(room.block('bob', NOT_BLOCKED))).toEqual([]);
    expect(room.refusal(room.block('cy', ALL))).toBe('ERR_ROOM_FIND_USER_FAILED');
    expect(new Room().refusal(room.block('ann', ALL))).toBe('ERR_ROOM_NOT_EXIST');
  });

  it('ends with the stay', () => {
    const room = callOfTwo();
    room.do(room.block('ann', ALL));
    room.do(room.leave('ann', 'a1'));
    room.do(room.enter('ann', 'a2'));
    expect(blocked(room, 'a2')).toEqual(NOT_BLOCKED);
    room.do(room.block('ann', ALL));
    room.do(room.enter('ann', 'a3'));
    expect(room.open.blocks.size).toBe(0);
  });

  it('outlives a lost link, and goes over to the stay that continues a lost one', () => {
    const room = callOfTwo();
    room.do(room.block('ann', ALL));
    room.do(room.lost('ann', 'a1', 1_010));
    room.do({ type: 'resumed', at: 1_001, userId: 'ann', sessionId: 'a1', nodeId: 'n2' });
    expect(blocked(room)).toEqual(ALL);
    room.do(room.lost('ann', 'a1', 1_010));
    room.do({ type: 'tick', at: 1_010 });
    room.do(room.enter('ann', 'a2', { continues: 'a1' }));
    expect([...room.open.blocks]).toEqual([['a2', ALL]]);
    // The answer got lost: another try of the same return.
    room.do(room.enter('ann', 'a3', { continues: 'a1' }));
    expect([...room.open.blocks]).toEqual([['a3', ALL]]);
    expect(told(room, room.publish('ann', 'a3', 'audio'))).toEqual([['audio', true]]);
  });

  it('of the audience holds when it becomes anchor, and audience again', () => {
    const room = live();
    const events: readonly RoomEvent[] = room.do(room.block('ann', ALL, 'a1'));
    expect(types(events)).toEqual(['userBlocked']);
    room.do(room.switchRole('ann', 'a1', 'anchor'));
    expect(told(room, room.publish('ann', 'a1', 'video'))).toEqual([['video', true]]);
    room.do(room.switchRole('ann', 'a1', 'audience'));
    expect(blocked(room)).toEqual(ALL);
  });

  it('of the audience ends with its stay, however it ends', () => {
    const room = live();
    room.do(room.block('ann', ALL, 'a1'));
    room.do(room.leave('ann', 'a1'));
    expect(room.open.blocks.size).toBe(0);
    room.do(room.block('ann', ALL, 'a2'));
    const audience = [{ userId: 'ann', sessionId: 'a2' }];
    room.do({ type: 'evict', at: 1_000, reason: 'removed', userIds: ['ann'], audience });
    expect(room.open.blocks.size).toBe(0);
  });

  it('goes over to an audience stay that continues a lost one', () => {
    const room = live();
    room.do(room.block('ann', AUDIO, 'a1'));
    const audience = [{ userId: 'ann', sessionId: 'a1' }];
    room.do({ type: 'evict', at: 1_000, reason: 'timedOut', userIds: [], audience });
    room.do(room.enter('ann', 'a2', { scene: LIVE, role: 'audience', continues: 'a1' }));
    expect([...room.open.blocks]).toEqual([['a2', AUDIO]]);
  });

  it('is the one that was kept, for a stay that goes on in a room that does not know of it', () => {
    const keptBlock = AUDIO;
    for (const role of ['anchor', 'audience'] as const) {
      const room = new Room();
      room.do(room.enter('ann', 'a2', { scene: LIVE, role, continues: 'a1', keptBlock }));
      expect([...room.open.blocks]).toEqual([['a2', AUDIO]]);
      room.do(room.enter('bob', 'b2', { scene: LIVE, role, continues: 'b1', keptBlock: ALL }));
      expect(blocked(room, 'b2')).toEqual(ALL);
    }
    const fresh = new Room();
    fresh.do(fresh.enter('ann', 'a2', { keptBlock }));
    expect(fresh.open.blocks.size).toBe(0);
  });

  it('is the one that the room knows of, where that differs from the one that was kept', () => {
    const room = callOfTwo();
    room.do(room.block('ann', VIDEO));
    room.do(room.enter('ann', 'a2', { continues: 'a1', keptBlock: ALL }));
    expect([...room.open.blocks]).toEqual([['a2', VIDEO]]);
    room.do(room.block('ann', NOT_BLOCKED));
    room.do(room.enter('ann', 'a3', { continues: 'a1', keptBlock: ALL }));
    expect(room.open.blocks.size, 'lifted since').toBe(0);
  });
});
