import {
  TRTCError,
  TRTC_ERRORS,
  type RequestParams,
  type RequestResult,
  type Source,
} from '@rotunda/protocol';
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
  const publisher = context.directory.roomOf(session)?.members.get(userId);
  const stream = publisher?.streams.get(source);
  if (!publisher || !stream)
    throw new TRTCError('ERR_INVALID_PARAMETER', 'that user does not publish that stream');
  try {
    return await session.media.subscribe({ streamId: stream.streamId, layer });
  } catch (error) {
    if (cannotDecode(error, source)) context.directory.find(publisher.sessionId)?.wishes.askForVp8(source);
    throw error;
  }
}

function cannotDecode(error: unknown, source: Source): boolean {
  return (
    source !== 'audio' && error instanceof TRTCError && error.code === TRTC_ERRORS.ERR_NOT_SUPPORTED.code
  );
}
