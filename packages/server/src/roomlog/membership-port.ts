import type { Blocked, LeaveReason, Role, RoomKey, Source, TRTCAppScene } from '@rotunda/protocol';
import type { ClientFacts, OpenRoom, OwnStream, Refusal } from '../rooms/model.ts';

/** One stay of one user in one incarnation of a room. */
export interface StayRef {
  readonly key: RoomKey;
  readonly userId: string;
  readonly sessionId: string;
}

export interface EnterRequest extends StayRef {
  readonly scene: TRTCAppScene;
  readonly role: Role;
  readonly client: ClientFacts;
  readonly continues?: string;
  /** What the stay that it continues might not send, as far as that was kept; the room may know better. */
  readonly keptBlock?: Blocked;
  /** Refused with ERR_ROOM_NOT_EXIST where there is no room yet. */
  readonly joinOnly?: boolean;
}

/**
 * Somebody came to the audience of a live room, or went from it by its own: what the log does not tell. Told in order of one
 * stay. Changes of role, stays that somebody else ended and the end of the room are in the log.
 */
export type AudienceChange = StayRef & { readonly incarnation: string; readonly at: number } & (
    | { readonly type: 'entered'; readonly client: ClientFacts; readonly continues: string | null }
    | { readonly type: 'left'; readonly reason: LeaveReason }
  );

export type EnterOutcome =
  | { readonly ok: true; readonly room: OpenRoom; readonly incarnation: string }
  | { readonly ok: false; readonly refusal: Refusal };

/** Sessions that a forced end hit, so that the caller can wait until they were told. */
export type EvictOutcome =
  | { readonly ok: true; readonly sessionIds: readonly string[] }
  | { readonly ok: false; readonly refusal: 'roomNotExist' };

/** The stay that is blocked, or is no longer. */
export type BlockOutcome =
  | { readonly ok: true; readonly sessionId: string }
  | { readonly ok: false; readonly refusal: 'roomNotExist' | 'userNotExist' };

/**
 * What may happen to a stay, over log and presence index together: the one place that knows the order of the two.
 * Methods draw time from the clock; all are safe to repeat.
 */
export interface Membership {
  /**
   * An earlier stay of the same user ends as replaced. A stay that `continues` another never ends a newer one that the
   * user began elsewhere: then the refusal is ERR_ROOM_USER_WAS_DELETED.
   */
  enter(request: EnterRequest): Promise<EnterOutcome>;
  /** What {@link enter} would be refused with right now; null when it would not be. Changes nothing. */
  refusalOf(request: EnterRequest): Promise<Refusal | null>;
  /** @returns whether this is what ended the stay: false if it was over already. */
  leave(stay: StayRef & { reason: LeaveReason }): Promise<boolean>;
  /**
   * Means something in live scenes only. `ok` with the room after the change; refused if the stay is over. Changes of one
   * stay must not overlap; anything else may happen at the same time.
   */
  switchRole(stay: StayRef & { role: Role }): Promise<EnterOutcome>;
  publish(stay: StayRef & { stream: OwnStream }): Promise<{ ok: true } | { ok: false; refusal: Refusal }>;
  unpublish(stay: StayRef & { streamId: string }): Promise<void>;
  mute(stay: StayRef & { source: Source; muted: boolean }): Promise<void>;
  /** The link of a stay was lost: it is given up at `giveUpAt` (milliseconds since the epoch) unless it resumes. */
  lost(stay: StayRef & { giveUpAt: number; ifGivenUp: 'timedOut' | 'processGone' }): Promise<void>;
  /** @returns the room if the stay still goes on, else null. */
  resumed(stay: StayRef): Promise<OpenRoom | null>;
  /** `message`: what the removed users are told. */
  removeUsers(
    key: RoomKey,
    userIds: readonly string[],
    reason: 'removed' | 'permissionLost',
    message?: string,
  ): Promise<EvictOutcome>;
  dismiss(key: RoomKey): Promise<EvictOutcome>;
  /** What the user's stay may not send from here on, in place of what was said before. */
  block(key: RoomKey, userId: string, blocked: Blocked): Promise<BlockOutcome>;
  /** A lost audience stay did not come back in time. Nothing happens if it did, at the last moment. */
  giveUpAudience(stay: StayRef & { incarnation: string }): Promise<void>;
}
