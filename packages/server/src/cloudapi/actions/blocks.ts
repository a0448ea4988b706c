import type { Log } from '@rotunda/base';
import { roomKey, roomKeyText, type Blocked, type RoomKey } from '@rotunda/protocol';
import {
  CloudApiError,
  blockedByMute,
  setUserBlocked,
  setUserBlockedByStrRoomId,
} from '@rotunda/protocol/cloudapi';
import { defineAction, sdkAppId, type ActionCall, type ResponseFields } from '../action.ts';
import type { UserBlocking } from '../port.ts';
import { roomNotExist } from '../refusals.ts';

export interface BlockActionsContext {
  readonly userBlocks: UserBlocking;
  readonly log: Log;
}

/**
 * The actions that keep a user from sending (docs/trtc.md 5.5). An answer means that nothing of what is blocked is passed on any more.
 */
export const blockActions = {
  SetUserBlocked: defineAction({
    parameters: setUserBlocked,
    sdkAppId,
    handle: ({ SdkAppId, RoomId, UserId, IsMute }, context: BlockActionsContext, call) =>
      block(roomKey(SdkAppId, { roomId: RoomId }), UserId, { blocked: blockedByMute(IsMute), context, call }),
  }),
  SetUserBlockedByStrRoomId: defineAction({
    parameters: setUserBlockedByStrRoomId,
    sdkAppId,
    handle: ({ SdkAppId, StrRoomId, UserId, IsMute }, context: BlockActionsContext, call) =>
      block(roomKey(SdkAppId, { strRoomId: StrRoomId }), UserId, {
        blocked: blockedByMute(IsMute),
        context,
        call,
      }),
  }),
};

async function block(
  key: RoomKey,
  userId: string,
  { blocked, context, call }: { blocked: Blocked; context: BlockActionsContext; call: ActionCall },
): Promise<ResponseFields> {
  const outcome = await context.userBlocks.set(key, userId, blocked);
  if (!outcome.ok) throw REFUSALS[outcome.refusal]();
  const { requestId } = call;
  context.log.info({ requestId, room: roomKeyText(key), userId, blocked }, 'Cloud API call done');
  return {};
}

const REFUSALS = {
  roomNotExist,
  userNotExist: () => new CloudApiError('FailedOperation.UserNotExist', 'The user is not in the room.'),
};
