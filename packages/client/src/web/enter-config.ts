import {
  TRTCAppScene,
  TRTCRoleType,
  isNumericRoomId,
  isStringRoomId,
  type RoomName,
} from '@rotunda/protocol';
import type { EnterParams } from '../session/stay-types.ts';
import {
  optionalBoolean,
  optionalChoice,
  optionalString,
  requiredChoice,
  requiredNumber,
  requiredObject,
  requiredString,
  wrongType,
  type Given,
} from './checks.ts';
import { EXTRA_CODE, invalidParameter } from './errors.ts';
import type { WebRole } from './types.ts';

const ROLES = { anchor: TRTCRoleType.TRTCRoleAnchor, audience: TRTCRoleType.TRTCRoleAudience } as const;
const ROLE_NAMES = ['anchor', 'audience'] as const satisfies readonly WebRole[];
const SCENES = { rtc: TRTCAppScene.TRTCAppSceneVideoCall, live: TRTCAppScene.TRTCAppSceneLIVE } as const;

export interface EnterRequest {
  readonly params: EnterParams;
  readonly autoReceiveAudio: boolean;
  readonly serverUrl: string | null;
}

/** Checks what `enterRoom` was given; throws an RtcError about the first thing that is wrong (docs/trtc.md 4.5). */
export function parseEnterConfig(config: unknown): EnterRequest {
  const given = requiredObject(config, 'config');
  const sdkAppId = requiredNumber(given.sdkAppId, 'sdkAppId');
  if (sdkAppId === 0) throw invalidParameter(EXTRA_CODE.empty, 'sdkAppId is 0');
  const userId = requiredString(given.userId, 'userId');
  const userSig = requiredString(given.userSig, 'userSig');
  const room = parseRoom(given);
  const scene = optionalChoice(given.scene, ['rtc', 'live'] as const, 'scene') ?? 'rtc';
  const role = optionalChoice(given.role, ROLE_NAMES, 'role') ?? 'anchor';
  const privateMapKey = optionalString(given.privateMapKey, 'privateMapKey');
  optionalBoolean(given.autoReceiveVideo, 'autoReceiveVideo');
  return {
    params: {
      sdkAppId,
      userId,
      userSig,
      room,
      scene: SCENES[scene],
      role: ROLES[role],
      ...(privateMapKey ? { privateMapKey } : {}),
    },
    autoReceiveAudio: optionalBoolean(given.autoReceiveAudio, 'autoReceiveAudio') ?? true,
    serverUrl: parseProxy(given.proxy),
  };
}

export function parseRole(role: unknown): TRTCRoleType {
  return ROLES[requiredChoice(role, ROLE_NAMES, 'role')];
}

function parseRoom({ roomId, strRoomId }: Given): RoomName {
  if (typeof roomId === 'string' && roomId !== '') {
    throw invalidParameter(EXTRA_CODE.roomIdIsString, 'roomId is a number: use strRoomId for text');
  }
  if (roomId !== undefined && roomId !== null && roomId !== 0 && roomId !== '') {
    if (typeof roomId !== 'number') throw wrongType('roomId', 'a number');
    if (isNumericRoomId(roomId)) return { roomId };
    throw invalidParameter(EXTRA_CODE.roomId, 'roomId is a whole number from 1 to 4294967294');
  }
  const name = optionalString(strRoomId, 'strRoomId');
  if (!name) throw invalidParameter(EXTRA_CODE.noRoom, 'give roomId or strRoomId');
  if (isStringRoomId(name)) return { strRoomId: name };
  throw invalidParameter(EXTRA_CODE.strRoomId, 'strRoomId has 1 to 64 characters of the allowed set');
}

function parseProxy(proxy: unknown): string | null {
  if (proxy === undefined || proxy === null || proxy === '') return null;
  if (typeof proxy === 'string') return proxy;
  if (typeof proxy !== 'object') throw wrongType('proxy', 'a string or an object');
  const { unifiedProxy, websocketProxy } = proxy as Given;
  const url =
    optionalString(unifiedProxy, 'unifiedProxy') || optionalString(websocketProxy, 'websocketProxy');
  return url || null;
}
