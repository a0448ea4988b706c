import type { Blocked, RoomKey } from '@rotunda/protocol';
import { type Audience, openRoom } from './audience.ts';
import type { BlockOutcome } from './membership-port.ts';

/** Log, index, log, index, log: nobody changes role more often than that meanwhile. */
const MAX_LOOKS = 3;

/** Blocks a user wherever it is: among the members, or in the audience, which only the index knows. */
export async function blockUser(
  audience: Audience,
  key: RoomKey,
  { userId, blocked }: { userId: string; blocked: Blocked },
): Promise<BlockOutcome> {
  let found: string | null = null;
  for (let look = 0; look < MAX_LOOKS; look++) {
    const result = await audience.block(key, { userId, blocked, audience: found });
    const room = result.ok && openRoom(result.state);
    const sessionId = (room && room.members.get(userId)?.sessionId) || found;
    if (result.ok && sessionId !== null) return { ok: true, sessionId };
    if (!result.ok && result.refusal.error === 'ERR_ROOM_NOT_EXIST')
      return { ok: false, refusal: 'roomNotExist' };
    found = await audience.find(key, userId);
  }
  return { ok: false, refusal: 'userNotExist' };
}
