import { TokenBucket } from '@rotunda/base';
import {
  TRTCError,
  TRTC_ERRORS,
  type RequestParams,
  type RequestResult,
  type Source,
  type TRTCErrorName,
} from '@rotunda/protocol';
import { denied } from '../auth/permissions.ts';
import type { OwnStream } from '../rooms/model.ts';
import type { SignallingContext } from './context.ts';
import { PacedMutes } from './paced-mutes.ts';
import type { Session } from './session.ts';

/** How many changes of one stay may wait for their turn. */
const MAX_WAITING = 64;
/** Streams that one stay starts, and changes of its role: each is told to the whole room, to history and to a backend (docs/limits.md). */
const STARTS = { perSecond: 5, burst: 60 };

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

/** Throws a TRTCError for who starts streams, or changes its role, without end. */
export function requireMeasure({ clock }: Pick<SignallingContext, 'clock'>, session: Session): void {
  const now = clock.now();
  session.starts ??= new TokenBucket({ ...STARTS, now });
  if (!session.starts.take(1, now)) throw new TRTCError('ERR_REFUSED', 'too many changes: try again later');
}

export function publish(
  context: SignallingContext,
  session: Session,
  params: RequestParams<'publish'>,
): Promise<RequestResult<'publish'>> {
  session.mutes?.flush(params.source);
  return inTurn(session, async () => {
    if (session.role !== 'anchor') throw new TRTCError('ERR_ROOM_NO_PRIVILEGE_PUSH_VIDEO');
    if (!session.permission.maySend(params.source))
      throw denied(`privateMapKey does not allow to send ${params.source}`);
    requireMeasure(context, session);
    try {
      const { streamId } = await session.media.publish(params);
      await announceStream(context, session, { streamId, source: params.source, muted: params.muted });
      return { streamId };
    } catch (error) {
      await retireDead(context, session, params.source);
      throw error;
    }
  });
}

/** Nobody is told of a stream that the room log does not take: then it ends. */
async function announceStream(
  context: SignallingContext,
  session: Session,
  stream: OwnStream,
): Promise<void> {
  const { source, streamId } = stream;
  try {
    const outcome = await context.membership.publish({ ...session.stay, stream }).catch((error: unknown) => {
      // It may be in the log although the answer got lost.
      void context.writer.unpublish(session.stay, streamId);
      throw error;
    });
    if (!outcome.ok) throw new TRTCError(outcome.refusal.error);
    session.published.set(source, streamId);
    context.log.debug({ ...session.stay, source, streamId }, 'stream started');
  } catch (error) {
    session.media.unpublish(source);
    throw error;
  }
}

/** A stream may have ended for one that was refused in its place: the others must not wait for its packets. */
async function retireDead(context: SignallingContext, session: Session, source: Source): Promise<void> {
  const streamId = session.published.get(source);
  if (streamId && !session.media.isPublishing(streamId)) await retire(context, session, source);
}

/** Takes a stream out of the room log. */
async function retire(context: SignallingContext, session: Session, source: Source): Promise<void> {
  const streamId = session.published.get(source);
  if (!streamId) return;
  await context.writer.unpublish(session.stay, streamId);
  session.published.delete(source);
  context.log.debug({ ...session.stay, source, streamId }, 'stream stopped');
}

export function unpublish(
  context: SignallingContext,
  session: Session,
  source: Source,
): Promise<Record<string, never>> {
  session.mutes?.flush(source);
  return inTurn(session, async () => {
    session.media.unpublish(source);
    await retire(context, session, source);
    return {};
  });
}

/** Why a stream ends, as its publisher is told. */
interface Withdrawal {
  readonly source: Source;
  readonly error: TRTCErrorName;
  readonly message: string;
}

/** Ends a stream that the server cannot keep up, and says so to its publisher. */
export function withdraw(context: SignallingContext, session: Session, why: Withdrawal): Promise<void> {
  return inTurn(session, () => endStream(context, session, why));
}

/** In the turn of the stay only. Does nothing without such a stream. */
export async function endStream(
  context: SignallingContext,
  session: Session,
  { source, error, message }: Withdrawal,
): Promise<void> {
  const streamId = session.published.get(source);
  if (!streamId) return;
  session.media.unpublish(source);
  await retire(context, session, source);
  context.log.info({ ...session.stay, source, streamId, error }, 'stream withdrawn');
  session.sendEvent('ownStreamStopped', { source, streamId, code: TRTC_ERRORS[error].code, message });
}

export async function mute(
  context: SignallingContext,
  session: Session,
  { source, muted }: RequestParams<'mute'>,
): Promise<Record<string, never>> {
  session.mutes ??= pacedMutes(context, session);
  await session.mutes.set(source, muted);
  return {};
}

function pacedMutes(context: SignallingContext, session: Session): PacedMutes {
  const apply = (source: Source, muted: boolean): Promise<void> =>
    inTurn(session, async () => {
      await session.media.setMuted(source, muted);
      await context.membership.mute({ ...session.stay, source, muted });
    });
  const mutes = new PacedMutes({ clock: context.clock, apply });
  session.onEnd(() => mutes.close());
  return mutes;
}
