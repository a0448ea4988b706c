import { createHash, createHmac } from 'node:crypto';

export const TC3_ALGORITHM = 'TC3-HMAC-SHA256';

/** What is signed of a request (docs/trtc.md 5.2). */
export interface Tc3Request {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** `name:value` and a line feed for each header, sorted by name. */
  readonly headers: string;
  readonly signedHeaders: readonly string[];
  readonly body: Uint8Array;
}

export interface Tc3Scope {
  /** Seconds since the epoch, as the header `X-TC-Timestamp` has them. */
  readonly timestamp: string;
  /** UTC day, yyyy-mm-dd. */
  readonly date: string;
  readonly service: string;
}

/** The signature of a request in hexadecimal (docs/trtc.md 5.2). */
export function tc3Signature(request: Tc3Request, scope: Tc3Scope, secretKey: string): string {
  const { method, path, query, headers, signedHeaders, body } = request;
  const canonical = [method, path, query, headers, signedHeaders.join(';'), sha256(body)].join('\n');
  const { timestamp, date, service } = scope;
  const text = [TC3_ALGORITHM, timestamp, `${date}/${service}/tc3_request`, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), service), 'tc3_request');
  return hmac(key, text).toString('hex');
}

/** Signs a POST. @returns the headers to send, those of the signature and the signed ones. */
export function signTc3Post(post: {
  readonly host: string;
  readonly path: string;
  readonly service: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly key: { readonly secretId: string; readonly secretKey: string };
  readonly nowSeconds: number;
}): Record<'host' | 'content-type' | 'x-tc-timestamp' | 'authorization', string> {
  const { host, path, service, contentType, body, key } = post;
  const timestamp = String(Math.floor(post.nowSeconds));
  const scope = { timestamp, date: utcDate(Number(timestamp)), service };
  const signedHeaders = ['content-type', 'host'];
  const headers = `content-type:${contentType}\nhost:${host}\n`;
  const signed = tc3Signature(
    { method: 'POST', path, query: '', headers, signedHeaders, body },
    scope,
    key.secretKey,
  );
  const credential = `${key.secretId}/${scope.date}/${service}/tc3_request`;
  return {
    host,
    'content-type': contentType,
    'x-tc-timestamp': timestamp,
    authorization: `${TC3_ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signed}`,
  };
}

/** yyyy-mm-dd of a time in seconds since the epoch. */
export function utcDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
