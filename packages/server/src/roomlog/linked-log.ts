import type { RoomKey } from '@rotunda/protocol';
import { consequences } from '../rooms/cross-room.ts';
import type { Command, LogEntry, RoomState } from '../rooms/model.ts';
import type { CommitResult, Follower, RoomLog } from './port.ts';

/**
 * A room log that lets linked rooms learn of each other: a commit resolves when what follows from it in other rooms is
 * committed too. If that fails the commit stands, and the rest is put right later (cross-rooms.ts).
 */
export class LinkedRoomLog implements RoomLog {
  readonly #log: RoomLog;
  readonly #onError: (error: unknown) => void;

  /** `onError` is told what could not be passed on. */
  constructor(log: RoomLog, onError: (error: unknown) => void) {
    this.#log = log;
    this.#onError = onError;
  }

  async commit(key: RoomKey, command: Command): Promise<CommitResult> {
    const result = await this.#log.commit(key, command);
    if (result.ok && result.entry) await this.#passOn(result.entry);
    return result;
  }

  read(key: RoomKey): Promise<RoomState> {
    return this.#log.read(key);
  }

  follow(key: RoomKey, fromVersion: number, listener: (entry: LogEntry) => void): Promise<Follower> {
    return this.#log.follow(key, fromVersion, listener);
  }

  due(now: number): Promise<readonly RoomKey[]> {
    return this.#log.due(now);
  }

  linkedRooms(): Promise<readonly RoomKey[]> {
    return this.#log.linkedRooms();
  }

  openRooms(): Promise<readonly RoomKey[]> {
    return this.#log.openRooms();
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  async #passOn(entry: LogEntry): Promise<void> {
    for (const { key, command } of consequences(entry)) {
      await this.commit(key, command).catch((error: unknown) => this.#onError(error));
    }
  }
}
