export { CallbackError, verifyCallback, type CallbackFault } from './callbacks.ts';
export {
  genPrivateMapKey,
  genUserSig,
  type PrivateMapKeyOptions,
  type Privilege,
  type UserSigOptions,
} from './tickets.ts';
export {
  CALLBACK_EVENT_ID_HEADER,
  CALLBACK_ROOM_VERSION_HEADER,
  CALLBACK_SIGN_HEADER,
  CallbackType,
  type CallbackBody,
} from '@rotunda/protocol/callbacks';
export { RotundaAdmin, type RotundaAdminCall } from './client.ts';
export { RotundaAdminError, type RotundaAdminFault } from './errors.ts';
export type { RotundaAdminOptions } from './signed-posts.ts';
