import * as z from 'zod/mini';

/** The two kinds of room ids are two namespaces: room 123 and room "123" never meet (docs/trtc.md 1.4). */
export type RoomKind = 'number' | 'string';

/** Names one room of one application. `id` is the decimal text of a numeric id, or the string id itself. */
export interface RoomKey {
  readonly sdkAppId: number;
  readonly kind: RoomKind;
  readonly id: string;
}

/** A room as clients and backends name it: exactly one of the two (docs/trtc.md 1.4). */
export type RoomName = { readonly roomId: number } | { readonly strRoomId: string };

export const MAX_NUMERIC_ROOM_ID = 4_294_967_294;
export const MAX_STRING_ROOM_ID_BYTES = 64;
/** The recommended limit is 32 bytes; official clients send up to 64 characters, so that is what is refused beyond. */
export const MAX_USER_ID_BYTES = 64;

/** The 89 characters that a string room id may consist of (docs/trtc.md 1.4). */
export const STRING_ROOM_ID = /^[A-Za-z0-9 !#$%&()+\-:;<=.>?@[\]^_{}|~,]{1,64}$/;
/** Letters, digits, `_` and `-` are documented; deployed applications also use `.`, `@`, `:` and UTF-8 names. */
export const USER_ID = /^[^\p{Cc}\p{Cs}/\\"'<>]+$/u;

/** Whole number 1…4294967294. */
export function isNumericRoomId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_NUMERIC_ROOM_ID;
}

/** 1…64 characters of the documented set. */
export function isStringRoomId(value: unknown): value is string {
  return typeof value === 'string' && STRING_ROOM_ID.test(value);
}

/** 1…64 bytes, without control characters, quotes, slashes and angle brackets. Case matters. */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && utf8Length(value) <= MAX_USER_ID_BYTES && USER_ID.test(value);
}

/** SDKAppID: an unsigned 32-bit number, not 0. */
export function isSdkAppId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 0xffff_ffff;
}

export function roomKey(sdkAppId: number, name: RoomName): RoomKey {
  return 'roomId' in name
    ? { sdkAppId, kind: 'number', id: String(name.roomId) }
    : { sdkAppId, kind: 'string', id: name.strRoomId };
}

/** The room id in the client's own type, as callbacks and Cloud API answers carry it. */
export function roomIdValue(key: RoomKey): number | string {
  return key.kind === 'number' ? Number(key.id) : key.id;
}

/** One text per room key, usable as a map key. Equal keys give equal texts, different keys different ones. */
export function roomKeyText(key: RoomKey): string {
  return `${key.sdkAppId}/${key.kind}/${key.id}`;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}

export const sdkAppIdSchema = z
  .number()
  .check(z.refine(isSdkAppId, 'SDKAppID is a whole number from 1 to 4294967295'));
export const userIdSchema = z
  .string()
  .check(z.refine(isUserId, 'userId has 1 to 64 bytes and no control characters'));
export const roomNameSchema = z.union([
  z.strictObject({
    roomId: z.number().check(z.refine(isNumericRoomId, 'roomId is a whole number from 1 to 4294967294')),
  }),
  z.strictObject({
    strRoomId: z
      .string()
      .check(z.refine(isStringRoomId, 'strRoomId has 1 to 64 characters of the allowed set')),
  }),
]);
