import { TRTCAppScene, type RoomKey } from '@rotunda/protocol';
import type { CommandOf } from '../rooms/model.ts';
import { BROWSER } from '../rooms/room.contract.ts';

/** Times of tests are small numbers: milliseconds since an epoch of their own. */
export const CALL = TRTCAppScene.TRTCAppSceneVideoCall;
export const LIVE = TRTCAppScene.TRTCAppSceneLIVE;

export function testKey(id: string): RoomKey {
  return { sdkAppId: 1_400_000_000, kind: 'string', id };
}

/** An enter of `userId` as the stay `<userId>-1`, unless told otherwise. */
export function enter(userId: string, more: Partial<CommandOf<'enter'>> = {}): CommandOf<'enter'> {
  const sessionId = `${userId}-1`;
  const stay = { userId, sessionId, nodeId: 'node', scene: CALL, role: 'anchor', client: BROWSER } as const;
  return { type: 'enter', at: 1, ...stay, incarnation: `by-${userId}`, ...more };
}

export function leave(userId: string, more: Partial<CommandOf<'leave'>> = {}): CommandOf<'leave'> {
  return { type: 'leave', at: 1, userId, sessionId: `${userId}-1`, reason: 'exited', ...more };
}

export function lost(userId: string, giveUpAt: number): CommandOf<'lost'> {
  return { type: 'lost', at: 1, userId, sessionId: `${userId}-1`, giveUpAt, ifGivenUp: 'timedOut' };
}
