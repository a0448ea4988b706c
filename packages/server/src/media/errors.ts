import { QueueClosedError } from '@rotunda/base';
import { TRTCError } from '@rotunda/protocol';

/**
 * What a member is told when the worker or mediasoup said no: the client's fault with its reason, unless the media
 * itself went away meanwhile.
 */
export function refusalOf(error: unknown, { mediaGone }: { mediaGone: boolean }): TRTCError {
  if (error instanceof TRTCError) return error;
  if (error instanceof QueueClosedError)
    return new TRTCError('ERR_REFUSED', 'the media of this stay is closed');
  if (mediaGone) return new TRTCError('ERR_SERVER_PROCESS_FAILED', 'the media is being set up anew');
  return new TRTCError('ERR_ROOM_INVALID_PARAMETER', error instanceof Error ? error.message : String(error));
}

export function closedError(): TRTCError {
  return new TRTCError('ERR_REFUSED', 'the media of this stay is closed');
}

export function invalid(message: string): TRTCError {
  return new TRTCError('ERR_ROOM_INVALID_PARAMETER', message);
}

/** The media workers or their ports cannot be had. The message says what to do. */
export class MediaUnavailableError extends Error {
  override readonly name = 'MediaUnavailableError';
}
