import { CloudApiError } from '@rotunda/protocol/cloudapi';
import { describe, expect, it } from 'vitest';
import { AppRegistry } from './apps.ts';
import type { SignedRequest } from './cloudapi-request.ts';
import { signTc3, verifyTc3 } from './tc3.ts';

const now = 1_700_000_000;
const key = { secretId: 'AKIDEXAMPLE', secretKey: 'SECRETEXAMPLE' };
const apps = new AppRegistry([{ sdkAppId: 1_400_000_001, secretKey: 'ticket key', cloudApi: [key] }]);
const by = { apps, nowSeconds: now, service: null };
const body = Buffer.from('{"SdkAppId":1400000001,"RoomId":10000,"UserIds":["alice"]}');
const host = 'trtc.tencentcloudapi.com';

function request(change: Partial<SignedRequest> = {}, headers: Record<string, string> = {}): SignedRequest {
  const signed = signTc3({ action: 'RemoveUser', version: '2019-07-22', host, body, key, nowSeconds: now });
  return { method: 'POST', path: '/', query: '', body, ...change, headers: { ...signed, ...headers } };
}

function codeOf(signed: SignedRequest, nowSeconds = now, service: string | null = null): string {
  try {
    verifyTc3(signed, { apps, nowSeconds, service });
  } catch (error) {
    if (error instanceof CloudApiError) return error.code;
    throw error;
  }
  return 'ok';
}

/** The header of the published vector, with one part replaced. */
function vector(signature: string): string {
  return `TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2023-11-14/trtc/tc3_request, SignedHeaders=content-type;host, Signature=${signature}`;
}

const PLAIN = 'ca2dc3f63d0517621ace50f26ce0145b0f7af4cc9962269b6e9fece00899b12c';
const CHARSET = '47e7d975b9aa483f57cb286573bfbeb9a7114a2664af33a1b0e6dac98824467e';

