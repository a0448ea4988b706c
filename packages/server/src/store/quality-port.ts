import type { Source } from '@rotunda/protocol';

/** What one stream was like for some seconds: averages, except for what stood still, which is a sum, and its size, which is the last. */
export interface StreamQuality {
  /** Who sends it; empty for the stay itself. */
  readonly userId: string;
  readonly source: Source;
  readonly kbps: number;
  /** Percent. */
  readonly loss: number;
  /** Milliseconds. */
  readonly blocked: number;
  readonly width: number;
  readonly height: number;
  /** Sent or decoded, and captured or arrived. */
  readonly fps: number;
  readonly inputFps: number;
  /** 0 to 100. */
  readonly volume: number;
}

/** What one stay was like for some seconds, as its client measured it. */
export interface QualitySample {
  readonly sdkAppId: number;
  /** As text, whatever its kind. */
  readonly roomId: string;
  readonly incarnation: string;
  readonly sessionId: string;
  /** When it begins, in milliseconds since the epoch. */
  readonly at: number;
  /** How much of the time was measured, in milliseconds. */
  readonly span: number;
  /** To the server and back, in milliseconds. */
  readonly rtt: number;
  readonly streams: readonly StreamQuality[];
}

export interface SampleOfUser extends QualitySample {
  readonly userId: string;
}

/** Shares of what was received, over all users of one application in one minute. */
export interface BlockedShares {
  /** When the minute begins, in milliseconds since the epoch. */
  readonly at: number;
  /** From 0 to 1; 0 when nothing was received. */
  readonly sound: number;
  readonly picture: number;
}

/** For how long somebody received pictures of a size, over all stays. */
export interface PictureTime<Key> {
  /** When the bucket begins, or the room. */
  readonly key: Key;
  /** How many of the bounds the pixels of all pictures together exceeded. */
  readonly level: number;
  /** Milliseconds. */
  readonly span: number;
}

interface PictureQuery {
  readonly sdkAppIds: readonly number[];
  readonly from: number;
  readonly to: number;
  /** Numbers of pixels, ascending. */
  readonly bounds: readonly number[];
}

/** How stays were, for those who ask later. */
export interface QualityStore {
  /** All or nothing. The last one of a stay and time counts. */
  save(samples: readonly QualitySample[]): Promise<void>;
  /** Of these stays, one after the other, from `from` to before `to`, oldest first; others have a turn of the event loop now and then. */
  find(query: {
    readonly stays: readonly { readonly incarnation: string; readonly sessionId: string }[];
    readonly from: number;
    readonly to: number;
  }): AsyncIterable<QualitySample>;
  /** In which what was received stood still for this share of the time or more, all streams together: some at a time, oldest first. */
  stoodStill(query: {
    readonly sdkAppId: number;
    /** Null: all rooms. */
    readonly roomId: string | null;
    readonly from: number;
    readonly to: number;
    /** From 0 to 1. */
    readonly share: number;
  }): AsyncIterable<SampleOfUser>;
  /** By minute, without those minutes of which nothing is known. */
  blockedShares(query: {
    readonly sdkAppId: number;
    /** Null: all rooms. */
    readonly roomId: string | null;
    readonly from: number;
    readonly to: number;
  }): Promise<readonly BlockedShares[]>;
  pictureTimeByBucket(
    query: PictureQuery & { readonly bucketMs: number },
  ): Promise<readonly PictureTime<number>[]>;
  /** By room id, as text; in parts, each of some minutes, that are to be added up. */
  pictureTimeByRoom(query: PictureQuery): AsyncIterable<readonly PictureTime<string>[]>;
}
