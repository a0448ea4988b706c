import type { Blocked, RoomKey } from '@rotunda/protocol';
import type { BlockOutcome } from '../roomlog/membership-port.ts';

/** Tells the users whom a call hit, and knows when they know. */
export interface Told {
  /** Resolves when each of these sessions was told of its end, or has nobody to tell, or after `budgetMs` milliseconds. */
  waitUntilTold(sessionIds: readonly string[], budgetMs: number): Promise<void>;
}

/** Keeps users from sending. */
export interface UserBlocking {
  /** In place of what was said before. Resolves when it is in effect. */
  set(key: RoomKey, userId: string, blocked: Blocked): Promise<BlockOutcome>;
}

/** What the Cloud API reports of itself. `code` is `OK` or one of Tencent's error codes. */
export interface CloudApiMetrics {
  cloudApiRequest(sample: { readonly action: string; readonly code: string }): void;
}
