import { createHmac, timingSafeEqual } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { TRTC_ERRORS, type TRTCErrorName } from './errors.ts';

/** Longest ticket that is looked at, in characters. Real ones have about 200, with a permission buffer about 350. */
const MAX_TICKET_LENGTH = 8 * 1024;
/** A deflated ticket may not grow beyond this, in bytes: a small text can inflate to gigabytes. */
const MAX_INFLATED_BYTES = 64 * 1024;
/** Issuers round up and their clocks run ahead a little: how far, in seconds, `TLS.time` may lie in the future. */
const MAX_CLOCK_SKEW_SECONDS = 300;

/** What a ticket says (docs/trtc.md 1.2). Nothing of it is proven until it is verified. */
export interface UserSigFields {
  readonly userId: string;
  readonly sdkAppId: number;
  /** Seconds since the epoch at which it was issued. */
  readonly time: number;
  /** Lifetime in seconds. */
  readonly expire: number;
  /** Base64 of the permission buffer; only in a PrivateMapKey. */
  readonly userBuf?: string;
  /** Base64 of the HMAC-SHA256. */
  readonly sig: string;
}

export interface UserSigIssue {
  readonly sdkAppId: number;
  readonly secretKey: string;
  readonly userId: string;
  /** Lifetime in seconds. */
  readonly expireSeconds: number;
  /** Milliseconds since the epoch, as a clock gives them. */
  readonly now: number;
  /** The permission buffer of a PrivateMapKey (docs/trtc.md 1.3). */
  readonly userBuf?: Uint8Array;
}

export interface UserSigExpectation {
  readonly sdkAppId: number;
  readonly userId: string;
  readonly secretKey: string;
  /** Seconds since the epoch. */
  readonly nowSeconds: number;
}

export type UserSigVerdict =
  | { readonly ok: true; readonly fields: UserSigFields }
  | { readonly ok: false; readonly error: TRTCErrorName; readonly message: string };

/** Makes the ticket with which a user proves who it is (docs/trtc.md 1.2). */
export function genUserSig(issue: UserSigIssue): string {
  const signed = {
    userId: issue.userId,
    sdkAppId: issue.sdkAppId,
    time: Math.floor(issue.now / 1000),
    expire: issue.expireSeconds,
    ...(issue.userBuf && { userBuf: Buffer.from(issue.userBuf).toString('base64') }),
  };
  const document = {
    'TLS.ver': '2.0',
    'TLS.identifier': signed.userId,
    'TLS.sdkappid': signed.sdkAppId,
    'TLS.time': signed.time,
    'TLS.expire': signed.expire,
    ...(signed.userBuf !== undefined && { 'TLS.userbuf': signed.userBuf }),
    'TLS.sig': sign(signed, issue.secretKey).toString('base64'),
  };
  return deflateSync(JSON.stringify(document))
    .toString('base64')
    .replaceAll('+', '*')
    .replaceAll('/', '-')
    .replaceAll('=', '_');
}

/** @returns what the ticket says, unproven; null if it cannot be read. */
export function readUserSig(ticket: string): UserSigFields | null {
  const document = inflateTicket(ticket);
  if (document === null || typeof document !== 'object') return null;
  const fields = new Map<string, unknown>(Object.entries(document));
  const userId = fields.get('TLS.identifier');
  const sdkAppId = fields.get('TLS.sdkappid');
  const time = fields.get('TLS.time');
  const expire = fields.get('TLS.expire');
  const userBuf = fields.get('TLS.userbuf');
  const sig = fields.get('TLS.sig');
  if (fields.get('TLS.ver') !== '2.0' || typeof userId !== 'string' || typeof sig !== 'string') return null;
  if (!isCount(sdkAppId) || !isCount(time) || typeof expire !== 'number' || !Number.isSafeInteger(expire))
    return null;
  if (userBuf === undefined) return { userId, sdkAppId, time, expire, sig };
  return typeof userBuf === 'string' ? { userId, sdkAppId, time, expire, userBuf, sig } : null;
}

/**
 * Verifies a ticket (docs/trtc.md 1.2). What it was made for is reported before how it was signed, because a ticket of
 * another app or user is the likelier mistake and its signature cannot fit; the lifetime comes last, because a new
 * ticket would not help while the key is wrong. The caller knows the app: ERR_APPID_UNKNOWN is not decided here.
 */
export function verifyUserSig(ticket: string, expected: UserSigExpectation): UserSigVerdict {
  const fields = readUserSig(ticket);
  if (!fields) return refuse('ERR_USER_SIG_INVALID');
  if (fields.sdkAppId !== expected.sdkAppId) return refuse('ERR_SIG_WRONG_APP');
  if (fields.userId !== expected.userId) return refuse('ERR_SIG_WRONG_USER');
  const given = Buffer.from(fields.sig, 'base64');
  const right = sign(fields, expected.secretKey);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return refuse('ERR_SIG_WRONG_KEY');
  if (fields.time + fields.expire <= expected.nowSeconds) return refuse('ERR_SIG_EXPIRED');
  if (fields.time > expected.nowSeconds + MAX_CLOCK_SKEW_SECONDS)
    return refuse('ERR_SIG_EXPIRED', 'userSig is not valid yet: the clock of its issuer runs ahead');
  return { ok: true, fields };
}

function refuse(error: TRTCErrorName, message: string = TRTC_ERRORS[error].message): UserSigVerdict {
  return { ok: false, error, message };
}

function sign(fields: Omit<UserSigFields, 'sig'>, secretKey: string): Buffer {
  const lines = [
    `TLS.identifier:${fields.userId}`,
    `TLS.sdkappid:${fields.sdkAppId}`,
    `TLS.time:${fields.time}`,
    `TLS.expire:${fields.expire}`,
    ...(fields.userBuf === undefined ? [] : [`TLS.userbuf:${fields.userBuf}`]),
  ];
  return createHmac('sha256', secretKey)
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest();
}

function inflateTicket(ticket: string): unknown {
  if (ticket.length === 0 || ticket.length > MAX_TICKET_LENGTH || !/^[A-Za-z0-9*\-_]+$/.test(ticket))
    return null;
  const compressed = Buffer.from(
    ticket.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '='),
    'base64',
  );
  try {
    return JSON.parse(inflateSync(compressed, { maxOutputLength: MAX_INFLATED_BYTES }).toString('utf8'));
  } catch {
    return null;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
