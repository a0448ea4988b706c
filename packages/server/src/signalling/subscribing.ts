import {
  TRTCError,
  TRTC_ERRORS,
  type RequestParams,
  type RequestResult,
  type Source,
} from '@rotunda/protocol';
import { denied } from '../auth/permissions.ts';
import type { Guest, Home } from '../rooms/guest-model.ts';
import type { Member } from '../rooms/model.ts';
import { presentUser } from '../rooms/present.ts';
import type { SignallingContext } from './context.ts';
import { requireOpen } from './publishing.ts';
import type { Session } from './session.ts';

/** If this client cannot decode the stream, its publisher is asked for one that every browser decodes. */
export async function subscribe(
  context: SignallingContext,
  session: Session,
  { userId, source, layer }: RequestParams<'subscribe'>,
): Promise<RequestResult<'subscribe'>> {
  requireOpen(session);
  requireMayReceive(session, source);
  const room = context.directory.roomOf(session);
  const publisher = room && presentUser(room, userId);
  const stream = publisher?.streams.get(source);
  if (!publisher || !stream)
    throw new TRTCError('ERR_INVALID_PARAMETER', 'that user does not publish that stream');
  try {
    const from = whereFrom(publisher);
    const consumer = await session.media.subscribe({ streamId: stream.streamId, layer, ...from });
    // What the stay may do can have changed meanwhile.
    if (!session.permission.mayReceive(source)) session.media.unsubscribe(consumer.consumerId);
    requireMayReceive(session, source);
    return consumer;
  } catch (error) {
    if (cannotDecode(error, source)) context.directory.find(publisher.sessionId)?.wishes.askForVp8(source);
    throw error;
  }
}

function requireMayReceive({ permission }: Session, source: Source): void {
  if (!permission.mayReceive(source)) throw denied(`privateMapKey does not allow to receive ${source}`);
}

/** A guest publishes in its own room. */
function whereFrom(publisher: Member | Guest): { from?: Home } {
  return 'home' in publisher ? { from: publisher.home } : {};
}

function cannotDecode(error: unknown, source: Source): boolean {
  return (
    source !== 'audio' && error instanceof TRTCError && error.code === TRTC_ERRORS.ERR_NOT_SUPPORTED.code
  );
}
