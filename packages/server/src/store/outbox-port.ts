/** Something that a backend is to be told of. */
export interface NewCallback {
  /** That of what happened. */
  readonly id: string;
  readonly sdkAppId: number;
  /** `roomKeyText` of the room: its callbacks go out one after the other. */
  readonly room: string;
  /** The version of the room, or null if there is none. */
  readonly version: number | null;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  /** A JSON object: the body without the time of the attempt. */
  readonly event: string;
}

export interface StoredCallback extends NewCallback {
  /** Grows in the order in which callbacks were stored. */
  readonly position: number;
}

/** A callback that could not be delivered in its time. */
export interface DeadLetter extends StoredCallback {
  readonly deadAt: number;
  readonly attempts: number;
  /** What the last attempt failed of. */
  readonly error: string;
}

/** What has become of callbacks. */
export interface Settlement {
  readonly delivered: readonly string[];
  readonly dead: readonly {
    readonly id: string;
    readonly at: number;
    readonly attempts: number;
    readonly error: string;
  }[];
}

/** Callbacks that wait for delivery, and those that were given up. They get here with what happened (history-port.ts). */
export interface OutboxStore {
  /** Those of an app, or of one of its rooms, that wait at a later position than `after`, in order. */
  waiting(query: {
    readonly sdkAppId: number;
    readonly after: number;
    readonly limit: number;
    readonly room?: string;
  }): Promise<readonly StoredCallback[]>;
  /** How many wait, and since when the oldest; null if none does. Dead letters do not wait. */
  backlog(): Promise<{ readonly waiting: number; readonly oldestAt: number | null; readonly dead: number }>;
  /** Durable when it resolves. */
  settle(settlement: Settlement): Promise<void>;
  /** What waits of apps other than these becomes dead letters. @returns how many, by app. */
  abandon(query: {
    readonly except: readonly number[];
    readonly at: number;
    readonly error: string;
  }): Promise<ReadonlyMap<number, number>>;
  /** In the order in which they would be delivered. */
  deadLetters(query: {
    readonly sdkAppId: number;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly DeadLetter[]>;
  /**
   * Dead letters of an app wait again, all or these, at their old positions. All come some at a time, those at the earliest positions
   * first; what dies meanwhile stays dead.
   *
   * @returns how many
   * @throws PartlyRevivedError
   */
  revive(query: { readonly sdkAppId: number; readonly ids?: readonly string[] }): Promise<number>;
}
