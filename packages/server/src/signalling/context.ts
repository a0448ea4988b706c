import type { Clock, Log } from '@rotunda/base';
import {
  TRTCError,
  type EntryBlockMessage,
  type LeaveReason,
  type RefusalMessage,
  type RequestParams,
  type RoomKey,
  type TRTCErrorName,
  type Timers,
  type WelcomeFrame,
} from '@rotunda/protocol';
import type { Permissions } from '../auth/permissions.ts';
import type { ResumePayload } from '../auth/resume-token.ts';
import type { MediaService } from '../media/port.ts';
import type { CrossRooms } from '../roomlog/cross-rooms.ts';
import type { Membership } from '../roomlog/membership-port.ts';
import type { Observed } from '../rooms/observations.ts';
import type { HowEnded } from '../store/endings-port.ts';
import type { Directory } from './directory.ts';
import type { Endings } from './endings.ts';
import { EntryBlockedError, blockAfter, type EntryBlocks } from './entry-blocks.ts';
import type { KeptStays } from './kept-stays.ts';
import type { ReturnRights } from './return-rights.ts';
import type { SpeedTests } from './speed-tests.ts';
import type { StayWriter } from './stay-writer.ts';

/** What a client that returns has shown: that it was in this stay. */
export type ReadClaim = ResumePayload;
export type ResumeClaim = Omit<ResumePayload, 'issuedAt'>;

/** Where it is kept how stays were. */
export interface Measures {
  take(
    stay: {
      readonly sdkAppId: number;
      readonly roomId: string;
      readonly incarnation: string;
      readonly sessionId: string;
    },
    report: Omit<RequestParams<'quality'>, 'of'>,
  ): void;
  /** Resolves when all is kept that can be. */
  close(): Promise<void>;
}

/** Everything that signalling works with, made once in compose. */
export interface SignallingContext {
  readonly membership: Membership;
  readonly crossRooms: CrossRooms;
  readonly media: MediaService;
  readonly directory: Directory;
  readonly endings: Endings;
  readonly keptStays: KeptStays;
  readonly entryBlocks: Pick<EntryBlocks, 'admit' | 'find'>;
  readonly speedTests: SpeedTests;
  readonly writer: StayWriter;
  /** Keeps what clients say of their media. */
  readonly measures: Measures;
  /** Keeps what clients say of where they run. */
  readonly onObserved: (observed: Observed) => void;
  /** @returns why the ticket does not let this user in, or null. */
  readonly checkTicket: (entry: {
    sdkAppId: number;
    userId: string;
    userSig: string;
  }) => TRTCErrorName | null;
  /** What the permission ticket of a user allows. */
  readonly permissions: Pick<Permissions, 'check' | 'requiredBy'>;
  readonly returnRights: ReturnRights;
  readonly resumeTokens: { issue(claim: ResumeClaim): string; read(token: string): ReadClaim | null };
  readonly clock: Clock;
  readonly timers: Timers;
  readonly iceServers: WelcomeFrame['iceServers'];
  readonly log: Log;
  /** For metrics. */
  readonly onEntryRefused: (refusal: { readonly code: number }) => void;
  readonly newId: () => string;
}

/** A request of a stay that has ended for good, by somebody else or on the way of the request. */
export class StayEndedError extends Error {
  override readonly name = 'StayEndedError';
  readonly reason: LeaveReason;
  /** TRTC code of what went wrong. */
  readonly code: number;
  /** What the backend that removed the user tells it. */
  readonly removalMessage: string | undefined;
  /** What keeps the user out of the room that it was in, or was to be in. */
  readonly entryBlock: EntryBlockMessage | null;

  constructor(
    { reason, message }: HowEnded,
    why: { refusal?: TRTCError; entryBlock?: EntryBlockMessage | null } = {},
  ) {
    const { refusal, entryBlock } = why;
    super(refusal?.message ?? `the stay has ended: ${reason}`);
    this.reason = reason;
    this.code = (refusal ?? new TRTCError('ERR_ROOM_ENTER_FAIL')).code;
    this.removalMessage = message;
    this.entryBlock = refusal instanceof EntryBlockedError ? refusal.entryBlock : (entryBlock ?? null);
  }
}

/** For whoever was not there when that stay ended: as much as it would have been told then. */
export function endedMeanwhile(
  { entryBlocks }: Pick<SignallingContext, 'entryBlocks'>,
  who: { readonly key: RoomKey; readonly userId: string },
  how: HowEnded,
): StayEndedError {
  const { userId, key } = who;
  // One switches between rooms of one application and kind only.
  const where = { userId, key: { ...key, id: how.roomId ?? key.id } };
  return new StayEndedError(how, { entryBlock: blockAfter(how.reason, where, entryBlocks) });
}

/** What a client is told of a failure: TRTC's code, never an inner detail. */
export function describeFailure(error: unknown, log: Log): RefusalMessage {
  if (error instanceof EntryBlockedError) {
    return { code: error.code, message: error.message, entryBlock: error.entryBlock };
  }
  if (error instanceof TRTCError) return { code: error.code, message: error.message };
  if (error instanceof StayEndedError) {
    const { code, message, reason, removalMessage, entryBlock } = error;
    return {
      code,
      message,
      ended: reason,
      ...(removalMessage ? { removalMessage } : {}),
      ...(entryBlock ? { entryBlock } : {}),
    };
  }
  log.error({ err: error }, 'a request failed');
  const { code, message } = new TRTCError('ERR_ROOM_SYSTEM_ERROR');
  return { code, message };
}
