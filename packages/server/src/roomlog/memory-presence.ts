import { roomKeyText, type RoomKey } from '@rotunda/protocol';
import { DeadlineHeap } from './deadlines.ts';
import type { PresenceEntry, PresenceIndex } from './port.ts';

interface Place {
  readonly key: RoomKey;
  readonly incarnation: string;
  readonly userId: string;
}

/** The presence index of a single process. */
export class MemoryPresenceIndex implements PresenceIndex {
  readonly #rooms = new Map<string, Map<string, PresenceEntry>>();
  readonly #deadlines = new DeadlineHeap<Place>(
    (place) => `${roomText(place.key, place.incarnation)}/${place.userId}`,
  );
  readonly #delay: () => Promise<void>;

  constructor(options: { delay?: () => Promise<void> } = {}) {
    this.#delay = options.delay ?? (() => Promise.resolve());
  }

  async add(key: RoomKey, incarnation: string, entry: PresenceEntry): Promise<PresenceEntry | null> {
    await this.#delay();
    const text = roomText(key, incarnation);
    const room = this.#rooms.get(text) ?? new Map<string, PresenceEntry>();
    this.#rooms.set(text, room);
    const earlier = room.get(entry.userId) ?? null;
    room.set(entry.userId, entry);
    this.#deadlines.set({ key, incarnation, userId: entry.userId }, entry.giveUpAt);
    return earlier?.sessionId === entry.sessionId ? null : earlier;
  }

  async remove(
    key: RoomKey,
    incarnation: string,
    stay: { userId: string; sessionId: string },
  ): Promise<{ removed: boolean; left: number }> {
    await this.#delay();
    const text = roomText(key, incarnation);
    const room = this.#rooms.get(text);
    const removed = room?.get(stay.userId)?.sessionId === stay.sessionId;
    if (removed) {
      room.delete(stay.userId);
      this.#deadlines.set({ key, incarnation, userId: stay.userId }, null);
      if (room.size === 0) this.#rooms.delete(text);
    }
    return { removed, left: room?.size ?? 0 };
  }

  async find(key: RoomKey, incarnation: string, userId: string): Promise<PresenceEntry | null> {
    await this.#delay();
    return this.#rooms.get(roomText(key, incarnation))?.get(userId) ?? null;
  }

  async count(key: RoomKey, incarnation: string): Promise<number> {
    await this.#delay();
    return this.#rooms.get(roomText(key, incarnation))?.size ?? 0;
  }

  async list(key: RoomKey, incarnation: string): Promise<readonly PresenceEntry[]> {
    await this.#delay();
    return [...(this.#rooms.get(roomText(key, incarnation))?.values() ?? [])];
  }

  async setGiveUpAt(
    key: RoomKey,
    incarnation: string,
    stay: { userId: string; sessionId: string },
    giveUpAt: number | null,
  ): Promise<void> {
    await this.#delay();
    const room = this.#rooms.get(roomText(key, incarnation));
    const entry = room?.get(stay.userId);
    if (!room || entry?.sessionId !== stay.sessionId) return;
    room.set(stay.userId, { ...entry, giveUpAt });
    this.#deadlines.set({ key, incarnation, userId: stay.userId }, giveUpAt);
  }

  async due(now: number): Promise<readonly { key: RoomKey; incarnation: string; entry: PresenceEntry }[]> {
    await this.#delay();
    return this.#deadlines.due(now).flatMap(({ key, incarnation, userId }) => {
      const entry = this.#rooms.get(roomText(key, incarnation))?.get(userId);
      return entry ? [{ key, incarnation, entry }] : [];
    });
  }

  async drop(key: RoomKey, incarnation: string): Promise<void> {
    await this.#delay();
    const text = roomText(key, incarnation);
    for (const userId of this.#rooms.get(text)?.keys() ?? [])
      this.#deadlines.set({ key, incarnation, userId }, null);
    this.#rooms.delete(text);
  }
}

function roomText(key: RoomKey, incarnation: string): string {
  return `${roomKeyText(key)}#${incarnation}`;
}
