import {
  TRTCAppScene,
  TRTCError,
  TRTCRoleType,
  isNumericRoomId,
  isSdkAppId,
  isStringRoomId,
  isUserId,
  type RequestParams,
  type RoomName,
  type TRTCErrorName,
} from '@rotunda/protocol';
import type { SwitchRequest } from '../session/room-switch.ts';
import type { EnterParams } from '../session/stay-types.ts';
import type { TRTCParams, TRTCSwitchRoomParam } from './params.ts';

const MAX_TICKET_LENGTH = 4096;

/** Checks what an application passed to `enterRoom`. Throws a TRTCError with the code of the first thing that is wrong. */
export function parseEnterParams(params: unknown, scene: unknown): EnterParams {
  if (typeof params !== 'object' || params === null) throw new TRTCError('ERR_ENTER_ROOM_PARAM_NULL');
  const given = params as Given;
  const { sdkAppId, userId, userSig } = given;
  if (!isSdkAppId(sdkAppId)) throw new TRTCError('ERR_SDK_APPID_INVALID');
  const room = parseRoom(given);
  if (!isUserId(userId)) throw new TRTCError('ERR_USER_ID_INVALID');
  if (!isTicket(userSig)) throw new TRTCError('ERR_USER_SIG_INVALID');
  const entry = { sdkAppId, userId, userSig, room, scene: parseScene(scene), role: parseRole(given.role) };
  return { ...entry, ...parsePermission(given.privateMapKey) };
}

/** Checks what an application passed to `switchRoom`, alike. */
export function parseSwitchParams(params: unknown): SwitchRequest {
  if (typeof params !== 'object' || params === null) {
    throw new TRTCError('ERR_ENTER_ROOM_PARAM_NULL', 'switchRoom needs its parameters');
  }
  const given = params as Partial<Record<keyof TRTCSwitchRoomParam, unknown>>;
  const room = parseRoom(given);
  const userSig = parseOptionalTicket(given.userSig, 'ERR_USER_SIG_INVALID');
  return { room, ...(userSig ? { userSig } : {}), ...parsePermission(given.privateMapKey) };
}

type Given = Partial<Record<keyof TRTCParams, unknown>>;

function parseRoom(given: Given): RoomName {
  const room = roomOf(given);
  if (!room) throw new TRTCError('ERR_ROOM_ID_INVALID');
  return room;
}

/** `strRoomId` counts only without `roomId`. */
function roomOf({ roomId, strRoomId }: Given): RoomName | null {
  if (roomId !== undefined && roomId !== null && roomId !== 0) {
    return isNumericRoomId(roomId) ? { roomId } : null;
  }
  return isStringRoomId(strRoomId) ? { strRoomId } : null;
}

/**
 * What an application passed to `connectOtherRoom`. Without `anchor` something is missing or malformed; `userId` is what can be
 * told of it.
 */
export function parseOtherRoom(json: string): {
  readonly userId: string;
  readonly anchor: RequestParams<'connectRoom'> | null;
} {
  const given = parseJson(json);
  const userId = typeof given.userId === 'string' ? given.userId : '';
  const room = roomOf(given);
  if (!room || !isUserId(userId)) return { userId, anchor: null };
  const privateMapKey = given.privateMapKey ?? '';
  if (privateMapKey === '') return { userId, anchor: { room, userId } };
  return { userId, anchor: isTicket(privateMapKey) ? { room, userId, privateMapKey } : null };
}

function parseJson(json: string): Given {
  try {
    return (JSON.parse(json) as Given | null) ?? {};
  } catch {
    return {};
  }
}

function parseScene(scene: unknown): TRTCAppScene {
  const known = Object.values(TRTCAppScene).find((value) => value === (scene ?? 0));
  if (known === undefined) throw new TRTCError('ERR_SERVER_INFO_BAD_SCENE_OR_ROLE');
  return known;
}

/** Absent means anchor. */
export function parseRole(role: unknown): TRTCRoleType {
  const known = Object.values(TRTCRoleType).find((value) => value === (role ?? TRTCRoleType.TRTCRoleAnchor));
  if (known === undefined) throw new TRTCError('ERR_SERVER_INFO_BAD_SCENE_OR_ROLE');
  return known;
}

/** A permission ticket, if there is one. Throws a TRTCError for what is none. */
export function parsePermission(given: unknown): { readonly privateMapKey?: string } {
  const privateMapKey = parseOptionalTicket(given, 'ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR');
  return privateMapKey ? { privateMapKey } : {};
}

/** Absent, null and empty mean none. */
function parseOptionalTicket(value: unknown, invalid: TRTCErrorName): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (!isTicket(value)) throw new TRTCError(invalid);
  return value;
}

export function isTicket(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TICKET_LENGTH;
}
