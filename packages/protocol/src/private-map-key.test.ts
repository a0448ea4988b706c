import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roomKey, type RoomName } from './ids.ts';
import {
  ALL_PRIVILEGES,
  PRIVILEGES,
  decodePermissionBuffer,
  encodePermissionBuffer,
  genPrivateMapKey,
  verifyPrivateMapKey,
} from './private-map-key.ts';
import { genUserSig, readUserSig } from './usersig.ts';

interface OfficialGenerator {
  genPrivateMapKey(userId: string, expire: number, roomId: number, privileges: number): string;
  genPrivateMapKeyWithStringRoomID(userId: string, expire: number, room: string, privileges: number): string;
}
const official: { Api: new (sdkAppId: number, key: string) => OfficialGenerator } = createRequire(
  import.meta.url,
)('tls-sig-api-v2');

const secretKey = '5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e';
const sdkAppId = 1_400_000_001;
const now = 1_700_000_000_000;
const nowSeconds = now / 1000;
const numeric = { roomId: 10_000 };
const text = { strRoomId: 'room-a' };
const alice = { sdkAppId, secretKey, userId: 'alice', expireSeconds: 86_400, now, room: numeric };
const expected = { sdkAppId, secretKey, userId: 'alice', nowSeconds, key: roomKey(sdkAppId, numeric) };

/** What the unmodified generator of TRTC was seen to write, with its clock at `now`. */
const VECTORS = [
  {
    kind: 'a numeric room',
    room: numeric,
    privileges: 255,
    hex: '000005616c69636553724e010000271065554280000000ff00000000',
    sig: 'O+xSbYfLaQHfZgo/9GQV6HDCFA26PRzJMezU1X8+pgs=',
  },
  {
    kind: 'a string room',
    room: text,
    privileges: 42,
    hex: '010005616c69636553724e0100000000655542800000002a000000000006726f6f6d2d61',
    sig: 'UpswLmo7pGxKufg/jRqMJ9LQy10SZLG4uu9i+fByGSg=',
  },
] as const;

function messageOf(ticket: string, change: Partial<typeof expected> = {}): string | null {
  const verdict = verifyPrivateMapKey(ticket, { ...expected, ...change });
  return verdict.ok ? null : verdict.message;
}

describe('the permission buffer', () => {
  it.each(VECTORS)('of $kind has the layout of the published generator', ({ room, privileges, hex, sig }) => {
    const bytes = Buffer.from(hex, 'hex');
    const decoded = decodePermissionBuffer(bytes);
    expect(decoded).toEqual({
      account: Buffer.from('alice'),
      sdkAppId,
      room,
      expiresAt: nowSeconds + 86_400,
      privileges,
      accountType: 0,
    });
    expect(Buffer.from(encodePermissionBuffer(decoded!))).toEqual(bytes);
    const fields = readUserSig(genPrivateMapKey({ ...alice, room, privileges }));
    expect(fields).toMatchObject({ userBuf: bytes.toString('base64'), sig });
  });

  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
  const room: fc.Arbitrary<RoomName> = fc.oneof(
    fc.record({ roomId: fc.integer({ min: 1, max: 0xffff_fffe }) }),
    fc.record({ strRoomId: fc.string({ unit: 'grapheme', maxLength: 70 }) }),
  );
  const buffer = fc.record({
    account: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    sdkAppId: u32,
    room,
    expiresAt: u32,
    privileges: u32,
    accountType: u32,
  });

  it('is read as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(buffer, (fields) => {
        expect(decodePermissionBuffer(encodePermissionBuffer(fields))).toEqual(fields);
      }),
    );
  });

  it('is not read when it is shorter or longer than it says', () => {
    fc.assert(
      fc.property(buffer, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), (fields, at, more) => {
        const bytes = encodePermissionBuffer(fields);
        expect(decodePermissionBuffer(bytes.subarray(0, at % bytes.length))).toBeNull();
        expect(decodePermissionBuffer(Buffer.concat([bytes, more]))).toBeNull();
      }),
    );
  });

  it('never reads past its end, whatever lengths it claims', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 80 }), (bytes, beyond) => {
        // The same bytes within a larger store: what lies behind them must not count.
        const store = Buffer.concat([Buffer.from('before'), bytes, beyond]);
        const within = store.subarray(6, 6 + bytes.length);
        const decoded = decodePermissionBuffer(within);
        expect(decoded).toEqual(decodePermissionBuffer(bytes));
        if (decoded) expect(Buffer.from(encodePermissionBuffer(decoded)).length).toBeLessThanOrEqual(243);
      }),
    );
    const liar = Buffer.from(VECTORS[0].hex, 'hex');
    for (const length of [0, 4, 6, 0xfff0, 0xffff]) {
      liar.writeUInt16BE(length, 1);
      expect(decodePermissionBuffer(liar), `an account of ${length} bytes`).toBeNull();
    }
    const text = Buffer.from(VECTORS[1].hex, 'hex');
    for (const length of [0, 5, 7, 0xffff]) {
      text.writeUInt16BE(length, text.length - 8);
      expect(decodePermissionBuffer(text), `a room of ${length} bytes`).toBeNull();
    }
  });

  it('has no third version, and no room 0', () => {
    const bytes = Buffer.from(VECTORS[0].hex, 'hex');
    bytes.writeUInt8(2, 0);
    expect(decodePermissionBuffer(bytes)).toBeNull();
    const nowhere = Buffer.from(VECTORS[0].hex.replace('00002710', '00000000'), 'hex');
    expect(decodePermissionBuffer(nowhere)).toBeNull();
  });

  it('is not written with what does not fit', () => {
    const fields = decodePermissionBuffer(Buffer.from(VECTORS[0].hex, 'hex'))!;
    for (const change of [
      { account: Buffer.alloc(0x1_0000) },
      { room: { strRoomId: 'x'.repeat(0x1_0000) } },
      { privileges: -1 },
      { expiresAt: 0x1_0000_0000 },
    ])
      expect(() => encodePermissionBuffer({ ...fields, ...change })).toThrow(RangeError);
  });
});

