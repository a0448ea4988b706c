import { TRTCAppScene, type Role } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import { apply } from './apply.ts';
import { MAX_CALL_MEMBERS, MAX_PUBLISHERS } from './limits.ts';
import type { Command } from './model.ts';
import { BROWSER, CALL, LIVE, Room, roomWith, types } from './room.contract.ts';

const callOfTwo = (): Room =>
  roomWith(
    (r) => r.enter('ann', 'a1'),
    (r) => r.enter('bob', 'b1'),
  );
const liveOf = (...anchors: string[]): Room =>
  roomWith(...anchors.map((userId) => (r: Room) => r.enter(userId, `${userId}1`, { scene: LIVE })));

describe('entering', () => {
  it('creates an absent room with the first member, in the scene of that enter', () => {
    const room = new Room();
    expect(types(room.do(room.enter('ann', 'a1')))).toEqual(['created', 'entered']);
    expect(room.open).toMatchObject({ incarnation: 'inc-of-a1', scene: CALL, createdBy: 'ann', version: 1 });
  });

  it('creates nothing for who may only join, and lets it in where there is a room', () => {
    for (const where of [{}, { scene: LIVE }, { scene: LIVE, role: 'audience' as const }]) {
      const joinOnly = { ...where, joinOnly: true };
      const room = new Room();
      expect(room.refusal(room.enter('bob', 'b1', joinOnly))).toBe('ERR_ROOM_NOT_EXIST');
      expect(room.state).toMatchObject({ status: 'absent', version: 0 });
      room.do(room.enter('ann', 'a1', where));
      expect(room.refusal(room.enter('bob', 'b1', joinOnly))).toBeNull();
    }
  });

  it('creates an absent live room for an audience member, who is not a member of the log', () => {
    const room = new Room();
    const events = room.do(room.enter('ann', 'a1', { scene: LIVE, role: 'audience' }));
    expect(types(events)).toEqual(['created', 'audienceChanged']);
    expect(room.open.members.size).toBe(0);
    expect(room.open.audience).toBe('present');
  });

  it('makes everybody a member of a call room, whatever the role', () => {
    const room = roomWith((r) => r.enter('ann', 'a1', { role: 'audience' }));
    expect(room.open.members.has('ann')).toBe(true);
  });

  it('accepts another scene of the same kind and refuses one of the other kind', () => {
    const room = callOfTwo();
    const audioCall = { scene: TRTCAppScene.TRTCAppSceneAudioCall };
    expect(room.refusal(room.enter('cy', 'c1', audioCall))).toBeNull();
    expect(room.refusal(room.enter('cy', 'c1', { scene: LIVE }))).toBe('ERR_SERVER_INFO_BAD_SCENE_OR_ROLE');
    expect(liveOf('ann').refusal(room.enter('cy', 'c1'))).toBe('ERR_SERVER_INFO_BAD_SCENE_OR_ROLE');
  });

  it('changes nothing when it is repeated', () => {
    const room = callOfTwo();
    expect(room.do(room.enter('ann', 'a1'))).toEqual([]);
    expect(room.state.version).toBe(2);
  });

  it('refuses the 301st member of a call room, but not one who takes an earlier place', () => {
    const room = new Room();
    for (let n = 0; n < MAX_CALL_MEMBERS; n++) room.do(room.enter(`u${n}`, `s${n}`));
    expect(room.refusal(room.enter('late', 'l1'))).toBe('ERR_ROOM_FULL');
    expect(room.refusal(room.enter('u0', 'again'))).toBeNull();
  });

  it('has no limit of anchors in a live room', () => {
    const room = liveOf(...Array.from({ length: MAX_CALL_MEMBERS }, (_, n) => `u${n}`));
    expect(room.refusal(room.enter('late', 'l1', { scene: LIVE }))).toBeNull();
  });
});

