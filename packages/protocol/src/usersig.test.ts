import { createRequire } from 'node:module';
import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genUserSig, readUserSig, verifyUserSig } from './usersig.ts';

interface OfficialGenerator {
  genUserSig(userId: string, expire: number): string;
  genPrivateMapKey(userId: string, expire: number, roomId: number, privileges: number): string;
}
const official: { Api: new (sdkAppId: number, key: string) => OfficialGenerator } = createRequire(
  import.meta.url,
)('tls-sig-api-v2');

const secretKey = '5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e';
const sdkAppId = 1_400_000_001;
const now = 1_700_000_000_000;
const nowSeconds = now / 1000;
const alice = { sdkAppId, secretKey, userId: 'alice', expireSeconds: 86_400, now };
const expected = { sdkAppId, secretKey, userId: 'alice', nowSeconds };

function encode(document: unknown): string {
  const base64 = deflateSync(JSON.stringify(document)).toString('base64');
  return base64.replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_');
}

function errorOf(ticket: string, change: Partial<typeof expected> = {}): string | null {
  const verdict = verifyUserSig(ticket, { ...expected, ...change });
  return verdict.ok ? null : verdict.error;
}

describe('genUserSig', () => {
  it('signs a plain ticket as the published generator does', () => {
    expect(readUserSig(genUserSig(alice))).toEqual({
      userId: 'alice',
      sdkAppId,
      time: nowSeconds,
      expire: 86_400,
      sig: '5erILjL2RgL0eIBZdzTvLd7kTpliTdfrIf7HGsfiRhw=',
    });
  });

  it.each([
    {
      kind: 'a numeric room',
      hex: '000005616c69636553724e010000271065554280000000ff00000000',
      base64: 'AAAFYWxpY2VTck4BAAAnEGVVQoAAAAD/AAAAAA==',
      sig: 'O+xSbYfLaQHfZgo/9GQV6HDCFA26PRzJMezU1X8+pgs=',
    },
    {
      kind: 'a string room',
      hex: '010005616c69636553724e0100000000655542800000002a000000000006726f6f6d2d61',
      base64: 'AQAFYWxpY2VTck4BAAAAAGVVQoAAAAAqAAAAAAAGcm9vbS1h',
      sig: 'UpswLmo7pGxKufg/jRqMJ9LQy10SZLG4uu9i+fByGSg=',
    },
  ])('signs the permission buffer of $kind', ({ hex, base64, sig }) => {
    const ticket = genUserSig({ ...alice, userBuf: Buffer.from(hex, 'hex') });
    expect(readUserSig(ticket)).toMatchObject({ userBuf: base64, sig });
    expect(verifyUserSig(ticket, expected).ok).toBe(true);
  });
});

describe('verifyUserSig', () => {
  it.each(['alice', 'user_1-x', '小明', 'a@b.c'])('accepts what tls-sig-api-v2 makes for %s', (userId) => {
    const generator = new official.Api(sdkAppId, secretKey);
    const live = { ...expected, userId, nowSeconds: Math.floor(Date.now() / 1000) };
    expect(verifyUserSig(generator.genUserSig(userId, 60), live)).toMatchObject({ ok: true });
    expect(verifyUserSig(generator.genPrivateMapKey(userId, 60, 10_000, 255), live)).toMatchObject({
      ok: true,
    });
  });

  it('names what is wrong: app, user, key, lifetime', () => {
    const ticket = genUserSig(alice);
    expect(errorOf(ticket)).toBeNull();
    expect(errorOf(ticket, { sdkAppId: 1_400_000_002 })).toBe('ERR_SIG_WRONG_APP');
    expect(errorOf(ticket, { userId: 'bob' })).toBe('ERR_SIG_WRONG_USER');
    expect(errorOf(ticket, { userId: 'Alice' })).toBe('ERR_SIG_WRONG_USER');
    expect(errorOf(ticket, { secretKey: 'other' })).toBe('ERR_SIG_WRONG_KEY');
    expect(errorOf(ticket, { nowSeconds: nowSeconds + 86_400 })).toBe('ERR_SIG_EXPIRED');
    expect(errorOf(ticket, { nowSeconds: nowSeconds + 86_399 })).toBeNull();
  });

  it('reports the app before the key, and the key before the lifetime', () => {
    const ticket = genUserSig({ ...alice, expireSeconds: -1 });
    expect(errorOf(ticket, { sdkAppId: 7, secretKey: 'other' })).toBe('ERR_SIG_WRONG_APP');
    expect(errorOf(ticket, { secretKey: 'other' })).toBe('ERR_SIG_WRONG_KEY');
    expect(errorOf(ticket)).toBe('ERR_SIG_EXPIRED');
  });

  it("allows for the issuer's clock, but not for a ticket of the far future", () => {
    expect(errorOf(genUserSig({ ...alice, now: now + 2_000 }))).toBeNull();
    expect(errorOf(genUserSig({ ...alice, now: now + 3_600_000 }))).toBe('ERR_SIG_EXPIRED');
  });

  it('goes by fields, not by bytes: another order and spacing of the JSON is the same ticket', () => {
    const { sig } = readUserSig(genUserSig(alice))!;
    const document = {
      'TLS.sig': sig,
      'TLS.expire': 86_400,
      'TLS.time': nowSeconds,
      'TLS.sdkappid': sdkAppId,
      'TLS.identifier': 'alice',
      'TLS.ver': '2.0',
    };
    expect(errorOf(encode(document))).toBeNull();
    expect(errorOf(encode({ ...document, 'TLS.expire': 86_401 }))).toBe('ERR_SIG_WRONG_KEY');
    expect(errorOf(encode({ ...document, 'TLS.userbuf': '' }))).toBe('ERR_SIG_WRONG_KEY');
    expect(errorOf(encode({ ...document, 'TLS.time': String(nowSeconds) }))).toBe('ERR_USER_SIG_INVALID');
    expect(errorOf(encode({ ...document, 'TLS.ver': '1.0' }))).toBe('ERR_USER_SIG_INVALID');
  });

  it('calls anything else unreadable, a decompression bomb included', () => {
    const bomb = encode({ 'TLS.ver': 'x'.repeat(1_000_000) });
    for (const ticket of ['', 'garbage', '=', 'eJw_', encode(null), encode([]), encode('text'), bomb])
      expect(errorOf(ticket)).toBe('ERR_USER_SIG_INVALID');
    fc.assert(fc.property(fc.string(), (text) => errorOf(text) === 'ERR_USER_SIG_INVALID'));
    fc.assert(fc.property(fc.jsonValue(), (value) => errorOf(encode(value)) === 'ERR_USER_SIG_INVALID'));
  });
});
