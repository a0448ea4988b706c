import type { Blocked } from '../blocked.ts';
import { isUserId } from '../ids.ts';
import { numericRoomParameter, sdkAppIdParameter, stringRoomParameter } from './rooms.ts';
import { integer, string } from './rules.ts';

/** What each value of IsMute blocks (docs/trtc.md 5.5). */
const BLOCKED_BY_MUTE: readonly Blocked[] = [
  { audio: false, video: false },
  { audio: true, video: true },
  { audio: true, video: false },
  { audio: false, video: true },
];

const userId = string({
  is: isUserId,
  allowed: 'a userId',
  codes: { type: 'InvalidParameter.UserId' },
});
const isMute = integer({ min: 0, max: BLOCKED_BY_MUTE.length - 1 });

/** Parameters of the actions that keep a user from sending (docs/trtc.md 5.5). */
export const setUserBlocked = {
  SdkAppId: sdkAppIdParameter,
  RoomId: numericRoomParameter,
  UserId: userId,
  IsMute: isMute,
};
export const setUserBlockedByStrRoomId = {
  SdkAppId: sdkAppIdParameter,
  StrRoomId: stringRoomParameter,
  UserId: userId,
  IsMute: isMute,
};

/** `mute` as the parameter rules let it through. */
export function blockedByMute(mute: number): Blocked {
  const blocked = BLOCKED_BY_MUTE[mute];
  if (!blocked) throw new RangeError(`IsMute ${mute}`);
  return blocked;
}