describe('verifyPrivateMapKey', () => {
  it.each(['alice', 'user_1-x', '小明', 'zoë'])('accepts what tls-sig-api-v2 makes for %s', (userId) => {
    const generator = new official.Api(sdkAppId, secretKey);
    const live = { ...expected, userId, nowSeconds: Math.floor(Date.now() / 1000) };
    const forNumber = generator.genPrivateMapKey(userId, 60, numeric.roomId, 255);
    expect(verifyPrivateMapKey(forNumber, live)).toEqual({ ok: true, privileges: 255 });
    const forText = generator.genPrivateMapKeyWithStringRoomID(userId, 60, text.strRoomId, 42);
    const key = roomKey(sdkAppId, text);
    expect(verifyPrivateMapKey(forText, { ...live, key })).toEqual({ ok: true, privileges: 42 });
    expect(messageOf(forText, live)).toContain('another room');
    expect(messageOf(forText, { ...live, key, nowSeconds: live.nowSeconds + 61 })).toContain('expired');
  });

  it.each([0, 1, 42, 255, 0xffff_ffff])('tells the privileges %i as they are', (privileges) => {
    const ticket = genPrivateMapKey({ ...alice, privileges });
    expect(verifyPrivateMapKey(ticket, expected)).toEqual({ ok: true, privileges });
  });

  it('names what is wrong: app, user, key, room, either end of its life', () => {
    const ticket = genPrivateMapKey({ ...alice, privileges: ALL_PRIVILEGES });
    expect(messageOf(ticket)).toBeNull();
    expect(messageOf(ticket, { sdkAppId: 7 })).toBe('privateMapKey belongs to another sdkAppId');
    expect(messageOf(ticket, { userId: 'bob' })).toBe('privateMapKey belongs to another userId');
    expect(messageOf(ticket, { secretKey: 'other' })).toBe(
      'privateMapKey was signed with another secret key',
    );
    for (const room of [{ roomId: 10_001 }, { strRoomId: '10000' }]) {
      const key = roomKey(sdkAppId, room);
      expect(messageOf(ticket, { key })).toBe('privateMapKey belongs to another room');
    }
    expect(messageOf(ticket, { nowSeconds: nowSeconds + 86_399 })).toBeNull();
    expect(messageOf(ticket, { nowSeconds: nowSeconds + 86_400 })).toContain('privateMapKey has expired');
    expect(messageOf('garbage')).toContain('privateMapKey is missing or unreadable');
  });

  it('believes the buffer no more than the ticket around it', () => {
    const fields = decodePermissionBuffer(Buffer.from(VECTORS[0].hex, 'hex'))!;
    const around = (change: Partial<typeof fields>): string =>
      genUserSig({ ...alice, userBuf: encodePermissionBuffer({ ...fields, ...change }) });
    expect(messageOf(around({}))).toBeNull();
    expect(messageOf(around({ sdkAppId: 7 }))).toContain('another sdkAppId');
    expect(messageOf(around({ account: Buffer.from('bob') }))).toContain('another userId');
    expect(messageOf(around({ expiresAt: nowSeconds }))).toContain('expired');
    expect(messageOf(genUserSig(alice)), 'a plain userSig').toContain('no permissions');
    expect(messageOf(genUserSig({ ...alice, userBuf: Buffer.from([9]) }))).toContain('no permissions');
  });

  it('refuses anything else, whatever the buffer that was signed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (userBuf) => {
        expect(messageOf(genUserSig({ ...alice, userBuf }))).toMatch(/^privateMapKey /);
      }),
    );
    fc.assert(fc.property(fc.string(), (ticket) => messageOf(ticket) !== null));
  });
});

it('has one bit for each privilege', () => {
  expect(Object.values(PRIVILEGES)).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
  expect(Object.values(PRIVILEGES).reduce((sum, bit) => sum + bit, 0)).toBe(ALL_PRIVILEGES);
});
