import type { LeaveReason } from '@rotunda/protocol';
import type { HistoryStore, OrphanedRoom } from '../store/history-port.ts';
import type { Happening, HappeningBase } from './happenings.ts';

/** How a stay ended whose process is gone, if nobody had ended it before. */
export const LEFT_OPEN: LeaveReason = 'serverFault';

/**
 * What happened to rooms and stays whose node is gone: everybody left, then the room ended, when the node was last seen. How a
 * stay had ended is known where somebody else ended it and the node died before it was written here.
 */
export async function endingsOfOrphans(
  store: Pick<HistoryStore, 'findOrphans'>,
  liveNodes: readonly string[],
  howEnded: (sessionId: string) => Promise<LeaveReason | null>,
): Promise<readonly Happening[]> {
  const happenings: Happening[] = [];
  for (const room of await store.findOrphans(liveNodes)) {
    let last = room.seenAt;
    for (const stay of room.stays) {
      const { sessionId: stayId, userId, role, enteredAt } = stay;
      const at = Math.max(room.seenAt, enteredAt);
      last = Math.max(last, at);
      const reason = (await howEnded(stayId)) ?? LEFT_OPEN;
      const content = { type: 'left', stay: { stayId, userId, role }, reason } as const;
      happenings.push({ ...base(room, `${stayId}/left`, at), ...content });
    }
    if (room.isOver) happenings.push({ ...base(room, 'ended', last), type: 'roomEnded' });
  }
  return happenings;
}

/** The ids are those of the ledger: what was written already is not written again. */
function base({ incarnation, key }: OrphanedRoom, id: string, at: number): HappeningBase {
  return { id: `${incarnation}/${id}`, key, incarnation, version: null, at };
}
