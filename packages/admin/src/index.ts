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
export { RotundaAdmin, RotundaAdminError, type RotundaAdminOptions } from './client.ts';
