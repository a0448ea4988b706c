import { timingSafeEqual } from 'node:crypto';

/** A Cloud API request as it came in, with the bytes that were signed. */
export interface SignedRequest {
  readonly method: string;
  /** Path without the query string. */
  readonly path: string;
  /** The query string as sent, without the question mark; empty if there is none. */
  readonly query: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** One header's value, trimmed; empty if it is absent. */
export function headerOf(request: SignedRequest, name: string): string {
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return (typeof value === 'string' ? value : (value ?? []).join(', ')).trim();
}

/** The Host header, and the same without its port: official SDKs sign either (docs/trtc.md 5.2). */
export function signedHosts(request: SignedRequest): readonly string[] {
  const host = headerOf(request, 'host');
  return [...new Set([host, host.replace(/:\d+$/, '')])];
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameText(given: string, right: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
