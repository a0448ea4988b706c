import type { Clock, Log } from '@rotunda/base';
import type {
  Blocked,
  EventData,
  RoomName,
  SnapshotMessage,
  TRTCAppScene,
  TRTCRoleType,
} from '@rotunda/protocol';
import type { MediaEngineFactory } from '../media/engine.ts';
import type { InboxObserver } from '../messages/inbox.ts';
import type { SocketFactory } from '../signal/socket.ts';
import type { Page } from './page.ts';
import type { PublishedMedia } from './publisher.ts';
import type { Failure } from './stay-failures.ts';
import type { StayMediaObserver } from './stay-media.ts';

export interface EnterParams {
  readonly sdkAppId: number;
  readonly userId: string;
  readonly userSig: string;
  readonly privateMapKey?: string;
  readonly room: RoomName;
  readonly scene: TRTCAppScene;
  readonly role: TRTCRoleType;
}

/** How a stay ended: by the user's own exit, by the server's word, or because it could not go on. */
export type StayEnd =
  | { readonly by: 'user' }
  | ({ readonly by: 'server' } & Readonly<EventData<'ended'>>)
  | ({ readonly by: 'fault' } & Failure);

export interface StayObserver extends StayMediaObserver, InboxObserver {
  onEntered(elapsedMs: number): void;
  /** The entry did not come about. `cancelled`: by the user's own exit, then `onEnded` follows; otherwise nothing does. */
  onEnterFailed(error: Failure, how: { cancelled: boolean }): void;
  /** The stay goes on in another room. `left`: the others of the one before, of whom nothing more is told. Those of the new one follow. */
  onSwitched(left: readonly string[]): void;
  /** The stay is not in the room that was asked for: it goes on where it was, unless `onEnded` follows at once. */
  onSwitchRefused(error: Failure): void;
  /** A message that rode on a picture. */
  onSei(userId: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** What a backend keeps the user from sending from here on. */
  onBlocked(blocked: Blocked): void;
  onLinkLost(): void;
  onTryingToReturn(): void;
  onLinkBack(): void;
  /**
   * Stop capturing (or only publishing), and forget the others: part of the exit, before `onEnded`. @returns a promise while a device is
   * still being opened, which is stopped when it arrives.
   */
  release(): Promise<unknown> | null;
  /** Everything is released, `onEnded` follows in the next task: what the application did meanwhile is still answered before it. */
  onEnding(end: StayEnd): void;
  /** Once, last. */
  onEnded(end: StayEnd): void;
}

export interface StayTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly page: Page;
  readonly sockets: SocketFactory;
  readonly createEngine: MediaEngineFactory;
  readonly local: PublishedMedia;
  readonly observer: StayObserver;
  /** Whether messages that ride on pictures are of interest. */
  wantsSei(): boolean;
  /** How loud a user has been in the last `ms` milliseconds; null where the platform counts it. */
  levelOf(userId: string, ms: number): number | null;
  /** 0 to 1; spreads the returns of many clients. */
  random(): number;
}

/**
 * - `connecting`: no server yet. `entering`: asked, not answered.
 * - `reconnecting`: the link is down, the stay goes on.
 * - `switching`: asked for another room, not answered; until then the stay goes on where it is.
 * - `leaving`: closed for new work, its end is not told yet. `ended`: final.
 */
export type StayState =
  | { readonly name: 'connecting' }
  | { readonly name: 'entering'; readonly answer: Promise<SnapshotMessage> }
  | { readonly name: 'inRoom'; readonly resumeToken: string }
  | { readonly name: 'reconnecting'; readonly resumeToken: string }
  | { readonly name: 'switching'; readonly resumeToken: string; readonly answer: Promise<SnapshotMessage> }
  | { readonly name: 'leaving'; readonly done: Promise<void> }
  | { readonly name: 'ended' };
