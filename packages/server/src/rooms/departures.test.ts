import { describe, expect, it } from 'vitest';
import type { Command } from './model.ts';
import { LIVE, Room, callOfTwo, liveOf, roomWith, types } from './room.contract.ts';

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
