import { CloudApiError } from '@rotunda/protocol/cloudapi';
import { describe, expect, it } from 'vitest';
import { AppRegistry } from './apps.ts';
import type { SignedRequest } from './cloudapi-request.ts';
import { signTc3, verifyTc3 } from './tc3.ts';

const now = 1_700_000_000;
const key = { secretId: 'AKIDEXAMPLE', secretKey: 'SECRETEXAMPLE' };
const apps = new AppRegistry([{ sdkAppId: 1_400_000_001, secretKey: 'ticket key', cloudApi: [key] }]);
const body = Buffer.from('{"SdkAppId":1400000001,"RoomId":10000,"UserIds":["alice"]}');
const host = 'trtc.tencentcloudapi.com';

function request(change: Partial<SignedRequest> = {}, headers: Record<string, string> = {}): SignedRequest {
  const signed = signTc3({ action: 'RemoveUser', version: '2019-07-22', host, body, key, nowSeconds: now });
  return { method: 'POST', path: '/', query: '', body, ...change, headers: { ...signed, ...headers } };
}

function codeOf(signed: SignedRequest, nowSeconds = now): string {
  try {
    verifyTc3(signed, apps, nowSeconds);
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
    expect([...verifyTc3(request(), apps, now).sdkAppIds]).toEqual([1_400_000_001]);
  });

  it('accepts a host that was signed without the port that the header carries', () => {
    expect(codeOf(request({}, { host: `${host}:8080` }))).toBe('ok');
    expect(codeOf(request({}, { host: 'elsewhere' }))).toBe('AuthFailure.SignatureFailure');
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
    expect(() => verifyTc3(request(), other, now)).toThrow(CloudApiError);
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
