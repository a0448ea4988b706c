import type { RoomKey } from '@rotunda/protocol';

/** Where a user may not enter. */
export interface EntryBlockPlace {
  readonly sdkAppId: number;
  /** Null: every room of the application. */
  readonly room: Pick<RoomKey, 'kind' | 'id'> | null;
  readonly userId: string;
}

/** A user may not enter until a time. */
export interface EntryBlock extends EntryBlockPlace {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** What the user is told; empty for nothing in particular. */
  readonly message: string;
}

/** Who may not enter where. A block is deleted some time after its end. */
export interface EntryBlockStore {
  /** Takes the place of an earlier block of the same user and place. */
  save(block: EntryBlock): Promise<void>;
  /** @returns whether there was one */
  remove(place: EntryBlockPlace): Promise<boolean>;
  /** Those that end later than `now`. */
  load(now: number): Promise<readonly EntryBlock[]>;
}
