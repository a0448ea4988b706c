import { createRequire } from 'node:module';
import { roomKey } from '@rotunda/protocol';
import { PRIVILEGES, verifyPrivateMapKey } from '@rotunda/protocol/private-map-key';
import { readUserSig, verifyUserSig } from '@rotunda/protocol/usersig';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { genPrivateMapKey, genUserSig } from './tickets.ts';

interface OfficialGenerator {
  genUserSig(userId: string, expire: number): string;
  genPrivateMapKey(userId: string, expire: number, roomId: number, privileges: number): string;
  genPrivateMapKeyWithStringRoomID(userId: string, expire: number, room: string, privileges: number): string;
}
const official: { Api: new (sdkAppId: number, key: string) => OfficialGenerator } = createRequire(
  import.meta.url,
)('tls-sig-api-v2');

const now = 1_700_000_000_000;
const app = { sdkAppId: 1_400_000_001, secretKey: 'the secret key of the application' };
const alice = { ...app, userId: 'alice' };
const expected = { ...alice, nowSeconds: now / 1_000 };
const tencent = new official.Api(app.sdkAppId, app.secretKey);

afterEach(() => vi.useRealTimers());

/** What Tencent's own library makes of the same at the same time. */
function officially(make: () => string): ReturnType<typeof readUserSig> {
  vi.useFakeTimers({ toFake: ['Date'], now });
  return readUserSig(make());
}

describe('a UserSig', () => {
  it("says what that of Tencent's library says, with the same signature", () => {
    const ours = genUserSig({ ...alice, expireSeconds: 3_600, now });
    expect(readUserSig(ours)).toEqual(officially(() => tencent.genUserSig('alice', 3_600)));
    expect(verifyUserSig(ours, expected).ok).toBe(true);
  });

  it('holds for a day from now on if nothing else is said', () => {
    vi.useFakeTimers({ toFake: ['Date'], now });
    expect(readUserSig(genUserSig(alice))).toMatchObject({ time: now / 1_000, expire: 86_400 });
  });

  it.each([
    [{ sdkAppId: 0 }, /sdkAppId/],
    [{ sdkAppId: '1' as unknown as number }, /sdkAppId/],
    [{ secretKey: '' }, /secretKey/],
    [{ secretKey: undefined as unknown as string }, /secretKey/],
    [{ userId: '' }, /userId/],
    [{ expireSeconds: 0 }, /expireSeconds/],
    [{ expireSeconds: 1.5 }, /expireSeconds/],
    [{ expireSeconds: 2 ** 31 }, /expireSeconds/],
  ])('is not made of %j', (change, message) => {
    expect(() => genUserSig({ ...alice, ...change })).toThrow(TypeError);
    expect(() => genUserSig({ ...alice, ...change })).toThrow(message);
  });
});

describe('a permission ticket', () => {
  it("says what that of Tencent's library says, for a room of either kind", () => {
    const options = { ...alice, expireSeconds: 3_600, now };
    const watch = ['enterRoom', 'receiveAudio', 'receiveVideo'] as const;
    expect(readUserSig(genPrivateMapKey({ ...options, room: 100, privileges: watch }))).toEqual(
      officially(() => tencent.genPrivateMapKey('alice', 3_600, 100, 42)),
    );
    expect(readUserSig(genPrivateMapKey({ ...options, room: '100' }))).toEqual(
      officially(() => tencent.genPrivateMapKeyWithStringRoomID('alice', 3_600, '100', 255)),
    );
  });

  it('allows what is named, everything if nothing is, and nothing if the list is empty', () => {
    const privilegesOf = (privileges?: readonly (keyof typeof PRIVILEGES)[]): unknown => {
      const ticket = genPrivateMapKey({ ...alice, now, room: 100, ...(privileges && { privileges }) });
      const verdict = verifyPrivateMapKey(ticket, {
        ...expected,
        key: roomKey(app.sdkAppId, { roomId: 100 }),
      });
      return verdict.ok && verdict.privileges;
    };
    expect(privilegesOf()).toBe(255);
    expect(privilegesOf([])).toBe(0);
    for (const name of Object.keys(PRIVILEGES) as (keyof typeof PRIVILEGES)[])
      expect(privilegesOf([name, name])).toBe(PRIVILEGES[name]);
  });

  it.each([
    [{ room: 0 }, /room/],
    [{ room: '' }, /room/],
    [{ room: 'ä' }, /room/],
    [{ room: 1, privileges: ['fly' as 'enterRoom'] }, /privileges may be createRoom, .* not fly/],
  ])('is not made of %j', (change, message) => {
    expect(() => genPrivateMapKey({ ...alice, ...change })).toThrow(message);
  });
});
