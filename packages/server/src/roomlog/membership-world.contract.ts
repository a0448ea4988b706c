import { FakeClock } from '@rotunda/base';
import type { RoomKey } from '@rotunda/protocol';
import { announce } from '../rooms/announce.ts';
import type { LogEntry, RoomState } from '../rooms/model.ts';
import { LIVE, testKey } from './commands.contract.ts';
import { createMembership } from './membership.ts';
import type { EnterRequest, Membership, StayRef } from './membership-port.ts';
import { MemoryPresenceIndex } from './memory-presence.ts';
import { MemoryRoomLog } from './memory.ts';
import type { PresenceEntry } from './port.ts';
import { seededDelay } from './seeded.contract.ts';

export const EMPTY_LIVE_ROOM = 600_000;
const KEY = testKey('room');

export function stay(userId: string, nth = 1): StayRef {
  return { key: KEY, userId, sessionId: `${userId}-${nth}` };
}

export function anchor(userId: string, nth = 1): EnterRequest {
  return { ...stay(userId, nth), scene: LIVE, role: 'anchor' };
}

export function audience(userId: string, nth = 1): EnterRequest {
  return { ...anchor(userId, nth), role: 'audience' };
}

/** One room log and presence index, and as many nodes as wanted. Everything is in this process; time stands still. */
export class MembershipWorld {
  readonly key: RoomKey = KEY;
  readonly clock = new FakeClock(1_000);
  readonly log: MemoryRoomLog;
  readonly presence: MemoryPresenceIndex;
  /** What was committed so far, after {@link watch}. */
  readonly entries: LogEntry[] = [];
  #ids = 0;

  constructor(seed?: number) {
    const options = seed === undefined ? {} : { delay: seededDelay(seed) };
    this.log = new MemoryRoomLog(options);
    this.presence = new MemoryPresenceIndex(options);
  }

  /** The membership of one more node. */
  node(nodeId = 'node'): Membership {
    const { log, presence, clock } = this;
    const timers = { emptyLiveRoom: EMPTY_LIVE_ROOM };
    return createMembership({ log, presence, clock, nodeId, timers, newId: () => `life-${++this.#ids}` });
  }

  async watch(): Promise<this> {
    await this.log.follow(this.key, 0, (entry) => this.entries.push(entry));
    return this;
  }

  room(): Promise<RoomState> {
    return this.log.read(this.key);
  }

  /** Incarnations that the room has had. */
  incarnations(): string[] {
    return [...new Set(this.entries.map(({ incarnation }) => incarnation))];
  }

  /** The audience that is in the index, of the incarnation that is open. */
  async audience(): Promise<readonly PresenceEntry[]> {
    const room = await this.room();
    return room.status === 'open' ? this.presence.list(this.key, room.incarnation) : [];
  }

  async audienceSessions(): Promise<string[]> {
    return (await this.audience()).map(({ sessionId }) => sessionId);
  }

  async memberSessions(): Promise<string[]> {
    const room = await this.room();
    return room.status === 'open' ? [...room.members.values()].map(({ sessionId }) => sessionId) : [];
  }

  /** Sessions that were told of their end, with the reason, by way of the log. */
  endings(): { sessionId: string; reason: string }[] {
    return this.entries.flatMap((entry) => announce(entry).ended);
  }

  /** What the others were told of each other. */
  told(): string[] {
    return this.entries.flatMap((entry) =>
      announce(entry).told.map(({ name, data }) => `${name} ${data.sessionId}`),
    );
  }
}
