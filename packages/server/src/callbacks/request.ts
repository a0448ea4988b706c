import {
  CALLBACK_APP_HEADER,
  CALLBACK_EVENT_ID_HEADER,
  CALLBACK_ROOM_VERSION_HEADER,
  CALLBACK_SIGN_HEADER,
  signBody,
} from '@rotunda/protocol/callbacks';
import type { NewCallback } from '../store/outbox-port.ts';
import type { Post, Receiver } from './sender.ts';

/** One attempt: what was stored, with its own time and signature. `now` in milliseconds since the epoch. */
export function callbackRequest({ url, key }: Receiver, callback: NewCallback, now: number): Post {
  const { id, sdkAppId, version, event } = callback;
  const body = Buffer.from(`${event.slice(0, -1)},"CallbackTs":${now}}`);
  const headers = {
    'Content-Type': 'application/json',
    [CALLBACK_APP_HEADER]: String(sdkAppId),
    ...(key ? { [CALLBACK_SIGN_HEADER]: signBody(key, body) } : {}),
    [CALLBACK_EVENT_ID_HEADER]: id,
    ...(version === null ? {} : { [CALLBACK_ROOM_VERSION_HEADER]: String(version) }),
  };
  return { url, headers, body };
}
