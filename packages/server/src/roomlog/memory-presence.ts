import { roomKeyText, type RoomKey } from '@rotunda/protocol';
import type { Link } from '../rooms/model.ts';
import { DeadlineHeap } from './deadlines.ts';
import type { PresenceEntry, PresenceIndex, PresenceStay } from './port.ts';

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
    const earlier = this.#room(key, incarnation)?.get(entry.userId);
    this.#set(key, incarnation, entry);
    return !earlier || earlier.sessionId === entry.sessionId ? null : earlier;
  }

  async addUnlessTaken(key: RoomKey, incarnation: string, entry: PresenceEntry): Promise<boolean> {
    await this.#delay();
    const earlier = this.#room(key, incarnation)?.get(entry.userId);
    if (earlier) return earlier.sessionId === entry.sessionId;
    this.#set(key, incarnation, entry);
    return true;
  }

  async update(
    key: RoomKey,
    incarnation: string,
    stay: PresenceStay,
    change: Parameters<PresenceIndex['update']>[3],
  ): Promise<boolean> {
    await this.#delay();
    const entry = this.#room(key, incarnation)?.get(stay.userId);
    if (entry?.sessionId !== stay.sessionId) return false;
    const link = isDue(entry, deadlineOf(change.link)) ? entry.link : change.link;
    this.#set(key, incarnation, { ...entry, ...change, link });
    return true;
  }

  async remove(
    key: RoomKey,
    incarnation: string,
    stay: PresenceStay,
    only?: { readonly dueBy: number },
  ): Promise<{ removed: PresenceEntry | null; left: number }> {
    await this.#delay();
    const room = this.#room(key, incarnation);
    const entry = room?.get(stay.userId);
    const matches = entry?.sessionId === stay.sessionId && (!only || isDue(entry, only.dueBy));
    if (!room || !matches) return { removed: null, left: room?.size ?? 0 };
    room.delete(stay.userId);
    this.#deadlines.set({ key, incarnation, userId: stay.userId }, null);
    if (room.size === 0) this.#rooms.delete(roomText(key, incarnation));
    return { removed: entry, left: room.size };
  }

  async find(key: RoomKey, incarnation: string, userId: string): Promise<PresenceEntry | null> {
    await this.#delay();
    return this.#room(key, incarnation)?.get(userId) ?? null;
  }

  async count(key: RoomKey, incarnation: string): Promise<number> {
    await this.#delay();
    return this.#room(key, incarnation)?.size ?? 0;
  }

  async list(key: RoomKey, incarnation: string): Promise<readonly PresenceEntry[]> {
    await this.#delay();
    return [...(this.#room(key, incarnation)?.values() ?? [])];
  }

  async due(now: number): Promise<readonly { key: RoomKey; incarnation: string; entry: PresenceEntry }[]> {
    await this.#delay();
    return this.#deadlines.due(now).flatMap(({ key, incarnation, userId }) => {
      const entry = this.#room(key, incarnation)?.get(userId);
      return entry ? [{ key, incarnation, entry }] : [];
    });
  }

  async drop(key: RoomKey, incarnation: string): Promise<readonly PresenceEntry[]> {
    await this.#delay();
    const entries = [...(this.#room(key, incarnation)?.values() ?? [])];
    for (const { userId } of entries) this.#deadlines.set({ key, incarnation, userId }, null);
    this.#rooms.delete(roomText(key, incarnation));
    return entries;
  }

  #room(key: RoomKey, incarnation: string): Map<string, PresenceEntry> | undefined {
    return this.#rooms.get(roomText(key, incarnation));
  }

  #set(key: RoomKey, incarnation: string, entry: PresenceEntry): void {
    const room = this.#room(key, incarnation) ?? new Map<string, PresenceEntry>();
    this.#rooms.set(roomText(key, incarnation), room.set(entry.userId, entry));
    const { userId, link } = entry;
    this.#deadlines.set({ key, incarnation, userId }, link.state === 'lost' ? link.giveUpAt : null);
  }
}

/** An up link's deadline is before all others: it is never the one that is kept. */
function deadlineOf(link: Link): number {
  return link.state === 'lost' ? link.giveUpAt : -Infinity;
}

function isDue({ link }: PresenceEntry, at: number): boolean {
  return link.state === 'lost' && link.giveUpAt <= at;
}

function roomText(key: RoomKey, incarnation: string): string {
  return `${roomKeyText(key)}#${incarnation}`;
}
