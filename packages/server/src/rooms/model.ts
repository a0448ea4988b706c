import type {
  Blocked,
  LeaveReason,
  Role,
  RoomKey,
  Source,
  TRTCAppScene,
  TRTCErrorName,
} from '@rotunda/protocol';
import type { TerminalType, UserType } from '@rotunda/protocol/callbacks';
import type { BlockCommand, BlockEvent } from './block-model.ts';
import type { Guest, GuestCommand, GuestEvent } from './guest-model.ts';
import type { OwnStream, Stream } from './stream.ts';

export type { OwnStream, Stream } from './stream.ts';

/** Whether a member's signalling link is up. A lost one has a deadline, after which the stay is given up. */
export type Link =
  | { readonly state: 'up' }
  | { readonly state: 'lost'; readonly giveUpAt: number; readonly ifGivenUp: 'timedOut' | 'processGone' };

/** What is known of the client of a stay: what it says of itself, and where it came from. */
export interface ClientFacts {
  readonly terminal: TerminalType;
  readonly userType: UserType;
  readonly sdkVersion: string | null;
  /** The text with which the client's program names itself. */
  readonly device: string | null;
  /** IP address of the client's link. */
  readonly address: string | null;
}

/** Somebody who may publish: everybody in a call scene, the anchors of a live scene. Audience is in the presence index. */
export interface Member {
  readonly userId: string;
  readonly sessionId: string;
  readonly nodeId: string;
  readonly enteredAt: number;
  readonly client: ClientFacts;
  /** The stay that this one goes on from; null for an ordinary enter. */
  readonly continues: string | null;
  readonly link: Link;
  readonly streams: ReadonlyMap<Source, Stream>;
}

export interface AbsentRoom {
  readonly status: 'absent';
  /** Commits so far; does not restart when the room comes to life again. */
  readonly version: number;
  /** Milliseconds since the epoch of the newest command; never goes back. */
  readonly time: number;
}

export interface OpenRoom {
  readonly status: 'open';
  readonly version: number;
  readonly time: number;
  /** New each time the room comes to life. */
  readonly incarnation: string;
  readonly scene: TRTCAppScene;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly members: ReadonlyMap<string, Member>;
  /** By user; nobody is member and guest. They count for no limit of members, and do not keep a room alive. */
  readonly guests: ReadonlyMap<string, Guest>;
  /**
   * What backends keep users from sending, by their stays: a stay keeps its block when it changes its role, and hands it on to
   * the one that continues it after a lost link.
   */
  readonly blocks: ReadonlyMap<string, Blocked>;
  /** Whether the presence index of this incarnation holds anybody. */
  readonly audience: 'present' | 'none';
  /** When a live room without anybody ends; null while somebody is in it. */
  readonly dissolveAt: number | null;
}

export type RoomState = AbsentRoom | OpenRoom;

/** What everybody may do to a room. Commands carry their time and ids: the reducer has no clock and draws no ids. */
export type Command =
  | {
      readonly type: 'enter';
      readonly at: number;
      readonly userId: string;
      readonly sessionId: string;
      readonly nodeId: string;
      readonly scene: TRTCAppScene;
      readonly role: Role;
      readonly client: ClientFacts;
      /** The incarnation that the room gets if this enter brings it to life. */
      readonly incarnation: string;
      /** The stay that this one continues after a lost link or a restart. */
      readonly continues?: string;
      /** What that one might not send, where the room does not know. */
      readonly keptBlock?: Blocked;
      /** Into a room that is there already: this enter brings none to life. */
      readonly joinOnly?: boolean;
    }
  /** One stay ends, by its session. For an audience member the presence index is the record: then this is a no-op. */
  | {
      readonly type: 'leave';
      readonly at: number;
      readonly userId: string;
      readonly sessionId: string;
      readonly reason: LeaveReason;
    }
  /** Stays ended by somebody else. `audience` are those found in the presence index: they get their `left` in the log too, unannounced. */
  | {
      readonly type: 'evict';
      readonly at: number;
      readonly reason: LeaveReason;
      readonly userIds: readonly string[];
      readonly audience: readonly { readonly userId: string; readonly sessionId: string }[];
      /** What those who are removed are told. */
      readonly message?: string;
    }
  | { readonly type: 'dismiss'; readonly at: number }
  /** Log side of a role change in a live scene. To anchor the member is added, to audience it leaves the log. */
  | {
      readonly type: 'switchRole';
      readonly at: number;
      readonly userId: string;
      readonly sessionId: string;
      readonly nodeId: string;
      readonly role: Role;
      readonly client: ClientFacts;
      readonly incarnation: string;
    }
  | {
      readonly type: 'publish';
      readonly at: number;
      readonly userId: string;
      readonly sessionId: string;
      readonly stream: OwnStream;
    }
  | {
      readonly type: 'unpublish';
      readonly at: number;
      readonly userId: string;
      readonly sessionId: string;
      readonly streamId: string;
    }
  | {
      readonly type: 'mute';
      readonly at: number;
      readonly userId: string;
      readonly sessionId: string;
      readonly source: Source;
      readonly muted: boolean;
    }
  | BlockCommand
  | {
      readonly type: 'lost';
      readonly at: number;
      readonly userId: string;
      readonly sessionId: string;
      readonly giveUpAt: number;
      readonly ifGivenUp: 'timedOut' | 'processGone';
    }
  | {
      readonly type: 'resumed';
      readonly at: number;
      readonly userId: string;
      readonly sessionId: string;
      readonly nodeId: string;
    }
  | GuestCommand
  /** The presence index of `incarnation` became non-empty or empty. `dissolveAt` is used when the last leaver was audience. */
  | {
      readonly type: 'audience';
      readonly at: number;
      readonly incarnation: string;
      readonly audience: 'present' | 'none';
      readonly dissolveAt: number;
    }
  /** Commits what is due at `at`: lost members past their deadline, an empty live room past its. */
  | { readonly type: 'tick'; readonly at: number };

