import { createHmac } from 'node:crypto';
import { CloudApiError } from '@rotunda/protocol/cloudapi';
import type { AppRegistry, KeyHolder } from './apps.ts';
import { sameText, signedHosts, type SignedRequest } from './cloudapi-request.ts';
import { checkAge } from './tc3.ts';

const METHODS: ReadonlyMap<string, 'sha1' | 'sha256'> = new Map([
  ['HmacSHA1', 'sha1'],
  ['HmacSHA256', 'sha256'],
]);

/**
 * Verifies the older signature, which travels among the parameters of a query string or a form (docs/trtc.md 5.1).
 *
 * @returns whose key it is
 * @throws CloudApiError AuthFailure.* or MissingParameter
 */
export function verifyV1(
  request: SignedRequest,
  parameters: ReadonlyMap<string, string>,
  { apps, nowSeconds }: { apps: AppRegistry; nowSeconds: number },
): KeyHolder {
  for (const name of ['SecretId', 'Timestamp', 'Nonce', 'Signature'])
    if (!parameters.get(name))
      throw new CloudApiError('MissingParameter', `The parameter ${name} is missing.`);
  const hash = METHODS.get(parameters.get('SignatureMethod') ?? 'HmacSHA1');
  if (!hash)
    throw new CloudApiError('InvalidParameterValue', 'SignatureMethod must be HmacSHA1 or HmacSHA256.');
  const timestamp = parameters.get('Timestamp') ?? '';
  if (!/^\d{1,12}$/.test(timestamp))
    throw new CloudApiError('InvalidParameter', 'Timestamp must be the seconds since the epoch.');
  checkAge(Number(timestamp), nowSeconds);
  const holder = apps.findKey(parameters.get('SecretId') ?? '');
  if (!holder) throw new CloudApiError('AuthFailure.SecretIdNotFound', 'The SecretId is not known.');
  const pairs = [...parameters]
    .filter(([name]) => name !== 'Signature')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const given = parameters.get('Signature') ?? '';
  const matches = signedHosts(request).some((host) => {
    const text = `${request.method}${host}${request.path}?${pairs}`;
    return sameText(given, createHmac(hash, holder.secretKey).update(text).digest('base64'));
  });
  if (!matches)
    throw new CloudApiError('AuthFailure.SignatureFailure', 'The signature does not fit the request.');
  return holder;
}
