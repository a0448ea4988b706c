/** What a call ends with that got no answer of a Rotunda server. */
export type RotundaAdminFault = 'Unreachable' | 'TimedOut' | 'Aborted' | 'UnexpectedAnswer';

/** A call was not done. */
export class RotundaAdminError extends Error {
  override readonly name = 'RotundaAdminError';
  /**
   * The server's code, e.g. `FailedOperation.RoomNotExist`; or, if it did not say no, `Unreachable`: there is no connection, or it
   * broke; `TimedOut`: no answer within `timeoutMs`, so that the call may have been done; `Aborted`: by the caller's signal;
   * `UnexpectedAnswer`: by something that is no Rotunda server of this version.
   */
  readonly code: string;
  /** Of the answer; null if there was none. */
  readonly status: number | null;

  /** `cause`: what failed, if it was the connection; the signal's reason, if the call was aborted. */
  constructor(refusal: { code: string; status: number | null; message: string; cause?: unknown }) {
    super(refusal.message, { cause: refusal.cause });
    this.code = refusal.code;
    this.status = refusal.status;
  }
}
