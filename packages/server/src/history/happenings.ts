import type { LeaveReason, Role, RoomKey, Source, TRTCAppScene } from '@rotunda/protocol';
import type { EnterReason } from '@rotunda/protocol/callbacks';
import type { ClientFacts } from '../rooms/model.ts';
import type { Observation } from '../rooms/observations.ts';

/** One stay as history knows it. */
export interface StayIdentity {
  /** The session of the stay. That of a guest is told apart by the version at which it came: it may come again. */
  readonly stayId: string;
  readonly userId: string;
  /** As of this moment; guests are anchors. */
  readonly role: Role;
}

/** What is known of everything that happens. */
export interface HappeningBase {
  /** The same whoever sees it happen. */
  readonly id: string;
  readonly key: RoomKey;
  readonly incarnation: string;
  /** The version of the room at which it happened; null if the log does not know of it. */
  readonly version: number | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** One thing that happened in a room, in the order in which backends are told of it. */
export type Happening = HappeningBase &
  (
    | { readonly type: 'roomCreated'; readonly userId: string; readonly scene: TRTCAppScene }
    | { readonly type: 'roomEnded' }
    | {
        readonly type: 'entered';
        readonly stay: StayIdentity;
        /** Null for a guest: its own room knows it. */
        readonly client: ClientFacts | null;
        /** `continued`: goes on from the stay before, and nobody is told. */
        readonly reason: EnterReason | 'continued';
      }
    | { readonly type: 'left'; readonly stay: StayIdentity; readonly reason: LeaveReason | 'continued' }
    | { readonly type: 'roleChanged'; readonly stay: StayIdentity }
    | { readonly type: 'observed'; readonly stay: StayIdentity; readonly observation: Observation }
    /** Media of that source comes, or is muted, from somebody who stays. */
    | { readonly type: 'sending' | 'silent'; readonly stay: StayIdentity; readonly source: Source }
    /** A source that had sent is closed by somebody who stays. */
    | {
        readonly type: 'stopped';
        readonly stay: StayIdentity;
        readonly source: Source;
        /** Whether it was muted until then: then it has been told already that nothing comes. */
        readonly muted: boolean;
      }
  );
