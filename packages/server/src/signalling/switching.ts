import { TRTCError, TRTCRoleType, roomKey, roomKeyText, type RequestParams } from '@rotunda/protocol';
import { StayEndedError, endedMeanwhile, type SignallingContext } from './context.ts';
import { enterRoom, entryRefusal, requireTicket, type Entered } from './entering.ts';
import type { Link } from './link.ts';
import type { Session } from './session.ts';

type SwitchParams = RequestParams<'switchRoom'>;

/**
 * Whatever would turn the user away from the other room, as of now, so that nobody leaves a room for nothing. Throws a
 * TRTCError: the stay goes on as it was.
 */
export async function checkSwitch(
  context: SignallingContext,
  session: Session,
  { room, userSig, privateMapKey }: SwitchParams,
): Promise<void> {
  const { userId, key: from } = session.stay;
  const key = roomKey(from.sdkAppId, room);
  if (key.kind !== from.kind) {
    throw new TRTCError('ERR_ROOM_ID_INVALID', 'switch between rooms of one kind of id: number or string');
  }
  if (roomKeyText(key) === roomKeyText(from)) {
    throw new TRTCError('ERR_TRTC_ENTER_ROOM_REFUSED', 'the user is in that room already');
  }
  requireTicket(context, { sdkAppId: from.sdkAppId, userId, userSig });
  context.entryBlocks.admit(key, userId);
  const { mayCreate } = context.permissions.check({ key, userId, privateMapKey });
  const { scene, role, client } = session;
  const refusal = await context.membership.refusalOf({
    key,
    userId,
    sessionId: context.newId(),
    scene,
    role,
    client,
    joinOnly: !mayCreate,
  });
  if (refusal) throw entryRefusal(refusal);
}

/**
 * Leaves, then enters: those in the old room know before those in the new one. The session has no link any more, so that
 * its end is not told to the client, who asked for it. Throws a StayEndedError: then the old stay is over.
 */
export async function moveStay(
  context: SignallingContext,
  link: Link,
  session: Session,
  params: SwitchParams,
): Promise<Entered> {
  await leaveForOtherRoom(context, session);
  const { sdkAppId } = session.key;
  const { userId, sessionId } = session.stay;
  const role = session.role === 'anchor' ? TRTCRoleType.TRTCRoleAnchor : TRTCRoleType.TRTCRoleAudience;
  try {
    return await enterRoom(
      context,
      link,
      { ...params, sdkAppId, userId, scene: session.scene, role },
      { client: session.client, follows: sessionId },
    );
  } catch (error) {
    if (!(error instanceof TRTCError)) context.log.error({ err: error, userId }, 'a switch of rooms failed');
    throw new StayEndedError(
      { reason: 'switchedRoom' },
      error instanceof TRTCError ? { refusal: error } : {},
    );
  }
}

/** Who was removed meanwhile stays removed: the first end counts. Whose leave cannot be written enters nowhere else. */
async function leaveForOtherRoom(context: SignallingContext, session: Session): Promise<void> {
  const { sessionId } = session.stay;
  const left = await context.writer.leave(session.stay, 'switchedRoom');
  if (left !== false) {
    context.endings.record(sessionId, { reason: 'switchedRoom' });
    context.directory.end(session, 'switchedRoom', { tell: false });
    if (left === null) throw new StayEndedError({ reason: 'switchedRoom' });
    return;
  }
  const { state } = session;
  const known = state.name === 'ended' ? state : await context.endings.find(sessionId);
  const how = known ?? { reason: 'serverFault' };
  context.directory.end(session, how.reason, { tell: false, message: how.message });
  throw endedMeanwhile(context, session.stay, how);
}
