import type { LeaveReason } from '@rotunda/protocol';

/** What must outlive a restart. */
export interface Store {
  /** Durable when it resolves. The first ending of a stay counts. Kept for 24 hours. */
  saveEndings(endings: readonly { sessionId: string; reason: LeaveReason; at: number }[]): Promise<void>;
  /** How a stay ended, or null if it is not known to have ended. */
  findEnding(sessionId: string): Promise<LeaveReason | null>;
  /** A secret that is made at the first call and the same ever after; e.g. the key of resume tokens. */
  secret(name: string): Promise<Buffer>;
  close(): Promise<void>;
}
