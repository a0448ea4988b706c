import { FakeClock } from '@rotunda/base';
import type { RoomKey } from '@rotunda/protocol';
import { announce } from '../rooms/announce.ts';
import type { LogEntry, RoomState } from '../rooms/model.ts';
import { BROWSER } from '../rooms/room.contract.ts';
import { LIVE, testKey } from './commands.contract.ts';
import { CrossRooms } from './cross-rooms.ts';
import { LinkedRoomLog } from './linked-log.ts';
import { createMembership } from './membership.ts';
import type { AudienceChange, EnterRequest, Membership, StayRef } from './membership-port.ts';
import { MemoryPresenceIndex } from './memory-presence.ts';
import { MemoryRoomLog } from './memory.ts';
import type { PresenceEntry, RoomLog } from './port.ts';
import { seededDelay } from './seeded.contract.ts';

export const EMPTY_LIVE_ROOM = 600_000;
const KEY = testKey('room');

export function stay(userId: string, nth = 1): StayRef {
  return { key: KEY, userId, sessionId: `${userId}-${nth}` };
}

export function anchor(userId: string, nth = 1): EnterRequest {
  return { ...stay(userId, nth), scene: LIVE, role: 'anchor', client: BROWSER };
}

export function audience(userId: string, nth = 1): EnterRequest {
  return { ...anchor(userId, nth), role: 'audience' };
}

/** One log of rooms and presence index, and as many nodes as wanted. Everything is in this process; time stands still. */
export class MembershipWorld {
  readonly key: RoomKey = KEY;
  readonly clock = new FakeClock(1_000);
  readonly log: RoomLog;
  /** What linked rooms could not learn of each other. */
  readonly failures: unknown[] = [];
  readonly presence: MemoryPresenceIndex;
  /** Is told of the deadlines that its nodes set. */
  onDeadline: (at: number) => void = () => undefined;
  /** The comings and goings of the audience that are not in the log. */
  readonly audienceChanges: AudienceChange[] = [];
  onAudienceChange: (change: AudienceChange) => void = () => undefined;
  /** What was committed so far, after {@link watch}. */
  readonly entries: LogEntry[] = [];
  #ids = 0;

  constructor(seed?: number) {
    const options = seed === undefined ? {} : { delay: seededDelay(seed) };
    const memory = new MemoryRoomLog(options);
    this.log = new LinkedRoomLog(memory, (error) => this.failures.push(error));
    this.presence = new MemoryPresenceIndex(options);
  }

  /** The membership of one more node. */
  node(nodeId = 'node'): Membership {
    const { log, presence, clock } = this;
    const timers = { emptyLiveRoom: EMPTY_LIVE_ROOM };
    const onDeadline = (at: number): void => this.onDeadline(at);
    const newId = (): string => `life-${++this.#ids}`;
    const onAudienceChange = (change: AudienceChange): void => {
      this.audienceChanges.push(change);
      this.onAudienceChange(change);
    };
    const told = { onDeadline, onAudienceChange };
    return createMembership({ log, presence, clock, nodeId, timers, newId, ...told });
  }

  crossRooms(): CrossRooms {
    return new CrossRooms(this);
  }

  async watch(...more: RoomKey[]): Promise<this> {
    for (const key of [this.key, ...more]) {
      await this.log.follow(key, 0, (entry) => this.entries.push(entry));
    }
    return this;
  }

  room(key = this.key): Promise<RoomState> {
    return this.log.read(key);
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

  /** What those in a room were told of each other. */
  told(key = this.key): string[] {
    const entries = this.entries.filter((entry) => entry.key.id === key.id);
    return entries.flatMap((entry) =>
      announce(entry).told.map(({ name, data }) => `${name} ${data.sessionId}`),
    );
  }
}
