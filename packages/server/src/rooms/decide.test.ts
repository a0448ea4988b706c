import { describe, expect, it } from 'vitest';
import { apply } from './apply.ts';
import { LIVE, callOfTwo, liveOf, roomWith, types } from './room.contract.ts';

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
