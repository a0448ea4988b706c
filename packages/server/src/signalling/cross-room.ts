import { TRTCError, roomKey, type RequestParams } from '@rotunda/protocol';
import type { SignallingContext } from './context.ts';
import { inTurn } from './publishing.ts';
import type { Session } from './session.ts';

/** Links the stay with an anchor of another room. Throws a TRTCError. */
export function connectRoom(
  { crossRooms, log }: SignallingContext,
  session: Session,
  { room, userId }: RequestParams<'connectRoom'>,
): Promise<Record<string, never>> {
  return inTurn(session, async () => {
    requireAnchor(session);
    const { stay } = session;
    const outcome = await crossRooms.connect(stay, { key: roomKey(stay.key.sdkAppId, room), userId });
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
