import {
  TRTCError,
  TRTCRoleType,
  effectiveRole,
  roomKey,
  roomIdValue,
  type Blocked,
  type RequestParams,
  type Role,
  type SnapshotMessage,
  type TransportsMessage,
} from '@rotunda/protocol';
import { denied, type Permission } from '../auth/permissions.ts';
import type { ClientFacts, OpenRoom, Refusal } from '../rooms/model.ts';
import { snapshotMembers, ownStreamMessage } from '../rooms/announce.ts';
import type { HowEnded } from '../store/endings-port.ts';
import { endedMeanwhile, type ReadClaim, type ResumeClaim, type SignallingContext } from './context.ts';
import type { Link } from './link.ts';
import { watchMedia } from './media-watch.ts';
import { issueToken, renewTokens } from './return-tokens.ts';
import { Session } from './session.ts';

/** Close code of a service that cannot do it right now (RFC 6455, IANA registry): the client comes back later. */
export const TRY_AGAIN_LATER = 1013;

export interface Entered {
  readonly session: Session;
  readonly snapshot: SnapshotMessage;
}

/** A new stay by a ticket. `follows`: the stay that the user left for this one. Throws a TRTCError. */
export async function enterRoom(
  context: SignallingContext,
  link: Link,
  params: RequestParams<'enter'>,
  who: { readonly client: ClientFacts; readonly follows?: string },
): Promise<Entered> {
  requireTicket(context, params);
  const sessionId = context.newId();
  const claim: ResumeClaim = {
    sessionId,
    origin: sessionId,
    userId: params.userId,
    key: roomKey(params.sdkAppId, params.room),
    scene: params.scene,
  };
  const { privateMapKey } = params;
  const permission = context.permissions.check({ ...claim, privateMapKey });
  const role = effectiveRole(params.scene, params.role);
  const joinOnly = !permission.mayCreate;
  return beginStay(context, link, { claim, role, permission, joinOnly, params, ...who });
}

/** Why the stay of that claim, if it is over, may not be continued: its user or room was forced out since. */
export function findBar({ endings }: SignallingContext, claim: ReadClaim): Promise<HowEnded | null> {
  return endings.findReturnBar({ key: claim.key, userId: claim.userId, since: claim.issuedAt });
}

export function requireTicket(
  context: SignallingContext,
  entry: { sdkAppId: number; userId: string; userSig: string },
): void {
  const refusal = context.checkTicket(entry);
  if (refusal) throw new TRTCError(refusal);
}

interface NewStay {
  readonly claim: ResumeClaim;
  readonly role: Role;
  readonly permission: Permission;
  /** It must not bring a room to life. */
  readonly joinOnly: boolean;
  readonly params: Pick<RequestParams<'enter'>, 'rtpCapabilities'>;
  readonly client: ClientFacts;
  readonly continues?: ReadClaim;
  /** What was kept of the one that it continues. */
  readonly keptBlock?: Blocked;
  readonly follows?: string;
}

export async function beginStay(context: SignallingContext, link: Link, request: NewStay): Promise<Entered> {
  const { claim, role, permission } = request;
  context.entryBlocks.admit(claim.key, claim.userId);
  const session = new Session({
    stay: { key: claim.key, userId: claim.userId, sessionId: claim.sessionId },
    origin: claim.origin,
    scene: claim.scene,
    role,
    permission,
    client: request.client,
    link,
    follows: request.follows ?? request.continues?.sessionId ?? null,
  });
  try {
    await context.directory.add(session);
    const room = await enterLog(context, link, { session, request });
    return await settleIn(context, link, { session, room, request });
  } catch (error) {
    context.directory.drop(session);
    throw error;
  }
}

async function enterLog(
  context: SignallingContext,
  link: Link,
  { session, request }: { session: Session; request: NewStay },
): Promise<OpenRoom> {
  const { scene, role, client } = session;
  const { joinOnly, continues, keptBlock } = request;
  const before = continues ? { continues: continues.sessionId, ...(keptBlock ? { keptBlock } : {}) } : {};
  const outcome = await context.membership
    .enter({ ...session.stay, scene, role, client, joinOnly, ...before })
    .catch((error: unknown) => {
      // It may be in the log although the answer got lost.
      void context.writer.leave(session.stay, 'serverFault');
      throw error;
    });
  if (!outcome.ok) throw entryRefusal(outcome.refusal);
  if (continues) await requireNoBar(context, link, { session, continued: continues });
  await requireAdmission(context, session);
  session.incarnation = outcome.incarnation;
  return outcome.room;
}

/** That there is no room matters only to who may not create one. */
export function entryRefusal({ error }: Refusal): TRTCError {
  return error === 'ERR_ROOM_NOT_EXIST'
    ? denied('there is no such room, and privateMapKey does not allow to create one')
    : new TRTCError(error);
}

/** Who is blocked from entering and removed is found here if the removal came before the enter, and by the removal otherwise. */
async function requireAdmission(
  { entryBlocks, writer }: SignallingContext,
  { stay }: Session,
): Promise<void> {
  try {
    entryBlocks.admit(stay.key, stay.userId);
  } catch (error) {
    await writer.leave(stay, 'removed');
    throw error;
  }
}

/** The room may have been dismissed, or the user removed, on the way from the first look to here. */
async function requireNoBar(
  context: SignallingContext,
  link: Link,
  { session, continued }: { session: Session; continued: ReadClaim },
): Promise<void> {
  const bar = await findBar(context, continued).catch(async (error: unknown) => {
    await context.writer.leave(session.stay, 'serverFault');
    link.close(TRY_AGAIN_LATER);
    throw error;
  });
  if (!bar) return;
  await context.writer.leave(session.stay, bar.reason);
  throw endedMeanwhile(context, session.stay, bar);
}

/** The stay is in the log: gives it media. Whatever fails from here on must leave the room again. */
async function settleIn(
  context: SignallingContext,
  link: Link,
  entry: { session: Session; room: OpenRoom; request: NewStay },
): Promise<Entered> {
  const { session, room, request } = entry;
  try {
    const media = await context.media.join({
      key: session.key,
      incarnation: session.incarnation,
      sessionId: session.stay.sessionId,
      rtpCapabilities: request.params.rtpCapabilities,
      mayPublish: session.role === 'anchor',
    });
    const mayStay = session.setMedia(media) && link.open;
    if (!mayStay) throw new TRTCError('ERR_ROOM_ENTER_FAIL', 'the client left while it was entering');
    watchMedia(context, session);
    renewTokens(context, session);
    const { key } = session;
    context.log.info(
      { room: roomIdValue(key), sdkAppId: key.sdkAppId, ...session.stay, key: undefined, role: session.role },
      request.continues ? 'user returned' : 'user entered',
    );
    return { session, snapshot: describe(context, session, room, media.transports) };
  } catch (error) {
    await context.writer.leave(session.stay, link.open ? 'serverFault' : 'exited');
    throw error;
  }
}

export function describe(
  context: SignallingContext,
  session: Session,
  room: OpenRoom,
  transports: TransportsMessage | undefined,
): SnapshotMessage {
  const own = room.members.get(session.stay.userId);
  return {
    sessionId: session.stay.sessionId,
    resumeToken: issueToken(context, session),
    incarnation: room.incarnation,
    version: room.version,
    role: session.role === 'anchor' ? TRTCRoleType.TRTCRoleAnchor : TRTCRoleType.TRTCRoleAudience,
    members: snapshotMembers(room, session.stay.userId),
    ownStreams: own ? [...own.streams.values()].map(ownStreamMessage) : [],
    blocked: session.takeBlock(),
    ...(transports ? { transports } : {}),
  };
}
