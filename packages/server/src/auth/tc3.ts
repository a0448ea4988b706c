import { CloudApiError } from '@rotunda/protocol/cloudapi';
import { TC3_ALGORITHM, signTc3Post, tc3Signature, utcDate } from '@rotunda/protocol/tc3';
import type { AppRegistry, KeyHolder } from './apps.ts';
import { headerOf, sameText, signedHosts, type SignedRequest } from './cloudapi-request.ts';

/** How far the signing time may be from now, in seconds (docs/trtc.md 5.1). */
export const MAX_SIGNATURE_AGE_SECONDS = 300;

interface Authorization {
  readonly secretId: string;
  /** UTC day of the signature, yyyy-mm-dd. */
  readonly date: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/**
 * Verifies a TC3-HMAC-SHA256 signature over whatever headers it names (docs/trtc.md 5.2).
 *
 * @param by.service what the credential scope must name as its service; null for any, because SDKs of the Cloud API derive it
 * from the endpoint that they were given
 * @returns whose key it is
 * @throws CloudApiError AuthFailure.*, MissingParameter or InvalidParameter
 */
export function verifyTc3(
  request: SignedRequest,
  by: { readonly apps: AppRegistry; readonly nowSeconds: number; readonly service: string | null },
): KeyHolder {
  const { apps, nowSeconds, service } = by;
  const timestamp = headerOf(request, 'x-tc-timestamp');
  if (!timestamp) throw new CloudApiError('MissingParameter', 'The header X-TC-Timestamp is missing.');
  if (!/^\d{1,12}$/.test(timestamp))
    throw new CloudApiError('InvalidParameter', 'X-TC-Timestamp must be the seconds since the epoch.');
  const authorization = parseAuthorization(headerOf(request, 'authorization'));
  if (service !== null && authorization.service !== service)
    throw invalidAuthorization(`must name the service ${service} in its credential scope`);
  checkAge(Number(timestamp), nowSeconds);
  const holder = apps.findKey(authorization.secretId);
  if (!holder) throw new CloudApiError('AuthFailure.SecretIdNotFound', 'The SecretId is not known.');
  if (!scopeDates(Number(timestamp)).includes(authorization.date))
    throw new CloudApiError(
      'AuthFailure.SignatureFailure',
      'The date of the credential scope is not that of X-TC-Timestamp in UTC.',
    );
  const { signedHeaders } = authorization;
  const matches = canonicalHeaderForms(request, signedHeaders).some((headers) => {
    const { method, path, query, body } = request;
    const canonical = { method, path, query, headers, signedHeaders, body };
    return sameText(
      authorization.signature,
      tc3Signature(canonical, { ...authorization, timestamp }, holder.secretKey),
    );
  });
  if (!matches)
    throw new CloudApiError(
      'AuthFailure.SignatureFailure',
      'The signature does not fit the request: check the secret key, and that the body is sent as it was signed.',
    );
  return holder;
}

/** Signs a Cloud API request: a POST with a JSON body. @returns the headers to send. */
export function signTc3({
  action,
  version,
  contentType = 'application/json',
  ...post
}: {
  readonly action: string;
  readonly version: string;
  readonly host: string;
  readonly body: Buffer;
  readonly key: { readonly secretId: string; readonly secretKey: string };
  readonly nowSeconds: number;
  readonly contentType?: string;
}): Record<string, string> {
  const signed = signTc3Post({ ...post, contentType, path: '/', service: 'trtc' });
  return { ...signed, 'x-tc-action': action, 'x-tc-version': version };
}

/** @throws CloudApiError SignatureExpire */
export function checkAge(timestampSeconds: number, nowSeconds: number): void {
  if (Math.abs(nowSeconds - timestampSeconds) > MAX_SIGNATURE_AGE_SECONDS)
    throw new CloudApiError(
      'AuthFailure.SignatureExpire',
      "The signing time is more than 5 minutes away from the server's clock.",
    );
}

function parseAuthorization(header: string): Authorization {
  if (!header) throw invalidAuthorization('is missing');
  const match =
    /^TC3-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{4}-\d\d-\d\d)\/([^/,\s]+)\/tc3_request *, *SignedHeaders=([a-z0-9;-]+) *, *Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  const [, secretId, date, service, names, signed] = match ?? [];
  if (!secretId || !date || !service || !names || !signed)
    throw invalidAuthorization(
      `is not of the form "${TC3_ALGORITHM} Credential=ID/DATE/SERVICE/tc3_request, SignedHeaders=..., Signature=..."`,
    );
  const signedHeaders = names.split(';');
  if (!signedHeaders.includes('content-type') || !signedHeaders.includes('host'))
    throw invalidAuthorization('must sign the headers content-type and host');
  return { secretId, date, service, signedHeaders, signature: signed };
}

function invalidAuthorization(fault: string): CloudApiError {
  return new CloudApiError('AuthFailure.InvalidAuthorization', `The header Authorization ${fault}.`);
}

/** Signers differ in the host's port and in what they put into lower case: all forms that are in use. */
function canonicalHeaderForms(request: SignedRequest, names: readonly string[]): readonly string[] {
  const forms = new Set<string>();
  for (const host of signedHosts(request)) {
    const pairs = names.map((name) => [name, name === 'host' ? host : headerOf(request, name)] as const);
    const form = (keep: (name: string) => boolean): string =>
      pairs.map(([name, value]) => `${name}:${keep(name) ? value : value.toLowerCase()}\n`).join('');
    forms.add(form(() => true));
    // The boundary of a multipart body is signed as it is, also by those who lower everything else.
    forms.add(form((name) => name === 'content-type'));
    forms.add(form(() => false));
  }
  return [...forms];
}

/** One official signer rounds the time up, but not the date. */
function scopeDates(timestampSeconds: number): readonly string[] {
  return [utcDate(timestampSeconds), utcDate(timestampSeconds - 1)];
}
