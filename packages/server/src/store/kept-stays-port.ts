import type { Blocked } from '@rotunda/protocol';

/** What holds for a stay besides what its client can show when it returns. */
export interface KeptStay {
  /** The stay and those that continue it. */
  readonly origin: string;
  readonly blocked: Blocked;
  /** What it may do by the permission ticket that it showed last; null: what its resume token says. */
  readonly privileges: number | null;
  /** Milliseconds since the epoch: it went on then. */
  readonly at: number;
}

/** What is needed of stays when they return, for as long as their resume tokens are good. */
export interface KeptStayStore {
  /** Durable, as a whole, when it resolves; in place of what was kept of these stays before. */
  save(stays: readonly KeptStay[]): Promise<void>;
  /** By its origin. */
  find(origin: string): Promise<KeptStay | null>;
}