describe('the same user again', () => {
  it('ends the earlier stay and its streams in the same commit', () => {
    const room = callOfTwo();
    room.do(room.publish('ann', 'a1', 'video'));
    const events = room.do(room.enter('ann', 'a2'));
    expect(types(events)).toEqual(['streamStopped', 'left', 'entered']);
    expect(events[1]).toMatchObject({ sessionId: 'a1', reason: 'replaced' });
    expect(events[2]).toMatchObject({ sessionId: 'a2', replaces: 'a1', continues: null });
    expect(room.do(room.leave('ann', 'a1'))).toEqual([]);
    expect(room.open.members.get('ann')?.sessionId).toBe('a2');
  });

  it('ends an anchor who enters again as audience, without ending the room', () => {
    const room = liveOf('ann');
    const events = room.do(room.enter('ann', 'a2', { scene: LIVE, role: 'audience' }));
    expect(types(events)).toEqual(['audienceChanged', 'left']);
    expect(room.open.members.size).toBe(0);
  });

  it('does not call a stay replaced that its own user continues', () => {
    const room = callOfTwo();
    const events = room.do(room.enter('ann', 'a2', { continues: 'a1' }));
    expect(events[0]).toMatchObject({ type: 'left', reason: 'timedOut' });
    expect(events[1]).toMatchObject({ type: 'entered', continues: 'a1', replaces: 'a1' });
    expect(room.refusal(room.enter('ann', 'a3', { continues: 'a1' })), 'the answer was lost').toBeNull();
  });

  it('keeps a stay begun elsewhere when an outdated one returns by itself', () => {
    const room = callOfTwo();
    expect(room.refusal(room.enter('ann', 'a0b', { continues: 'a0' }))).toBe('ERR_ROOM_USER_WAS_DELETED');
    expect(room.open.members.get('ann')?.sessionId).toBe('a1');
  });
});

describe('publishing', () => {
  it('stops the earlier stream of a source before the next one starts', () => {
    const room = callOfTwo();
    room.do(room.publish('ann', 'a1', 'video', 'v1'));
    const events = room.do(room.publish('ann', 'a1', 'video', 'v2'));
    expect(types(events)).toEqual(['streamStopped', 'streamStarted']);
    expect(room.do(room.publish('ann', 'a1', 'video', 'v2'))).toEqual([]);
  });

  it('allows one screen share per room, and the sharer to begin anew', () => {
    const room = callOfTwo();
    room.do(room.publish('ann', 'a1', 'sub', 's1'));
    expect(room.refusal(room.publish('bob', 'b1', 'sub'))).toBe('ERR_ROOM_ANOTHER_USER_PUSH_SUB_VIDEO');
    expect(room.refusal(room.publish('ann', 'a1', 'sub', 's2'))).toBeNull();
    room.do({ type: 'unpublish', at: room.at, userId: 'ann', sessionId: 'a1', streamId: 's1' });
    expect(room.refusal(room.publish('bob', 'b1', 'sub'))).toBeNull();
  });

  it('refuses the 51st publisher, but not another stream of one of the 50', () => {
    const room = new Room();
    for (let n = 0; n <= MAX_PUBLISHERS; n++) room.do(room.enter(`u${n}`, `s${n}`));
    for (let n = 0; n < MAX_PUBLISHERS; n++) room.do(room.publish(`u${n}`, `s${n}`, 'audio'));
    expect(room.refusal(room.publish('u50', 's50', 'audio'))).toBe('ERR_ROOM_FULL');
    expect(room.refusal(room.publish('u0', 's0', 'video'))).toBeNull();
  });

  it('is refused to a stay that is over, and to the audience', () => {
    const room = callOfTwo();
    expect(room.refusal(room.publish('ann', 'a0', 'audio'))).toBe('ERR_ROOM_NO_PRIVILEGE_PUSH_VIDEO');
    expect(room.refusal(room.publish('cy', 'c1', 'audio'))).toBe('ERR_ROOM_NO_PRIVILEGE_PUSH_VIDEO');
    expect(new Room().refusal(room.publish('ann', 'a1', 'audio'))).toBe('ERR_ROOM_NOT_EXIST');
  });

  it('tells of muting only when it changes', () => {
    const room = callOfTwo();
    room.do(room.publish('ann', 'a1', 'audio'));
    const mute: Command = {
      type: 'mute',
      at: room.at,
      userId: 'ann',
      sessionId: 'a1',
      source: 'audio',
      muted: true,
    };
    expect(types(room.do(mute))).toEqual(['streamMuted']);
    expect(room.do(mute)).toEqual([]);
    expect(room.do({ ...mute, source: 'video' })).toEqual([]);
  });
});

