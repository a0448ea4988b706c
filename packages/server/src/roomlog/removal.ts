import type { LeaveReason, RoomKey } from '@rotunda/protocol';
import { type Audience, endedSessions, openRoom } from './audience.ts';
import type { EvictOutcome } from './membership-port.ts';

/** Nobody changes role twice between two looks this often in a row. */
const MAX_LOOKS = 5;

/**
 * Removes users wherever they are: log, index, log. Who changes role once meanwhile is caught on one of the three; who
 * does it twice may slip through, so index and log are looked at again if the log went on in between.
 */
export async function removeUsers(
  audience: Audience,
  key: RoomKey,
  removal: { readonly userIds: readonly string[]; readonly reason: LeaveReason; readonly message?: string },
): Promise<EvictOutcome> {
  const { userIds } = removal;
  let seen = await audience.evict(key, { ...removal, audience: [] });
  if (!seen.ok) return { ok: false, refusal: 'roomNotExist' };
  const ended = new Set(endedSessions(seen));
  for (let look = 0; look < MAX_LOOKS; look++) {
    const room = openRoom(seen.state);
    if (!room) break;
    const { removed, left } = await audience.removeAll(key, room.incarnation, userIds);
    const untold = removed.filter(({ sessionId }) => !ended.has(sessionId));
    const next = await audience.evict(key, { ...removal, audience: untold });
    if (removed.length > 0 && left === 0) await audience.settle(key, room.incarnation, 'none');
    if (!next.ok) break;
    for (const sessionId of endedSessions(next)) ended.add(sessionId);
    const versionBefore = next.state.version - (next.entry ? 1 : 0);
    if (versionBefore === room.version) break;
    seen = next;
  }
  return { ok: true, sessionIds: [...ended] };
}
