import type { LeaveReason } from '@rotunda/protocol';

/** A fake server says no to a request. */
export class Refused extends Error {
  readonly code: number;
  /** How the stay had ended, if it had. */
  readonly ended: LeaveReason | undefined;

  constructor(code: number, ended?: LeaveReason) {
    super(ended ? `the stay had ended: ${ended}` : 'refused');
    this.code = code;
    this.ended = ended;
  }
}