describe('TC3-HMAC-SHA256', () => {
  it('agrees with the published signatures, for both content types', () => {
    expect(request().headers['authorization']).toBe(vector(PLAIN));
    expect(codeOf(request({}, { authorization: vector(PLAIN) }))).toBe('ok');
    const charset = { 'content-type': 'application/json; charset=utf-8', authorization: vector(CHARSET) };
    expect(codeOf(request({}, charset))).toBe('ok');
  });

  it('returns the apps that the key pair acts for', () => {
    expect([...verifyTc3(request(), by).sdkAppIds]).toEqual([1_400_000_001]);
  });

  it('accepts a host that was signed without the port that the header carries', () => {
    expect(codeOf(request({}, { host: `${host}:8080` }))).toBe('ok');
    expect(codeOf(request({}, { host: 'elsewhere' }))).toBe('AuthFailure.SignatureFailure');
  });

  it.each([
    ['as sent', '2ac0d9ba0f90b5b753e1ce6095433837fcfb7473df4991d0654059e769451311', {}],
    ['in lower case', '2437247cf44411e2877dd7cb5612fc097618e0ccfc16ca4cfea94a135b09319a', {}],
    [
      'in lower case, but for the boundary',
      '7db9237ac99745750295ff9d6bc6b471bce2ef754d6e7283deb8d5fadb553c15',
      { 'content-type': 'multipart/form-data; boundary=AbC' },
    ],
  ])('takes further signed headers, their values %s', (_form, signature, headers) => {
    const authorization = vector(signature).replace('content-type;host', 'content-type;host;x-tc-action');
    expect(codeOf(request({}, { ...headers, authorization }))).toBe('ok');
    const other = { ...headers, authorization, 'x-tc-action': 'DismissRoom' };
    expect(codeOf(request({}, other))).toBe('AuthFailure.SignatureFailure');
  });

  it('takes the service from the credential scope', () => {
    const signature = 'f654717f2a675d4f1f6f21afd4cebbe82dcdb911354d9dbf5272f81e3f3e42df';
    const authorization = vector(signature).replace('/trtc/', '/localhost:8080/');
    expect(codeOf(request({}, { authorization }))).toBe('ok');
  });

  it('takes no other service than the one that is asked for', () => {
    expect(codeOf(request(), now, 'trtc')).toBe('ok');
    expect(codeOf(request(), now, 'rotunda')).toBe('AuthFailure.InvalidAuthorization');
    expect(() => verifyTc3(request(), { ...by, service: 'rotunda' })).toThrow(
      'The header Authorization must name the service rotunda in its credential scope.',
    );
  });

  it('verifies a GET over its query string', () => {
    const get = (query: string, authorization: string): SignedRequest =>
      request(
        { method: 'GET', body: Buffer.alloc(0), query },
        { 'content-type': 'application/x-www-form-urlencoded', authorization },
      );
    const signed = vector('a62ba0c5d15dfa4710446a75df9097412bcc662248a9c62bdd372d45ee58c775');
    expect(codeOf(get('RoomId=1', signed))).toBe('ok');
    expect(codeOf(get('RoomId=2', signed))).toBe('AuthFailure.SignatureFailure');
    expect(codeOf(get('RoomId=1', signed.replace('content-type;host', 'host')))).toBe(
      'AuthFailure.InvalidAuthorization',
    );
  });

  it('takes the date before midnight with a time that was rounded up to midnight', () => {
    const midnight = Date.UTC(2023, 10, 15) / 1000;
    const headers = (at: number): Record<string, string> =>
      signTc3({ action: 'RemoveUser', version: '2019-07-22', host, body, key, nowSeconds: at });
    const early = headers(midnight - 1);
    expect(early.authorization).toContain('/2023-11-14/');
    const stamped = { ...early, 'x-tc-timestamp': String(midnight) };
    // The signature is over the other timestamp, so it is that, and not the date, which does not fit.
    expect(() => verifyTc3(request({}, stamped), { ...by, nowSeconds: midnight })).toThrow(
      'The signature does not fit',
    );
    const late = { ...early, 'x-tc-timestamp': String(midnight + 1) };
    expect(() => verifyTc3(request({}, late), { ...by, nowSeconds: midnight })).toThrow(
      'The date of the credential scope',
    );
  });

  it('refuses a changed body, method, path, query, content type or key', () => {
    const failure = 'AuthFailure.SignatureFailure';
    expect(codeOf(request({ body: Buffer.from('{}') }))).toBe(failure);
    expect(codeOf(request({ path: '/x' }))).toBe(failure);
    expect(codeOf(request({ query: 'a=1' }))).toBe(failure);
    expect(codeOf(request({ method: 'GET' }))).toBe(failure);
    expect(codeOf(request({}, { 'content-type': 'text/plain' }))).toBe(failure);
    expect(codeOf(request({}, { 'x-tc-timestamp': String(now + 1) }))).toBe(failure);
    const other = new AppRegistry([
      { sdkAppId: 1, secretKey: 'k', cloudApi: [{ ...key, secretKey: 'other' }] },
    ]);
    expect(() => verifyTc3(request(), { ...by, apps: other })).toThrow(CloudApiError);
  });

  it('allows five minutes either way, not a second more', () => {
    expect(codeOf(request(), now + 300)).toBe('ok');
    expect(codeOf(request(), now - 300)).toBe('ok');
    expect(codeOf(request(), now + 301)).toBe('AuthFailure.SignatureExpire');
    expect(codeOf(request(), now - 301)).toBe('AuthFailure.SignatureExpire');
  });

  it.each([
    ['', 'AuthFailure.InvalidAuthorization'],
    ['SKIP', 'AuthFailure.InvalidAuthorization'],
    ['Bearer x', 'AuthFailure.InvalidAuthorization'],
    [vector('nothex'), 'AuthFailure.InvalidAuthorization'],
    [vector(PLAIN).replace('content-type;host', 'content-type'), 'AuthFailure.InvalidAuthorization'],
    [vector(PLAIN).replace('content-type;host', 'host'), 'AuthFailure.InvalidAuthorization'],
    [vector(PLAIN).replace('AKIDEXAMPLE', 'AKIDOTHER'), 'AuthFailure.SecretIdNotFound'],
    [vector(PLAIN).replace('2023-11-14', '2023-11-15'), 'AuthFailure.SignatureFailure'],
    [vector(PLAIN).replace('trtc/', 'cvm/'), 'AuthFailure.SignatureFailure'],
  ])('Authorization %j: %s', (authorization, code) => {
    expect(codeOf(request({}, { authorization }))).toBe(code);
  });

  it('names a missing or unreadable timestamp', () => {
    expect(codeOf(request({}, { 'x-tc-timestamp': '' }))).toBe('MissingParameter');
    expect(codeOf(request({}, { 'x-tc-timestamp': 'today' }))).toBe('InvalidParameter');
  });
});