export type CommandOf<T extends Command['type']> = Extract<Command, { readonly type: T }>;

/** Facts. `apply` folds them; nothing is told to anybody that is not one of these. */
export type RoomEvent =
  | {
      readonly type: 'created';
      readonly incarnation: string;
      readonly scene: TRTCAppScene;
      readonly userId: string;
      readonly at: number;
    }
  | {
      readonly type: 'entered';
      readonly userId: string;
      readonly sessionId: string;
      readonly nodeId: string;
      readonly at: number;
      readonly client: ClientFacts;
      /** The stay that it continues, or the role change that it is; null for an ordinary enter. */
      readonly continues: string | null;
      /** The earlier stay of the same user that ended in the same commit: peers are told of neither. */
      readonly replaces: string | null;
    }
  | {
      readonly type: 'left';
      readonly userId: string;
      readonly sessionId: string;
      /** What the stay was when it ended; audience is never announced. */
      readonly role: Role;
      readonly reason: LeaveReason;
      /** For the user of that stay. */
      readonly message?: string;
      readonly at: number;
    }
  | {
      readonly type: 'streamStarted';
      readonly userId: string;
      readonly sessionId: string;
      readonly stream: Stream;
      readonly at: number;
    }
  | {
      readonly type: 'streamStopped';
      readonly userId: string;
      readonly sessionId: string;
      readonly stream: Stream;
      readonly at: number;
    }
  | {
      readonly type: 'streamMuted';
      readonly userId: string;
      readonly sessionId: string;
      readonly stream: Stream;
      readonly at: number;
    }
  /** A running stream is blocked from here on, or is no longer. */
  | {
      readonly type: 'streamBlocked';
      readonly userId: string;
      readonly sessionId: string;
      readonly stream: Stream;
      readonly at: number;
    }
  | BlockEvent
  | {
      readonly type: 'linkLost';
      readonly userId: string;
      readonly sessionId: string;
      readonly giveUpAt: number;
      readonly ifGivenUp: 'timedOut' | 'processGone';
      readonly at: number;
    }
  | {
      readonly type: 'linkResumed';
      readonly userId: string;
      readonly sessionId: string;
      readonly nodeId: string;
      readonly at: number;
    }
  | GuestEvent
  | { readonly type: 'audienceChanged'; readonly audience: 'present' | 'none'; readonly at: number }
  /** A live room is empty; it ends at `dissolveAt` unless somebody enters (null: somebody did). */
  | { readonly type: 'emptied'; readonly dissolveAt: number | null; readonly at: number }
  | {
      readonly type: 'dissolved';
      readonly incarnation: string;
      readonly cause: 'dismissed' | 'empty';
      readonly at: number;
    };

/** Why a command was not possible. */
export interface Refusal {
  readonly error: TRTCErrorName;
}

export type Decision =
  | { readonly ok: true; readonly events: readonly RoomEvent[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** One commit: version, then what happened. All events of a commit have the same version. */
export interface LogEntry {
  readonly key: RoomKey;
  readonly incarnation: string;
  readonly version: number;
  readonly events: readonly RoomEvent[];
  /** The room after the commit. */
  readonly state: RoomState;
}