describe('leaving', () => {
  it('stops video, audio and screen in this order, then leaves', () => {
    const room = callOfTwo();
    for (const source of ['sub', 'audio', 'video'] as const) room.do(room.publish('ann', 'a1', source));
    const events = room.do(room.leave('ann', 'a1'));
    expect(
      events.map((event) => (event.type === 'streamStopped' ? event.stream.source : event.type)),
    ).toEqual(['video', 'audio', 'sub', 'left']);
  });

  it('dissolves a call room with its last member', () => {
    const room = callOfTwo();
    expect(types(room.do(room.leave('ann', 'a1')))).toEqual(['left']);
    expect(types(room.do(room.leave('bob', 'b1')))).toEqual(['left', 'dissolved']);
    expect(room.state).toMatchObject({ status: 'absent', version: 4 });
  });

  it('dissolves a live room with its last anchor only if there is no audience', () => {
    const alone = liveOf('ann');
    expect(types(alone.do(alone.leave('ann', 'ann1')))).toEqual(['left', 'dissolved']);
    const watched = liveOf('ann');
    watched.do(watched.audience('present'));
    expect(types(watched.do(watched.leave('ann', 'ann1')))).toEqual(['left']);
    expect(watched.open.dissolveAt).toBeNull();
  });

  it('gives a live room a deadline when its last leaver was audience, and an enter lifts it', () => {
    const room = roomWith((r) => r.enter('ann', 'a1', { scene: LIVE, role: 'audience' }));
    expect(types(room.do(room.audience('none')))).toEqual(['audienceChanged', 'emptied']);
    expect(room.open.dissolveAt).toBe(room.at + 600);
    expect(types(room.do(room.enter('bob', 'b1', { scene: LIVE })))).toEqual(['emptied', 'entered']);
    expect(room.open.dissolveAt).toBeNull();
  });

  it('evicts those who are there and does not mind the others', () => {
    const room = callOfTwo();
    const evict: Command = {
      type: 'evict',
      at: room.at,
      reason: 'removed',
      userIds: ['ann', 'nobody', 'ann'],
      audience: [{ userId: 'cy', sessionId: 'c1' }],
    };
    expect(
      room.do(evict).map((event) => event.type === 'left' && `${event.sessionId} ${event.role}`),
    ).toEqual(['c1 audience', 'a1 anchor']);
    expect(new Room().refusal(evict)).toBe('ERR_ROOM_NOT_EXIST');
  });

  it('ends a stay once that is in the log and was found in the index', () => {
    const room = liveOf('ann');
    const audience = [{ userId: 'ann', sessionId: 'ann1' }];
    const events = room.do({ type: 'evict', at: room.at, reason: 'removed', userIds: ['ann'], audience });
    expect(types(events)).toEqual(['left', 'dissolved']);
  });

  it('dismisses: everybody leaves, then the room is dissolved; the next enter begins anew', () => {
    const room = callOfTwo();
    room.do(room.publish('ann', 'a1', 'audio'));
    const events = room.do({ type: 'dismiss', at: room.at });
    expect(types(events)).toEqual(['streamStopped', 'left', 'left', 'dissolved']);
    expect(room.refusal({ type: 'dismiss', at: room.at })).toBe('ERR_ROOM_NOT_EXIST');
    room.do(room.enter('ann', 'a2'));
    expect(room.open).toMatchObject({ incarnation: 'inc-of-a2', version: 5 });
  });
});

