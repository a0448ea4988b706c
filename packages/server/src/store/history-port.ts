import type { LeaveReason, Role, RoomKey, TRTCAppScene } from '@rotunda/protocol';
import type { NewCallback } from './outbox-port.ts';

/** One life of a room. */
export interface RoomRecord {
  readonly incarnation: string;
  readonly key: RoomKey;
  readonly scene: TRTCAppScene;
  readonly createdBy: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
}

/** Names one stay. That of a guest has the version of the room at which it came in its session. */
export interface StayRecordName {
  readonly incarnation: string;
  readonly sessionId: string;
}

export interface StayRecord extends StayRecordName {
  readonly userId: string;
  readonly role: Role;
  /** Reason of 103 as text, or `continued` if it goes on from another stay. */
  readonly enterReason: string;
  readonly enteredAt: number;
  readonly address: string | null;
  readonly device: string | null;
  readonly sdkVersion: string | null;
  readonly terminal: number | null;
  readonly userType: number | null;
}

/** Something that happened in a room. */
export interface EventRecord {
  /** What has been written under that id before is not written again, nor is its callback. */
  readonly id: string;
  readonly incarnation: string;
  readonly sessionId: string | null;
  readonly userId: string | null;
  readonly at: number;
  readonly kind: string;
  readonly detail: string | null;
}

/** What is written together. In each list the older comes first. */
export interface HistoryBatch {
  readonly rooms: readonly RoomRecord[];
  readonly stays: readonly StayRecord[];
  readonly roles: readonly (StayRecordName & { readonly role: Role })[];
  readonly stayEnds: readonly (StayRecordName & {
    readonly at: number;
    readonly reason: LeaveReason | 'continued';
  })[];
  readonly roomEnds: readonly { readonly incarnation: string; readonly at: number }[];
  /** The last versions taken, by incarnation. */
  readonly versions: ReadonlyMap<string, number>;
  readonly events: readonly EventRecord[];
  /** By the ids of their events. */
  readonly callbacks: readonly NewCallback[];
}

/** A room that nodes left behind which are gone. */
export interface OrphanedRoom {
  readonly incarnation: string;
  readonly key: RoomKey;
  /** When the last sign of life of its node was seen. */
  readonly seenAt: number;
  /** Those whose nodes are gone. */
  readonly stays: readonly Pick<StayRecord, 'sessionId' | 'userId' | 'role' | 'enteredAt'>[];
  /** Whether nobody is left who could go on with it. */
  readonly isOver: boolean;
}

/** What has happened in rooms: for those who are told, and those who ask later. */
export interface HistoryStore {
  /** All or nothing, durable when it resolves. Repeats change nothing. */
  record(nodeId: string, batch: HistoryBatch): Promise<void>;
  /** A node is alive, and not only its first sign of life counts. */
  markAlive(nodeId: string, at: number): Promise<void>;
  /** Open rooms with open stays of other nodes than these, oldest first. */
  findOrphans(liveNodes: readonly string[]): Promise<readonly OrphanedRoom[]>;
  /** Sessions of stays that ended for that reason after `since`, in milliseconds since the epoch. */
  findStaysEnded(query: { readonly reason: LeaveReason; readonly since: number }): Promise<readonly string[]>;
  /** Forgets nodes other than these that have left nothing open. */
  forgetNodes(liveNodes: readonly string[]): Promise<void>;
}
