import { TRTC_ERRORS, type EntryBlockMessage, type EventData, type RefusalMessage } from '@rotunda/protocol';

/** The link went away before the answer came: whether the request was carried out is unknown. */
export class SignalClosedError extends Error {
  override readonly name = 'SignalClosedError';

  constructor(message = 'the signalling link is closed') {
    super(message);
  }
}

/** The server said no. `ended` is set when the stay had ended for good: what the server's word of that would have said. */
export class RequestRefusedError extends Error {
  override readonly name = 'RequestRefusedError';
  /** TRTC error code (docs/trtc.md 4). */
  readonly code: number;
  readonly ended: EventData<'ended'> | null;
  /** What keeps the user out, when that is why. */
  readonly entryBlock: EntryBlockMessage | null;

  constructor(refusal: RefusalMessage) {
    super(refusal.message);
    this.code = refusal.code;
    this.ended = endOf(refusal);
    this.entryBlock = refusal.entryBlock ?? null;
  }
}

function endOf({ ended, removalMessage, entryBlock }: RefusalMessage): EventData<'ended'> | null {
  if (!ended) return null;
  return {
    reason: ended,
    ...(removalMessage ? { message: removalMessage } : {}),
    ...(entryBlock ? { entryBlock } : {}),
  };
}

/**
 * Whether a request failed only because what carries it is being replaced: the link, or the media worker. Once it has been, it
 * can be asked again; nobody needs to hear of it.
 */
export function isInterruption(error: unknown): boolean {
  if (error instanceof SignalClosedError) return true;
  return error instanceof RequestRefusedError && error.code === TRTC_ERRORS.ERR_SERVER_PROCESS_FAILED.code;
}

/** Whether the server said that what was asked for has ended: its word of that is on its way. */
export function meansEnded(error: unknown): boolean {
  if (!(error instanceof RequestRefusedError)) return false;
  const { ERR_REFUSED, ERR_INVALID_PARAMETER } = TRTC_ERRORS;
  return error.code === ERR_REFUSED.code || error.code === ERR_INVALID_PARAMETER.code;
}
