import {
  CLOSE_CODES,
  LEAVE_REASONS,
  TRTCError,
  effectiveRole,
  type LeaveReason,
  type RequestParams,
  type SnapshotMessage,
} from '@rotunda/protocol';
import { Permission } from '../auth/permissions.ts';
import type { ClientFacts } from '../rooms/model.ts';
import { StayEndedError, type ReadClaim, type SignallingContext } from './context.ts';
import { TRY_AGAIN_LATER, beginStay, describe, findBar, requireTicket, type Entered } from './entering.ts';
import { loseLink } from './link-loss.ts';
import type { Link } from './link.ts';
import type { Session } from './session.ts';

/**
 * A stay on a new link. Ended for good: throws StayEndedError. Given up meanwhile, or unknown since a restart: a new stay
 * that continues it, for which the ticket must still be valid. What it may do is decided anew, too, unless it is here again as soon
 * as after a lost link, from before a restart.
 */
export async function resumeStay(
  context: SignallingContext,
  link: Link,
  params: RequestParams<'resume'>,
  client: ClientFacts,
): Promise<Entered> {
  const claim = context.resumeTokens.read(params.resumeToken);
  if (!claim) throw new TRTCError('ERR_ROOM_ENTER_FAIL', 'the resume token is not one of this server');
  const session = context.directory.find(claim.sessionId);
  if (session) {
    const snapshot = await resumeSession(context, session, link);
    if (snapshot) return { session, snapshot };
  }
  const known = Promise.all([findEnd(context, claim), context.keptStays.find(claim.origin)]);
  const [ending, kept] = await known.catch((error: unknown) => {
    // Whether the stay may go on, and as what, is not known; the client tries again.
    link.close(TRY_AGAIN_LATER);
    throw error;
  });
  if (ending && LEAVE_REASONS[ending].terminal) throw new StayEndedError(ending);
  requireTicket(context, { sdkAppId: claim.key.sdkAppId, userId: claim.userId, userSig: params.userSig });
  const { privateMapKey } = params;
  const sameRights = keptPermission(context, claim);
  const permission = sameRights ?? context.permissions.check({ ...claim, privateMapKey });
  return beginStay(context, link, {
    claim: { ...claim, sessionId: context.newId() },
    role: effectiveRole(claim.scene, params.role),
    permission,
    joinOnly: !sameRights && !permission.mayCreate,
    params,
    client,
    continues: claim,
    ...(kept ? { keptBlock: kept.blocked } : {}),
  });
}

/** Nobody can have given up a stay of before the restart until the time for that has passed once. */
function keptPermission(context: SignallingContext, claim: ReadClaim): Permission | null {
  const { clock, timers, startedAt } = context;
  const goesOn = claim.issuedAt < startedAt && clock.now() < startedAt + timers.giveUp;
  return goesOn && claim.privileges !== undefined ? new Permission(claim.privileges) : null;
}

/** How the stay of that claim ended, or why it may not be continued; null if nothing speaks against it. */
async function findEnd(context: SignallingContext, claim: ReadClaim): Promise<LeaveReason | null> {
  return (await context.endings.find(claim.sessionId)) ?? (await findBar(context, claim));
}

/**
 * The link counts from before the log is asked, so that nothing that happens meanwhile is missed, nor taken for a loss of
 * this link.
 *
 * @returns null when the stay turned out to be over.
 */
async function resumeSession(
  context: SignallingContext,
  session: Session,
  link: Link,
): Promise<SnapshotMessage | null> {
  session.attach(link)?.close(CLOSE_CODES.superseded);
  const room = await context.writer.resumed(session.stay).catch((error: unknown) => {
    // What the log holds of the link is not known; the client tries again.
    loseLink(context, session, link, { by: 'us', code: TRY_AGAIN_LATER });
    link.close(TRY_AGAIN_LATER);
    throw error;
  });
  if (session.link && session.link !== link) {
    throw new TRTCError('ERR_ROOM_ENTER_FAIL', 'the stay went on on a newer socket');
  }
  if (!room || !session.link) {
    session.detach(link);
    return null;
  }
  // If the link has closed meanwhile, the stay is lost again: that is for the connection to say, which knows how.
  const transports = session.transportsChanged ? session.media.transports : undefined;
  const left = [...context.directory.departedFrom(session)];
  session.transportsChanged = false;
  context.log.info({ ...session.stay }, 'link back');
  return { ...describe(context, session, room, transports), left };
}
