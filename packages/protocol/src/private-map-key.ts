import { isNumericRoomId, roomKey, type RoomKey, type RoomName } from './ids.ts';
import { genUserSig, verifyUserSig, type UserSigExpectation, type UserSigIssue } from './usersig.ts';

/** What a permission ticket may allow in its room, and the bit that says so (docs/trtc.md 1.3). */
export const PRIVILEGES = {
  createRoom: 1,
  enterRoom: 2,
  sendAudio: 4,
  receiveAudio: 8,
  sendVideo: 16,
  receiveVideo: 32,
  sendSub: 64,
  receiveSub: 128,
} as const;
export const ALL_PRIVILEGES = 255;

/** The buffer in a permission ticket (docs/trtc.md 1.3). */
export interface PermissionBuffer {
  /** The user, as bytes: generators differ in how they write what is not ASCII. */
  readonly account: Uint8Array;
  readonly sdkAppId: number;
  /** Version 0 has a numeric room, version 1 a string room. */
  readonly room: RoomName;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** Sum of the bits of {@link PRIVILEGES}. */
  readonly privileges: number;
  readonly accountType: number;
}

export interface PrivateMapKeyIssue extends Omit<UserSigIssue, 'userBuf'> {
  readonly room: RoomName;
  /** Sum of the bits of {@link PRIVILEGES}. */
  readonly privileges: number;
}

export interface PrivateMapKeyExpectation extends UserSigExpectation {
  readonly key: RoomKey;
}

export type PrivateMapKeyVerdict =
  { readonly ok: true; readonly privileges: number } | { readonly ok: false; readonly message: string };

/** Bytes before the account, and after it up to where a string room begins. */
const HEAD_BYTES = 3;
const FIXED_BYTES = 20;
const MAX_FIELD_BYTES = 0xffff;

/** @throws RangeError when an account or room is too long for its length field, or a number does not fit in 32 bits. */
export function encodePermissionBuffer(permission: PermissionBuffer): Uint8Array {
  const { account, room } = permission;
  const isNumeric = 'roomId' in room;
  const text = isNumeric ? null : Buffer.from(room.strRoomId);
  if (account.length > MAX_FIELD_BYTES || (text?.length ?? 0) > MAX_FIELD_BYTES) {
    throw new RangeError('the user or the room is too long for a permission ticket');
  }
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(isNumeric ? 0 : 1, 0);
  head.writeUInt16BE(account.length, 1);
  const fixed = Buffer.alloc(FIXED_BYTES);
  const { sdkAppId, expiresAt, privileges, accountType } = permission;
  [sdkAppId, isNumeric ? room.roomId : 0, expiresAt, privileges, accountType].forEach((value, index) =>
    fixed.writeUInt32BE(value, index * 4),
  );
  if (!text) return Buffer.concat([head, account, fixed]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([head, account, fixed, length, text]);
}

/** @returns null for what is no such buffer: every byte must be accounted for. */
export function decodePermissionBuffer(bytes: Uint8Array): PermissionBuffer | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < HEAD_BYTES) return null;
  const version = buffer.readUInt8(0);
  const fixedAt = HEAD_BYTES + buffer.readUInt16BE(1);
  const roomAt = fixedAt + FIXED_BYTES;
  if (version > 1 || buffer.length < roomAt) return null;
  const room = version === 0 ? numericRoom(buffer, fixedAt, roomAt) : stringRoom(buffer, roomAt);
  if (!room) return null;
  return {
    account: buffer.subarray(HEAD_BYTES, fixedAt),
    sdkAppId: buffer.readUInt32BE(fixedAt),
    room,
    expiresAt: buffer.readUInt32BE(fixedAt + 8),
    privileges: buffer.readUInt32BE(fixedAt + 12),
    accountType: buffer.readUInt32BE(fixedAt + 16),
  };
}

function numericRoom(buffer: Buffer, fixedAt: number, end: number): RoomName | null {
  const roomId = buffer.readUInt32BE(fixedAt + 4);
  return buffer.length === end && isNumericRoomId(roomId) ? { roomId } : null;
}

function stringRoom(buffer: Buffer, roomAt: number): RoomName | null {
  if (buffer.length < roomAt + 2) return null;
  const text = buffer.subarray(roomAt + 2);
  return text.length === buffer.readUInt16BE(roomAt) ? { strRoomId: text.toString('utf8') } : null;
}

/** Makes the ticket that says what a user may do in one room (docs/trtc.md 1.3). */
export function genPrivateMapKey({ room, privileges, ...issue }: PrivateMapKeyIssue): string {
  const { userId, sdkAppId, now, expireSeconds } = issue;
  const userBuf = encodePermissionBuffer({
    account: Buffer.from(userId),
    sdkAppId,
    room,
    expiresAt: Math.floor(now / 1000) + expireSeconds,
    privileges,
    accountType: 0,
  });
  return genUserSig({ ...issue, userBuf });
}

/** Verifies a permission ticket: it must be one of that user, for that room, and not have expired (docs/trtc.md 1.3). */
export function verifyPrivateMapKey(
  ticket: string,
  { key, ...expected }: PrivateMapKeyExpectation,
): PrivateMapKeyVerdict {
  const verdict = verifyUserSig(ticket, expected);
  if (!verdict.ok) return refuse(verdict.message.replace('userSig', 'privateMapKey'));
  const { userBuf } = verdict.fields;
  const permission = userBuf === undefined ? null : decodePermissionBuffer(Buffer.from(userBuf, 'base64'));
  if (!permission) return refuse('privateMapKey holds no permissions: is it a userSig?');
  if (permission.sdkAppId !== expected.sdkAppId) return refuse('privateMapKey belongs to another sdkAppId');
  if (!isAccountOf(permission, expected.userId)) return refuse('privateMapKey belongs to another userId');
  const given = roomKey(expected.sdkAppId, permission.room);
  if (given.kind !== key.kind || given.id !== key.id) return refuse('privateMapKey belongs to another room');
  if (permission.expiresAt <= expected.nowSeconds)
    return refuse('privateMapKey has expired: generate a new one');
  return { ok: true, privileges: permission.privileges };
}

/** Who it is has been proven already. Some generators write UTF-8, some the low byte of each UTF-16 unit. */
function isAccountOf({ account }: PermissionBuffer, userId: string): boolean {
  return Buffer.from(userId).equals(account) || Buffer.from(userId, 'latin1').equals(account);
}

function refuse(message: string): PrivateMapKeyVerdict {
  return { ok: false, message };
}
