import type { LeaveReason, RoomKey, Source } from '@rotunda/protocol';
import type { OwnStream, Stream } from './stream.ts';

/** Names one stay. */
export interface StayName {
  readonly userId: string;
  readonly sessionId: string;
}

export function stayName({ userId, sessionId }: StayName): StayName {
  return { userId, sessionId };
}

/** The life of a room that somebody is in. */
export interface Home {
  readonly key: RoomKey;
  readonly incarnation: string;
}

/** An anchor of another room who is seen and heard here, because somebody here is linked with it (docs/trtc.md 2.3). */
export interface Guest extends StayName {
  /** Where it is a member, by the same session. */
  readonly home: Home;
  readonly enteredAt: number;
  /** The members that it is linked with, by their sessions. Never empty: the guest leaves with the last one. */
  readonly hosts: ReadonlyMap<string, GuestLink>;
  readonly streams: ReadonlyMap<Source, Stream>;
  /** The version of the home room that `streams` is of. */
  readonly seen: number;
}

export interface GuestLink {
  readonly host: StayName;
  /** The version of the home room at which the link was made, or asked for again. */
  readonly asOf: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** What an anchor is to become a guest, as of `version` of its own room. */
export interface GuestFacts extends StayName {
  readonly home: Home;
  /** As the others of its own room see them: what is blocked there is muted here. */
  readonly streams: readonly OwnStream[];
  readonly version: number;
}

/**
 * A link joins a member of one room and one of another: each is a guest of the other's room. These commands are about one of
 * its halves: the one in the room that they are committed to. All are safe to repeat, and in any order.
 */
export type GuestCommand =
  /** Without a session the host is whoever has that name. `wantedBy` decides what a refusal is called. */
  | {
      readonly type: 'link';
      readonly at: number;
      readonly guest: GuestFacts;
      readonly host: { readonly userId: string; readonly sessionId?: string };
      readonly wantedBy: 'guest' | 'host';
    }
  /** The other half has ended. A link that was made later than `upTo`, a version of the guest's own room, goes on. */
  | {
      readonly type: 'unlink';
      readonly at: number;
      readonly guest: StayName;
      readonly host: StayName;
      readonly upTo: number;
    }
  /** A member ends all its links. */
  | { readonly type: 'disconnect'; readonly at: number; readonly userId: string; readonly sessionId: string }
  /** What a guest publishes as of `version` of its own room. */
  | {
      readonly type: 'guestStreams';
      readonly at: number;
      readonly guest: StayName;
      readonly streams: readonly OwnStream[];
      readonly version: number;
    };

/** Facts about guests. Their streams start, stop and are muted by the same events as those of members. */
export type GuestEvent = StayName & { readonly at: number } & (
    | { readonly type: 'guestEntered'; readonly home: Home }
    | { readonly type: 'guestLinked'; readonly host: StayName; readonly asOf: number }
    | { readonly type: 'guestUnlinked'; readonly host: StayName; readonly home: Home }
    /** The streams are now as of that version of the guest's own room. */
    | { readonly type: 'guestSeen'; readonly version: number }
    /** After its streams have stopped and its last link has ended. */
    | { readonly type: 'guestLeft'; readonly reason: LeaveReason }
  );
