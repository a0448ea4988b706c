import { roomKeyText, type RoomKey } from '@rotunda/protocol';
import { ABSENT, commitEvents } from '../rooms/apply.ts';
import { decide } from '../rooms/decide.ts';
import type { Command, LogEntry, RoomState } from '../rooms/model.ts';
import { DeadlineHeap } from './deadlines.ts';
import type { CommitResult, Follower, RoomLog } from './port.ts';

/** Entries kept per room, for followers that begin a little later. */
const KEPT_ENTRIES = 200;
/** Ended rooms whose version and time are remembered, so that they do not restart; the oldest are forgotten first. */
const MAX_TOMBSTONES = 10_000;

interface Room {
  readonly key: RoomKey;
  state: RoomState;
  readonly entries: LogEntry[];
  readonly followers: Set<(entry: LogEntry) => void>;
}

export interface MemoryRoomLogOptions {
  /** Awaited before every operation: tests shuffle the order of concurrent callers with it. */
  readonly delay?: () => Promise<void>;
  /** Told of every commit of every room, in order, before those who follow the room. */
  readonly onCommit?: (entry: LogEntry) => void;
  /** A follower threw; the commit stands. */
  readonly onFollowerError?: (error: unknown) => void;
}

/**
 * The room log of a single process. Followers are called synchronously after each commit, before `commit` resolves.
 */
export class MemoryRoomLog implements RoomLog {
  readonly #rooms = new Map<string, Room>();
  readonly #tombstones = new Map<string, RoomState>();
  readonly #deadlines = new DeadlineHeap<RoomKey>(roomKeyText);
  /** Rooms with guests. */
  readonly #linked = new Map<string, RoomKey>();
  readonly #delay: () => Promise<void>;
  readonly #onCommit: (entry: LogEntry) => void;
  readonly #onFollowerError: (error: unknown) => void;

  constructor(options: MemoryRoomLogOptions = {}) {
    this.#delay = options.delay ?? (() => Promise.resolve());
    this.#onCommit = this.#guarded(options.onCommit ?? (() => undefined));
    this.#onFollowerError = options.onFollowerError ?? (() => undefined);
  }

  async commit(key: RoomKey, command: Command): Promise<CommitResult> {
    await this.#delay();
    const room = this.#room(key);
    const decision = decide(room.state, command);
    const entry = decision.ok ? commitEvents(key, room.state, decision.events) : null;
    if (entry) this.#append(room, entry);
    this.#forgetIfUnused(room);
    return decision.ok ? { ok: true, entry, state: room.state } : decision;
  }

  async read(key: RoomKey): Promise<RoomState> {
    await this.#delay();
    return this.#rooms.get(roomKeyText(key))?.state ?? this.#absent(key);
  }

  async follow(key: RoomKey, fromVersion: number, listener: (entry: LogEntry) => void): Promise<Follower> {
    await this.#delay();
    const room = this.#room(key);
    const guarded = this.#guarded(listener);
    const oldest = room.entries[0]?.version ?? room.state.version + 1;
    const snapshot = fromVersion + 1 < oldest ? room.state : null;
    if (!snapshot) for (const entry of room.entries) if (entry.version > fromVersion) guarded(entry);
    room.followers.add(guarded);
    return {
      snapshot,
      close: () => {
        room.followers.delete(guarded);
        this.#forgetIfUnused(room);
      },
    };
  }

  async due(now: number): Promise<readonly RoomKey[]> {
    await this.#delay();
    return this.#deadlines.due(now);
  }

  async linkedRooms(): Promise<readonly RoomKey[]> {
    await this.#delay();
    return [...this.#linked.values()];
  }

  async openRooms(): Promise<readonly RoomKey[]> {
    await this.#delay();
    return [...this.#rooms.values()].filter(({ state }) => state.status === 'open').map(({ key }) => key);
  }

  async close(): Promise<void> {
    this.#rooms.clear();
    this.#tombstones.clear();
    this.#linked.clear();
    this.#deadlines.clear();
  }

  #room(key: RoomKey): Room {
    const text = roomKeyText(key);
    let room = this.#rooms.get(text);
    if (!room) {
      room = { key, state: this.#absent(key), entries: [], followers: new Set() };
      this.#rooms.set(text, room);
    }
    return room;
  }

  #absent(key: RoomKey): RoomState {
    return this.#tombstones.get(roomKeyText(key)) ?? ABSENT;
  }

  #append(room: Room, entry: LogEntry): void {
    room.state = entry.state;
    room.entries.push(entry);
    if (room.entries.length > KEPT_ENTRIES) room.entries.shift();
    this.#deadlines.set(room.key, nextDeadline(entry.state));
    if (entry.state.status === 'open' && entry.state.guests.size > 0)
      this.#linked.set(roomKeyText(room.key), room.key);
    else this.#linked.delete(roomKeyText(room.key));
    this.#onCommit(entry);
    for (const listener of room.followers) listener(entry);
  }

  #guarded(listener: (entry: LogEntry) => void): (entry: LogEntry) => void {
    return (entry) => {
      try {
        listener(entry);
      } catch (error) {
        this.#onFollowerError(error);
      }
    };
  }

  #forgetIfUnused(room: Room): void {
    if (room.state.status === 'open' || room.followers.size > 0) return;
    const text = roomKeyText(room.key);
    if (this.#rooms.get(text) !== room) return;
    this.#rooms.delete(text);
    this.#tombstones.delete(text);
    if (room.state.version > 0) this.#tombstones.set(text, room.state);
    const [oldest] = this.#tombstones.keys();
    if (this.#tombstones.size > MAX_TOMBSTONES && oldest !== undefined) this.#tombstones.delete(oldest);
  }
}

function nextDeadline(state: RoomState): number | null {
  if (state.status === 'absent') return null;
  let next = state.dissolveAt;
  for (const { link } of state.members.values()) {
    if (link.state === 'lost' && (next === null || link.giveUpAt < next)) next = link.giveUpAt;
  }
  return next;
}
