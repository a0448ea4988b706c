import { TRTC_ERRORS, TRTC_WARNINGS, type Source } from '@rotunda/protocol';
import { RequestRefusedError, SignalClosedError } from '../signal/errors.ts';

export interface MediaFailure {
  readonly kind: 'error' | 'warning';
  readonly code: number;
  readonly message: string;
}

/**
 * What an application is told of a stream that could not be sent (`userId` is empty) or received. Null: nothing, because it is
 * tried again when the link is back.
 */
export function describeMediaFailure(userId: string, source: Source, error: unknown): MediaFailure | null {
  if (error instanceof SignalClosedError) return null;
  if (!(error instanceof RequestRefusedError)) {
    const message = failureText(userId, source, error);
    return { kind: 'error', code: TRTC_ERRORS.ERR_FAILED.code, message };
  }
  const { code, message } = error;
  const undecodable = userId && source !== 'audio' && code === TRTC_ERRORS.ERR_NOT_SUPPORTED.code;
  return undecodable
    ? { kind: 'warning', ...TRTC_WARNINGS.WARNING_VIDEO_DECODE_FAIL }
    : { kind: 'error', code, message };
}

function failureText(userId: string, source: Source, error: unknown): string {
  const what = userId ? `${source} of ${userId} could not be received` : `${source} could not be sent`;
  return error instanceof Error ? `${what}: ${error.message}` : what;
}
