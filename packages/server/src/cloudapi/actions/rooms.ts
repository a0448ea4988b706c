import type { Log } from '@rotunda/base';
import { roomKey, roomKeyText, type RoomKey, type Timers } from '@rotunda/protocol';
import {
  dismissRoom,
  dismissRoomByStrRoomId,
  removeUser,
  removeUserByStrRoomId,
} from '@rotunda/protocol/cloudapi';
import type { EvictOutcome, Membership } from '../../roomlog/membership-port.ts';
import { defineAction, sdkAppId, type ActionCall, type ResponseFields } from '../action.ts';
import type { Told } from '../port.ts';
import { roomNotExist } from '../refusals.ts';

export interface RoomActionsContext {
  readonly membership: Pick<Membership, 'removeUsers' | 'dismiss'>;
  readonly told: Told;
  readonly timers: Pick<Timers, 'toldBudget'>;
  readonly log: Log;
}

/** The actions that end stays (docs/trtc.md 5.5). Their answers carry nothing: they mean done, and that the victims know. */
export const roomActions = {
  RemoveUser: defineAction({
    parameters: removeUser,
    sdkAppId,
    handle: ({ SdkAppId, RoomId, UserIds }, context: RoomActionsContext, call) =>
      remove(roomKey(SdkAppId, { roomId: RoomId }), UserIds, { context, call }),
  }),
  RemoveUserByStrRoomId: defineAction({
    parameters: removeUserByStrRoomId,
    sdkAppId,
    handle: ({ SdkAppId, RoomId, UserIds }, context: RoomActionsContext, call) =>
      remove(roomKey(SdkAppId, { strRoomId: RoomId }), UserIds, { context, call }),
  }),
  DismissRoom: defineAction({
    parameters: dismissRoom,
    sdkAppId,
    handle: ({ SdkAppId, RoomId }, context: RoomActionsContext, call) =>
      dismiss(roomKey(SdkAppId, { roomId: RoomId }), { context, call }),
  }),
  DismissRoomByStrRoomId: defineAction({
    parameters: dismissRoomByStrRoomId,
    sdkAppId,
    handle: ({ SdkAppId, RoomId }, context: RoomActionsContext, call) =>
      dismiss(roomKey(SdkAppId, { strRoomId: RoomId }), { context, call }),
  }),
};

interface Working {
  readonly context: RoomActionsContext;
  readonly call: ActionCall;
}

async function remove(key: RoomKey, given: readonly string[], working: Working): Promise<ResponseFields> {
  const userIds = [...new Set(given)];
  const outcome = await working.context.membership.removeUsers(key, userIds, 'removed');
  return conclude(outcome, { effect: 'remove', room: roomKeyText(key), userIds }, working);
}

async function dismiss(key: RoomKey, working: Working): Promise<ResponseFields> {
  const outcome = await working.context.membership.dismiss(key);
  return conclude(outcome, { effect: 'dismiss', room: roomKeyText(key) }, working);
}

async function conclude(
  outcome: EvictOutcome,
  details: object,
  { context, call }: Working,
): Promise<ResponseFields> {
  if (!outcome.ok) throw roomNotExist();
  const { sessionIds } = outcome;
  await context.told.waitUntilTold(sessionIds, context.timers.toldBudget);
  const { requestId } = call;
  context.log.info({ requestId, ...details, ended: sessionIds.length }, 'Cloud API call done');
  return {};
}
