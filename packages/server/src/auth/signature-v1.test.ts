import { CloudApiError } from '@rotunda/protocol/cloudapi';
import { describe, expect, it } from 'vitest';
import { AppRegistry } from './apps.ts';
import { verifyV1 } from './signature-v1.ts';

const nowSeconds = 1_700_000_000;
const apps = new AppRegistry([
  {
    sdkAppId: 1_400_000_001,
    secretKey: 'ticket key',
    cloudApi: [{ secretId: 'AKIDEXAMPLE', secretKey: 'SECRETEXAMPLE' }],
  },
]);
const parameters = {
  Action: 'DismissRoom',
  Nonce: '1',
  RoomId: '10000',
  SdkAppId: '1400000001',
  SecretId: 'AKIDEXAMPLE',
  Timestamp: String(nowSeconds),
  Version: '2019-07-22',
};
const sha1 = { ...parameters, Signature: 'R5y8xD4Tynf6PD3xjqcbfMTeZfk=' };
const sha256 = {
  ...parameters,
  SignatureMethod: 'HmacSHA256',
  Signature: 'EIFDrMC4T62uVh+tQ25+c8CE+vHgEgyvErXtPMMER1A=',
};

function codeOf(given: Record<string, string>, host = 'trtc.tencentcloudapi.com', now = nowSeconds): string {
  const request = { method: 'GET', path: '/', query: '', headers: { host }, body: Buffer.alloc(0) };
  try {
    verifyV1(request, new Map(Object.entries(given)), { apps, nowSeconds: now });
  } catch (error) {
    if (error instanceof CloudApiError) return error.code;
    throw error;
  }
  return 'ok';
}

describe('the older signature', () => {
  it('is taken by both hashes, whatever the order of the parameters', () => {
    expect(codeOf(sha1)).toBe('ok');
    expect(codeOf(sha256)).toBe('ok');
    expect(codeOf(Object.fromEntries(Object.entries(sha1).toReversed()))).toBe('ok');
    expect(codeOf({ ...sha1, SignatureMethod: 'HmacSHA1' })).toBe('AuthFailure.SignatureFailure');
  });

  it('may be without the port of the host', () => {
    expect(codeOf(sha1, 'trtc.tencentcloudapi.com:8080')).toBe('ok');
    expect(codeOf(sha1, 'elsewhere')).toBe('AuthFailure.SignatureFailure');
  });

  it.each([
    [{ ...sha1, RoomId: '10001' }, 'AuthFailure.SignatureFailure'],
    [{ ...sha1, Extra: '' }, 'AuthFailure.SignatureFailure'],
    [{ ...sha1, SecretId: 'AKIDOTHER' }, 'AuthFailure.SecretIdNotFound'],
    [{ ...sha1, Timestamp: 'today' }, 'InvalidParameter'],
    [{ ...sha1, SignatureMethod: 'HmacMD5' }, 'InvalidParameterValue'],
    [{ ...sha1, SignatureMethod: 'toString' }, 'InvalidParameterValue'],
    [{ ...sha1, Signature: '' }, 'MissingParameter'],
    [{ ...sha1, Nonce: '' }, 'MissingParameter'],
    [{ ...sha1, SecretId: '' }, 'MissingParameter'],
    [{ ...sha1, Timestamp: '' }, 'MissingParameter'],
  ])('%j: %s', (given, code) => {
    expect(codeOf(given)).toBe(code);
  });

  it('holds for five minutes either way', () => {
    const at = (offset: number): string => codeOf(sha1, undefined, nowSeconds + offset);
    expect([at(-301), at(-300), at(300), at(301)]).toEqual([
      'AuthFailure.SignatureExpire',
      'ok',
      'ok',
      'AuthFailure.SignatureExpire',
    ]);
  });
});
