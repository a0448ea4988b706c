import { TRTCError, roomKey, type RequestParams } from '@rotunda/protocol';
import { denied } from '../auth/permissions.ts';
import type { SignallingContext } from './context.ts';
import { inTurn } from './publishing.ts';
import type { Session } from './session.ts';

/**
 * Links the stay with an anchor of another room, which it may enter, and for which it needs a permission ticket: the streams of both cross over.
 * Throws a TRTCError.
 */
export function connectRoom(
  { crossRooms, entryBlocks, permissions, log }: SignallingContext,
  session: Session,
  { room, userId, privateMapKey }: RequestParams<'connectRoom'>,
): Promise<Record<string, never>> {
  return inTurn(session, async () => {
    requireAnchor(session);
    const { stay } = session;
    const key = roomKey(stay.key.sdkAppId, room);
    entryBlocks.admit(key, stay.userId);
    const { mayLink } = permissions.check({ key, userId: stay.userId, privateMapKey });
    if (!mayLink)
      throw denied('privateMapKey does not allow to send and receive everything in the other room');
    const outcome = await crossRooms.connect(stay, { key, userId });
    if (!outcome.ok) throw new TRTCError(outcome.refusal.error);
    log.info({ room: stay.key, userId: stay.userId, other: { room, userId } }, 'rooms linked');
    return {};
  });
}

/** Ends all links of the stay, whoever asked for them. */
export function disconnectRoom(
  { crossRooms }: SignallingContext,
  session: Session,
): Promise<Record<string, never>> {
  return inTurn(session, async () => {
    requireAnchor(session);
    await crossRooms.disconnect(session.stay);
    return {};
  });
}

function requireAnchor({ role }: Session): void {
  if (role !== 'anchor') throw new TRTCError('ERR_CONNECT_OTHER_ROOM_AS_AUDIENCE');
}
