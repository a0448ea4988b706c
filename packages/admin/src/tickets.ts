import {
  genPrivateMapKey as makePrivateMapKey,
  ALL_PRIVILEGES,
  PRIVILEGES,
} from '@rotunda/protocol/private-map-key';
import { genUserSig as makeUserSig } from '@rotunda/protocol/usersig';
import { isNumericRoomId, isSdkAppId, isStringRoomId, isUserId } from '@rotunda/protocol';

/** How long a ticket holds if nothing is said, in seconds: one day. */
const DEFAULT_LIFETIME_SECONDS = 86_400;
/** What the four bytes of a lifetime can hold. */
const MAX_LIFETIME_SECONDS = 0x7fff_ffff;

/** What a user may do in a room: the names of the bits of a permission ticket (docs/trtc.md 1.3). */
export type Privilege = keyof typeof PRIVILEGES;

export interface UserSigOptions {
  /** The application. */
  readonly sdkAppId: number;
  /** Its secret key, which must never reach a client. */
  readonly secretKey: string;
  /** 1 to 64 bytes of UTF-8, without control characters, `/`, `\`, quotes and angle brackets. Case matters. */
  readonly userId: string;
  /** How long it holds from now on, in seconds, at least 1; a day if it is not given. */
  readonly expireSeconds?: number;
  /** Milliseconds since the epoch from which it holds; now if it is not given. */
  readonly now?: number;
}

export interface PrivateMapKeyOptions extends UserSigOptions {
  /** The room that it is about: a number, or a text for a room with a string id. */
  readonly room: number | string;
  /** What the user may do there; everything if it is not given. */
  readonly privileges?: readonly Privilege[];
}

/**
 * Makes the ticket with which a user enters (docs/trtc.md 1.2), as Tencent's own libraries do.
 *
 * @throws TypeError that says which option is wrong
 */
export function genUserSig(options: UserSigOptions): string {
  return makeUserSig(issueOf(options));
}

/**
 * Makes the ticket that says what a user may do in one room (docs/trtc.md 1.3), for applications that require it.
 *
 * @throws TypeError that says which option is wrong
 */
export function genPrivateMapKey({ room, privileges, ...options }: PrivateMapKeyOptions): string {
  return makePrivateMapKey({ ...issueOf(options), room: nameOf(room), privileges: bitsOf(privileges) });
}

function issueOf({
  sdkAppId,
  secretKey,
  userId,
  expireSeconds = DEFAULT_LIFETIME_SECONDS,
  now,
}: UserSigOptions) {
  if (!isSdkAppId(sdkAppId)) throw new TypeError('sdkAppId must be a whole number from 1 to 4294967295');
  if (typeof secretKey !== 'string' || secretKey === '') throw new TypeError('secretKey must be a text');
  if (!isUserId(userId)) throw new TypeError('userId is not one that a user may have');
  if (!Number.isInteger(expireSeconds) || expireSeconds < 1 || expireSeconds > MAX_LIFETIME_SECONDS)
    throw new TypeError(`expireSeconds must be a whole number from 1 to ${MAX_LIFETIME_SECONDS}`);
  return { sdkAppId, secretKey, userId, expireSeconds, now: now ?? Date.now() };
}

function nameOf(room: number | string): { roomId: number } | { strRoomId: string } {
  if (typeof room === 'number' && isNumericRoomId(room)) return { roomId: room };
  if (typeof room === 'string' && isStringRoomId(room)) return { strRoomId: room };
  throw new TypeError('room must be a number from 1 to 4294967294, or 1 to 64 characters of the allowed set');
}

function bitsOf(privileges: readonly Privilege[] | undefined): number {
  if (!privileges) return ALL_PRIVILEGES;
  const unknown = privileges.find((name) => !Object.hasOwn(PRIVILEGES, name));
  if (unknown !== undefined)
    throw new TypeError(`privileges may be ${Object.keys(PRIVILEGES).join(', ')}, not ${unknown}`);
  return privileges.reduce((bits, name) => bits | PRIVILEGES[name], 0);
}
