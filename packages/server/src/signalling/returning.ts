import {
  CLOSE_CODES,
  LEAVE_REASONS,
  TRTCError,
  effectiveRole,
  type RequestParams,
  type SnapshotMessage,
} from '@rotunda/protocol';
import { Permission } from '../auth/permissions.ts';
import type { ClientFacts } from '../rooms/model.ts';
import type { HowEnded } from '../store/endings-port.ts';
import type { KeptStay } from '../store/kept-stays-port.ts';
import { endedMeanwhile, type ReadClaim, type SignallingContext } from './context.ts';
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
  if (ending && LEAVE_REASONS[ending.reason].terminal) throw endedMeanwhile(context, claim, ending);
  requireTicket(context, { sdkAppId: claim.key.sdkAppId, userId: claim.userId, userSig: params.userSig });
  const { privateMapKey } = params;
  const sameRights = keptPermission(context, claim, kept);
  const permission = sameRights ?? context.permissions.check({ ...claim, privateMapKey });
  const entered = await beginStay(context, link, {
    claim: { ...claim, sessionId: context.newId() },
    role: effectiveRole(claim.scene, params.role),
    permission,
    joinOnly: !sameRights && !permission.mayCreate,
    params,
    client,
    continues: claim,
    ...(kept ? { keptBlock: kept.blocked } : {}),
  });
  settleRights(context, entered.session, claim);
  return entered;
}

/** What older tokens say of the rights of a stay that is back counts no more, nor do they when the stay is given up. */
function settleRights(
  { keptStays, returnRights }: SignallingContext,
  session: Session,
  claim: ReadClaim,
): void {
  if (session.permission.ticket) keptStays.keep(session);
  session.onEnd(() => {
    const { state } = session;
    // In place of it may be another try of the same return.
    if (state.name === 'ended' && state.reason !== 'replaced') returnRights.giveUp(claim.sessionId);
  });
}

/** What a stay of before a restart might do, which nobody has given up: by the ticket that it showed last. */
function keptPermission(
  { returnRights }: SignallingContext,
  claim: ReadClaim,
  kept: KeptStay | null,
): Permission | null {
  const privileges = kept?.privileges ?? claim.privileges;
  if (privileges === undefined || !returnRights.goesOn(claim.sessionId)) return null;
  return new Permission(privileges);
}

/** How the stay of that claim ended, or why it may not be continued; null if nothing speaks against it. */
async function findEnd(context: SignallingContext, claim: ReadClaim): Promise<HowEnded | null> {
  const { sessionId, origin } = claim;
  const own = await context.endings.find(sessionId);
  if (own) return own;
  const last = sessionId === origin ? null : await context.endings.find(origin);
  return last ?? (await findBar(context, claim));
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
