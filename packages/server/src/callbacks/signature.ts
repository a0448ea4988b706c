import { createHmac } from 'node:crypto';

/** The `Sign` of a callback: base64 of HMAC-SHA256 over the bytes of the body as they are sent (docs/trtc.md 6.1). */
export function signBody(key: string, body: Uint8Array): string {
  return createHmac('sha256', key).update(body).digest('base64');
}
