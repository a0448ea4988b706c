import {
  TRTCError,
  TRTC_ERRORS,
  effectiveRole,
  type RequestParams,
  type RequestResult,
  type Source,
  type TRTCErrorName,
} from '@rotunda/protocol';
import type { SignallingContext } from './context.ts';
import type { Session } from './session.ts';

/** How many changes of one stay may wait for their turn. */
const MAX_WAITING = 64;

/** After everything else that changes what the stay is or publishes. Refused once the stay has ended. */
export function inTurn<T>(session: Session, task: () => Promise<T>): Promise<T> {
  if (session.changes.size >= MAX_WAITING)
    return Promise.reject(new TRTCError('ERR_REFUSED', 'too many requests are waiting'));
  return session.changes.run(() => {
    requireOpen(session);
    return task();
  });
}

export function requireOpen(session: Session): void {
  if (!session.open) throw new TRTCError('ERR_ROOM_NOT_EXIST', 'the stay has ended');
}

export function publish(
  context: SignallingContext,
  session: Session,
  params: RequestParams<'publish'>,
): Promise<RequestResult<'publish'>> {
  return inTurn(session, async () => {
    if (session.role !== 'anchor') throw new TRTCError('ERR_ROOM_NO_PRIVILEGE_PUSH_VIDEO');
    const { source, muted } = params;
    const { streamId } = await session.media.publish(params);
    const outcome = await context.membership.publish({
      ...session.stay,
      stream: { source, streamId, muted },
    });
    if (outcome.ok) return { streamId };
    session.media.unpublish(source);
    throw new TRTCError(outcome.refusal.error);
  });
}

export function unpublish(
  context: SignallingContext,
  session: Session,
  source: Source,
): Promise<Record<string, never>> {
  return inTurn(session, async () => {
    session.media.unpublish(source);
    const streamId = publishedStream(context, session, source);
    if (streamId) await context.membership.unpublish({ ...session.stay, streamId });
    return {};
  });
}

/** Ends a stream that the server cannot keep up, and says so to its publisher. */
export async function withdraw(
  context: SignallingContext,
  session: Session,
  why: { source: Source; error: TRTCErrorName; message: string },
): Promise<void> {
  const streamId = publishedStream(context, session, why.source);
  if (!streamId) return;
  await unpublish(context, session, why.source);
  const { code } = TRTC_ERRORS[why.error];
  session.sendEvent('ownStreamStopped', { source: why.source, streamId, code, message: why.message });
}

export function mute(
  context: SignallingContext,
  session: Session,
  { source, muted }: RequestParams<'mute'>,
): Promise<Record<string, never>> {
  return inTurn(session, async () => {
    await session.media.setMuted(source, muted);
    await context.membership.mute({ ...session.stay, source, muted });
    return {};
  });
}

export function switchRole(
  context: SignallingContext,
  session: Session,
  params: RequestParams<'switchRole'>,
): Promise<RequestResult<'switchRole'>> {
  return inTurn(session, async () => {
    const role = effectiveRole(session.scene, params.role);
    if (role !== session.role) {
      const outcome = await context.membership.switchRole({ ...session.stay, role });
      if (!outcome.ok) throw new TRTCError(outcome.refusal.error);
      requireOpen(session);
      session.role = role;
    }
    if (role === 'anchor') return { send: await session.media.openSend() };
    session.media.closeSend();
    return {};
  });
}

function publishedStream(context: SignallingContext, session: Session, source: Source): string | undefined {
  const member = context.directory.roomOf(session)?.members.get(session.stay.userId);
  if (member?.sessionId !== session.stay.sessionId) return undefined;
  return member.streams.get(source)?.streamId;
}
