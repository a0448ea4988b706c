import type { Blocked } from '@rotunda/protocol';

/** A backend says what a user may not send; `audience` is its stay in the presence index, if it has one there. */
export interface BlockCommand {
  readonly type: 'block';
  readonly at: number;
  readonly userId: string;
  readonly audience: string | null;
  readonly blocked: Blocked;
}

export type BlockEvent =
  /** What the stay may not send from here on, whether it sends anything or not. */
  | {
      readonly type: 'userBlocked';
      readonly userId: string;
      readonly sessionId: string;
      readonly blocked: Blocked;
      readonly at: number;
    }
  /** The block of a stay that is over, or has handed it on, concerns the room no more: nothing was lifted. */
  | {
      readonly type: 'blockForgotten';
      readonly userId: string;
      readonly sessionId: string;
      readonly at: number;
    };
