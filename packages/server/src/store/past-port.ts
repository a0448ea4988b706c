import type { RoomKind } from '@rotunda/protocol';

/** One life of a room. Times in milliseconds since the epoch. */
export interface PastRoom {
  readonly incarnation: string;
  readonly kind: RoomKind;
  readonly roomId: string;
  readonly createdBy: string;
  readonly createdAt: number;
  /** Null while it goes on. */
  readonly endedAt: number | null;
}

/** One stay of one user. */
export interface PastStay {
  readonly incarnation: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly enteredAt: number;
  /** Null while it goes on. */
  readonly leftAt: number | null;
  /** What the client said of itself; empty if it said nothing. */
  readonly device: string;
  readonly sdkVersion: string;
  readonly address: string;
}

/** What a user did in a room. */
export interface PastEvent {
  readonly at: number;
  /** `entered`, `left`, `role`, `sending` or `silent`. */
  readonly kind: string;
  /** Reason, role or source. */
  readonly detail: string;
}

/** How long somebody was where. */
export interface PastSpan extends Pick<
  PastStay,
  'incarnation' | 'sessionId' | 'userId' | 'enteredAt' | 'leftAt'
> {
  readonly kind: RoomKind;
  readonly roomId: string;
}

export interface DayScale {
  /** When the day begins, in UTC. */
  readonly at: number;
  /** Users, once for each room. */
  readonly users: number;
  readonly entries: number;
  readonly rooms: number;
}

/** A part of a longer list. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** From `from` to before `to`. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** What backends may ask of the past. Guests from other rooms are told of in their own room only. */
export interface PastStore {
  /** Lives that overlap the period, newest first. */
  rooms(
    query: Period & Page & { readonly sdkAppId: number; readonly roomId: string | null },
  ): Promise<{ readonly total: number; readonly rooms: readonly PastRoom[] }>;
  /** Lives of a room that began in a second; hardly ever more than one. */
  livesOf(query: {
    readonly sdkAppId: number;
    readonly roomId: string;
    /** Seconds since the epoch. */
    readonly createdAt: number;
  }): Promise<readonly PastRoom[]>;
  /** Stays that overlap the period, oldest first. */
  stays(
    query: Period &
      Page & { readonly incarnations: readonly string[]; readonly userIds: readonly string[] | null },
  ): Promise<{ readonly total: number; readonly stays: readonly PastStay[] }>;
  /** At most {@link MAX_EVENTS}, oldest first. */
  events(
    query: Period & { readonly incarnations: readonly string[]; readonly userId: string },
  ): Promise<readonly PastEvent[]>;
  /** By day of entry, without days on which nobody entered. */
  scale(query: Period & { readonly sdkAppId: number }): Promise<readonly DayScale[]>;
  /** All that overlap the period, at most {@link SPANS_AT_ONCE} before others have a turn of the event loop, in the order of their ends. */
  spans(
    query: Period & { readonly sdkAppIds: readonly number[]; readonly roomId: string | null },
  ): AsyncIterable<PastSpan>;
}

export const MAX_EVENTS = 1_000;
export const SPANS_AT_ONCE = 1_000;
