import { isStringRoomId, isUserId, MAX_NUMERIC_ROOM_ID } from '../ids.ts';
import { integer, list, string, type FaultCodes } from './rules.ts';

/** RemoveUser and RemoveUserByStrRoomId take at most this many users (docs/trtc.md 5.5). */
const MAX_USERS_PER_CALL = 10;

const roomIdCodes: FaultCodes = {
  missing: 'MissingParameter.RoomId',
  type: 'InvalidParameter.RoomId',
  value: 'InvalidParameterValue.RoomId',
};

/** SdkAppId of the room actions. */
export const sdkAppIdParameter = integer({
  min: 1,
  max: 0xffff_ffff,
  codes: { missing: 'MissingParameter.SdkAppId', type: 'InvalidParameter.SdkAppId' },
});

/** A numeric room. */
export const numericRoomParameter = integer({ min: 1, max: MAX_NUMERIC_ROOM_ID, codes: roomIdCodes });

/** A string room. */
export const stringRoomParameter = string({
  is: isStringRoomId,
  allowed: 'a string of 1 to 64 characters of the allowed set',
  codes: roomIdCodes,
});

const userIds = list({
  of: string({ is: isUserId, allowed: 'a userId' }),
  min: 1,
  max: MAX_USERS_PER_CALL,
  allowed: `a list of 1 to ${MAX_USERS_PER_CALL} userIds`,
  codes: { missing: 'MissingParameter.UserIds', type: 'InvalidParameter.UserIds' },
});

/** Parameters of the actions that end stays (docs/trtc.md 5.5). */
export const removeUser = {
  SdkAppId: sdkAppIdParameter,
  RoomId: numericRoomParameter,
  UserIds: userIds,
};
export const removeUserByStrRoomId = {
  SdkAppId: sdkAppIdParameter,
  RoomId: stringRoomParameter,
  UserIds: userIds,
};
export const dismissRoom = { SdkAppId: sdkAppIdParameter, RoomId: numericRoomParameter };
export const dismissRoomByStrRoomId = { SdkAppId: sdkAppIdParameter, RoomId: stringRoomParameter };