describe('switching the role', () => {
  const toRole = (room: Room, role: Role, incarnation = room.open.incarnation): Command => {
    return {
      type: 'switchRole',
      at: room.at,
      userId: 'ann',
      sessionId: 'ann1',
      nodeId: 'n1',
      client: BROWSER,
      role,
      incarnation,
    };
  };

  it('to audience leaves the log and keeps the room open', () => {
    const room = liveOf('ann');
    const events = room.do(toRole(room, 'audience'));
    expect(types(events)).toEqual(['audienceChanged', 'left']);
    expect(events[1]).toMatchObject({ reason: 'roleChanged' });
    expect(room.do(toRole(room, 'audience'))).toEqual([]);
  });

  it('to anchor enters as the same stay', () => {
    const room = liveOf('bob');
    expect(room.do(toRole(room, 'anchor'))).toMatchObject([
      { type: 'entered', sessionId: 'ann1', continues: 'ann1' },
    ]);
    expect(room.do(toRole(room, 'anchor'))).toEqual([]);
  });

  it('changes nothing in a call room and in another incarnation', () => {
    const call = roomWith((r) => r.enter('ann', 'ann1'));
    expect(call.do(toRole(call, 'audience'))).toEqual([]);
    const live = liveOf('ann');
    expect(live.do(toRole(live, 'audience', 'another'))).toEqual([]);
  });
});

describe('lost links and time', () => {
  it('gives a lost member up at its deadline and ends the room with the last one', () => {
    const room = callOfTwo();
    room.do(room.lost('ann', 'a1', 2_000));
    expect(room.do({ type: 'tick', at: 1_999 })).toEqual([]);
    expect(room.do({ type: 'tick', at: 2_000 })).toMatchObject([{ type: 'left', reason: 'timedOut' }]);
    room.do({ ...room.lost('bob', 'b1', 3_000), ifGivenUp: 'processGone' });
    const events = room.do({ type: 'tick', at: 3_000 });
    expect(events).toMatchObject([
      { type: 'left', reason: 'processGone' },
      { type: 'dissolved', cause: 'empty' },
    ]);
  });

  it('keeps the earliest of several deadlines', () => {
    const room = callOfTwo();
    room.do(room.lost('ann', 'a1', 5_000));
    expect(room.do(room.lost('ann', 'a1', 9_000))).toEqual([]);
    expect(types(room.do({ ...room.lost('ann', 'a1', 2_000), ifGivenUp: 'processGone' }))).toEqual([
      'linkLost',
    ]);
    expect(room.open.members.get('ann')?.link).toEqual({
      state: 'lost',
      giveUpAt: 2_000,
      ifGivenUp: 'processGone',
    });
  });

  it('keeps a member who resumed, maybe on another node', () => {
    const room = callOfTwo();
    room.do(room.lost('ann', 'a1', 2_000));
    room.do({ type: 'resumed', at: room.at, userId: 'ann', sessionId: 'a1', nodeId: 'n2' });
    expect(room.open.members.get('ann')).toMatchObject({ nodeId: 'n2', link: { state: 'up' } });
    expect(room.do({ type: 'tick', at: 9_000 })).toEqual([]);
  });

  it('dissolves an empty live room when its deadline has come', () => {
    const room = roomWith((r) => r.enter('ann', 'a1', { scene: LIVE, role: 'audience' }));
    room.do(room.audience('none'));
    expect(room.do({ type: 'tick', at: room.at + 599 })).toEqual([]);
    expect(types(room.do({ type: 'tick', at: room.at + 600 }))).toEqual(['dissolved']);
  });

  it('never goes back in time', () => {
    const room = callOfTwo();
    room.do({ ...room.publish('ann', 'a1', 'audio'), at: 5_000 });
    expect(room.do({ ...room.leave('ann', 'a1'), at: 10 })).toMatchObject([{ at: 5_000 }, { at: 5_000 }]);
    expect(room.state.time).toBe(5_000);
  });

  it('ignores the audience of another incarnation and of a call room', () => {
    const room = liveOf('ann');
    expect(room.do(room.audience('present', 'another'))).toEqual([]);
    const call = callOfTwo();
    expect(call.do(call.audience('present'))).toEqual([]);
  });
});

describe('apply', () => {
  it('leaves the state that it was given as it was', () => {
    const room = callOfTwo();
    const before = room.open;
    const after = apply(before, {
      type: 'left',
      userId: 'ann',
      sessionId: 'a1',
      role: 'anchor',
      reason: 'exited',
      at: 1,
    });
    expect(before.members.size).toBe(2);
    expect(after).toMatchObject({ status: 'open', version: before.version, time: before.time });
    expect(after.status === 'open' && after.members.size).toBe(1);
  });
});
