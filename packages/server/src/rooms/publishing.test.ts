import { describe, expect, it } from 'vitest';
import { MAX_PUBLISHERS } from './limits.ts';
import type { Command } from './model.ts';
import { Room, callOfTwo, types } from './room.contract.ts';

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
