import { CLOSE_CODES, TRTCError, type EntryBlockMessage } from '@rotunda/protocol';
import type { ChannelEnd } from '../signal/channel.ts';
import { RequestRefusedError } from '../signal/errors.ts';

/** Why a stay did not begin, or cannot go on. `code` as TRTC has it (docs/trtc.md 4). */
export interface Failure {
  readonly code: number;
  readonly message: string;
  /** What keeps the user out of the room that was to be entered. */
  readonly entryBlock?: EntryBlockMessage | null;
}

const NO_RETURN: ReadonlySet<number> = new Set([
  CLOSE_CODES.ended,
  CLOSE_CODES.protocolError,
  CLOSE_CODES.superseded,
]);

/** The server does not want to hear from this client again. */
export function isFinal(end: ChannelEnd): boolean {
  return end.by === 'peer' && NO_RETURN.has(end.code);
}

export function closedForGood(end: ChannelEnd): Failure {
  if (end.by === 'protocol') return new TRTCError('ERR_ROOM_ENTER_FAIL', end.message);
  return new TRTCError('ERR_ROOM_INVALID_PARAMETER', 'the server closed the connection for good');
}

/** What the server refused as it said it; anything else is the browser's doing. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestRefusedError || error instanceof TRTCError) return error;
  const detail = error instanceof Error ? `: ${error.message}` : '';
  return new TRTCError('ERR_NOT_SUPPORTED', `this browser could not set up media${detail}`);
}
