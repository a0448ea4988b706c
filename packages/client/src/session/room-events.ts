import type { Blocked, Source, TRTCRemoteLeaveReason } from '@rotunda/protocol';
import type { RoomVolumes } from '../measures/volume-meter.ts';
import type { RoomQuality, RoomStatistics } from '../measures/room-statistics.ts';
import type { SpeedTestOutcome } from '../measures/speed-test.ts';
import type { RemotePicture } from './remote-views.ts';
import type { Failure } from './stay-failures.ts';
import type { StayEnd } from './stay-types.ts';
import type { StatusChange } from './stream-status.ts';

/** What the core tells a face. Nothing is told after `close`, and nothing of others after `exited`. */
export interface RoomClientEvents {
  entered: [elapsedMs: number];
  /** `cancelled`: by an exit; `exited` follows. Otherwise the entry failed and nothing follows. */
  enterFailed: [error: Failure, how: { cancelled: boolean }];
  /** Everything is released; `exited` follows in the next task, and until then no room can be entered. */
  ending: [end: StayEnd];
  /** Last event of a stay, when everything is released; also the answer to an exit without a stay. */
  exited: [end: StayEnd];
  /** Null: in the new room; of the others in the old one nothing more is told, those of the new one follow. Otherwise why not. */
  switched: [error: Failure | null];
  userEntered: [userId: string];
  userLeft: [userId: string, reason: TRTCRemoteLeaveReason];
  available: [userId: string, source: Source, available: boolean];
  /** What a backend keeps the user from sending from here on, in this stay. */
  blocked: [blocked: Blocked];
  linkLost: [];
  tryingToReturn: [];
  linkBack: [];
  error: [code: number, message: string];
  warning: [code: number, message: string, userId: string];
  deviceReady: [source: Source];
  /** The platform or a refusal of the server ended a capture. `error`: what happened to the device; null for a screen. */
  captureEnded: [source: Source, error: { readonly code: number; readonly message: string } | null];
  firstSent: [source: Source];
  firstAudio: [userId: string];
  /** `userId` is empty for the user's own picture. Pixels. */
  firstPicture: [stream: RemotePicture, width: number, height: number];
  /** A picture of another member comes in another size from now on. Pixels. */
  pictureResized: [stream: RemotePicture, width: number, height: number];
  /** A stream of another member plays, loads or is stopped from now on. When it goes, this comes before `available`. */
  status: [userId: string, source: Source, change: StatusChange];
  /** A message of another member. `seq` counts what that member sent with that cmdId. */
  message: [userId: string, cmdId: number, seq: number, bytes: Uint8Array<ArrayBuffer>];
  /** Every two seconds while in a room, also while the link is down: then `uplink` and `downlink` are down. */
  quality: [quality: RoomQuality];
  /** Follows each `quality`. */
  statistics: [statistics: RoomStatistics];
  /** At the interval that was asked for, while in a room. */
  volumes: [volumes: RoomVolumes];
  speedTested: [outcome: SpeedTestOutcome];
  /** A message that rode on a picture of another member. */
  sei: [userId: string, bytes: Uint8Array<ArrayBuffer>];
  messagesMissed: [userId: string, cmdId: number, count: number];
  audioBlocked: [userId: string, resume: () => Promise<void>];
}
