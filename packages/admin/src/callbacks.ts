import { timingSafeEqual } from 'node:crypto';
import { readCallback, signBody, type CallbackBody } from '@rotunda/protocol/callbacks';

/** Why a callback is not to be believed, or not understood. */
export type CallbackFault = 'badSignature' | 'notJson' | 'unknownEvent';

/** A request that came to the address of the callbacks, and is none. */
export class CallbackError extends Error {
  override readonly name = 'CallbackError';
  readonly fault: CallbackFault;

  constructor(fault: CallbackFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/**
 * Reads an event callback, after its signature (docs/trtc.md 6.1). The body must be the bytes as they came: what a framework has
 * parsed, or turned into text, is no longer what was signed.
 *
 * @returns the event; the type of its RoomId is that of the room
 * @throws CallbackError for a body that was not signed with this key (answer 401), that is no JSON, or an event of a type that
 * this version does not know: its signature was right, so answer 200
 * @throws TypeError when it is called with something else than bytes, or without a key
 */
export function verifyCallback(callback: {
  /** `apps[].callbacks.key` of the server. */
  readonly key: string;
  readonly body: Uint8Array;
  /** The header `Sign`. */
  readonly sign: string | undefined;
}): CallbackBody {
  const { key, body, sign } = callback;
  if (typeof key !== 'string' || key === '')
    throw new TypeError('key must be the key of the callbacks: without one nobody can tell who sent them');
  if (!(body instanceof Uint8Array))
    throw new TypeError(
      'body must be the bytes of the request (a Buffer), not a text and not what was parsed from it',
    );
  if (!isSignature(key, body, sign))
    throw new CallbackError('badSignature', 'The callback was not signed with this key.');
  const event = readCallback(parse(body));
  if (!event) throw new CallbackError('unknownEvent', 'The callback is of a type that is not known here.');
  return event;
}

/** In a time that does not depend on where they differ. */
function isSignature(key: string, body: Uint8Array, sign: string | undefined): boolean {
  const [a, b] = [Buffer.from(sign ?? ''), Buffer.from(signBody(key, body))];
  return a.length === b.length && timingSafeEqual(a, b);
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new CallbackError('notJson', 'The callback is not JSON.');
  }
}
