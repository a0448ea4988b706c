import { TRTCAppScene, type Role } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import { MAX_CALL_MEMBERS } from './limits.ts';
import type { Command } from './model.ts';
import { BROWSER, CALL, LIVE, Room, callOfTwo, liveOf, roomWith, types } from './room.contract.ts';

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
