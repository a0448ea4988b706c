import { FakeClock } from '@rotunda/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genPrivateMapKey } from '@rotunda/protocol/private-map-key';
import { AppRegistry } from './apps.ts';
import { Permission, Permissions } from './permissions.ts';
import { ResumeTokens } from './resume-token.ts';
import { Tickets } from './tickets.ts';

const pair = { secretId: 'AKID1', secretKey: 's1' };

describe('AppRegistry', () => {
  it('finds apps and keys, and lets one key pair act for several apps', () => {
    const apps = new AppRegistry([
      { sdkAppId: 1, secretKey: 'a', cloudApi: [pair] },
      { sdkAppId: 2, secretKey: 'b', cloudApi: [pair, { secretId: 'AKID2', secretKey: 's2' }] },
    ]);
    expect(apps.find(2)?.secretKey).toBe('b');
    expect(apps.find(3)).toBeUndefined();
    expect([...(apps.findKey('AKID1')?.sdkAppIds ?? [])]).toEqual([1, 2]);
    expect([...(apps.findKey('AKID2')?.sdkAppIds ?? [])]).toEqual([2]);
  });

  it('replaces key pairs, of some apps only', () => {
    const next = { secretId: 'AKID2', secretKey: 's2' };
    const apps = new AppRegistry([
      { sdkAppId: 1, secretKey: 'a', cloudApi: [pair] },
      { sdkAppId: 2, secretKey: 'b', cloudApi: [pair] },
    ]);
    apps.replaceKeys([{ sdkAppId: 1, cloudApi: [next] }]);
    expect([...(apps.findKey('AKID1')?.sdkAppIds ?? [])]).toEqual([2]);
    expect([...(apps.findKey('AKID2')?.sdkAppIds ?? [])]).toEqual([1]);
    expect(apps.find(1)).toEqual({ sdkAppId: 1, secretKey: 'a', cloudApi: [next] });
    apps.replaceKeys([{ sdkAppId: 2, cloudApi: [] }]);
    expect(apps.findKey('AKID1')).toBeUndefined();
  });

  it('changes nothing when a replacement contradicts itself or the rest', () => {
    const apps = new AppRegistry([
      { sdkAppId: 1, secretKey: 'a', cloudApi: [pair] },
      { sdkAppId: 2, secretKey: 'b', cloudApi: [pair] },
    ]);
    const other = { ...pair, secretKey: 'other' };
    expect(() => apps.replaceKeys([{ sdkAppId: 1, cloudApi: [other] }])).toThrow('AKID1');
    expect(() =>
      apps.replaceKeys([
        { sdkAppId: 1, cloudApi: [] },
        { sdkAppId: 3, cloudApi: [] },
      ]),
    ).toThrow('there is no SDKAppID 3');
    expect([...(apps.findKey('AKID1')?.sdkAppIds ?? [])]).toEqual([1, 2]);
    expect(apps.find(1)?.cloudApi).toEqual([pair]);
  });

  it('refuses contradictions', () => {
    const app = { sdkAppId: 1, secretKey: 'a', cloudApi: [pair] };
    expect(() => new AppRegistry([app, app])).toThrow('SDKAppID 1 is configured twice');
    const other = { sdkAppId: 2, secretKey: 'a', cloudApi: [{ ...pair, secretKey: 'other' }] };
    expect(() => new AppRegistry([app, other])).toThrow('AKID1');
  });
});

describe('Tickets', () => {
  it('lets in who has a ticket of a known app, and says why not otherwise', () => {
    const clock = new FakeClock();
    const apps = new AppRegistry([{ sdkAppId: 1, secretKey: 'a', cloudApi: [] }]);
    const tickets = new Tickets({ apps, clock });
    const { check } = tickets;
    const userSig = tickets.issue({ sdkAppId: 1, userId: 'alice', expireSeconds: 60 })!;
    expect(check({ sdkAppId: 1, userId: 'alice', userSig })).toBeNull();
    expect(check({ sdkAppId: 2, userId: 'alice', userSig })).toBe('ERR_APPID_UNKNOWN');
    expect(check({ sdkAppId: 1, userId: 'bob', userSig })).toBe('ERR_SIG_WRONG_USER');
    expect(check({ sdkAppId: 1, userId: 'alice', userSig: '' })).toBe('ERR_USER_SIG_INVALID');
    clock.advance(60_000);
    expect(check({ sdkAppId: 1, userId: 'alice', userSig })).toBe('ERR_SIG_EXPIRED');
    expect(tickets.issue({ sdkAppId: 2, userId: 'alice', expireSeconds: 60 })).toBeNull();
  });
});

describe('Permissions', () => {
  const clock = new FakeClock();
  const apps = new AppRegistry([
    { sdkAppId: 1, secretKey: 'a', cloudApi: [], privateMapKey: 'required' },
    { sdkAppId: 2, secretKey: 'b', cloudApi: [], privateMapKey: 'off' },
  ]);
  const permissions = new Permissions({ apps, clock });
  const key = { sdkAppId: 1, kind: 'number', id: '7' } as const;
  const alice = { sdkAppId: 1, secretKey: 'a', userId: 'alice', room: { roomId: 7 }, expireSeconds: 60 };
  const claim = (privileges: number) => ({
    key,
    userId: 'alice',
    privateMapKey: genPrivateMapKey({ ...alice, privileges, now: clock.now() }),
  });

  it('are what the ticket says as long as it lasts, and cannot be had without entering', () => {
    const given = claim(2 + 4 + 128);
    const permission = permissions.check(given);
    expect(permission).toMatchObject({ privileges: 134, ticket: given.privateMapKey, mayCreate: false });
    expect(() => permissions.check(claim(253))).toThrow('does not allow to enter');
    expect(() => permissions.check({ ...given, userId: 'bob' })).toThrow('another userId');
    expect(() => permissions.check({ ...given, key: { ...key, id: '8' } })).toThrow('another room');
    expect(() => permissions.check({ key, userId: 'alice' })).toThrow('requires privateMapKey');
    clock.advance(60_000);
    expect(() => permissions.check(given)).toThrow('has expired');
  });

  it('are all, whatever is shown, where no tickets are required', () => {
    expect(permissions.requiredBy(1)).toBe(true);
    expect(permissions.requiredBy(2)).toBe(false);
    for (const privateMapKey of [undefined, 'garbage'])
      expect(permissions.check({ key: { ...key, sdkAppId: 2 }, userId: 'alice', privateMapKey })).toBe(
        Permission.ALL,
      );
  });

  it.each([
    [1, ['create']],
    [2, []],
    [4, ['send audio']],
    [8, ['receive audio']],
    [16, ['send video']],
    [32, ['receive video']],
    [64, ['send sub']],
    [128, ['receive sub']],
    [254, ['send audio', 'send video', 'send sub', 'receive audio', 'receive video', 'receive sub', 'link']],
    [254 - 2, ['send audio', 'send video', 'send sub', 'receive audio', 'receive video', 'receive sub']],
  ])('of %i allow %j', (privileges, allowed) => {
    const permission = new Permission(privileges);
    const sources = ['audio', 'video', 'sub'] as const;
    expect([
      ...(permission.mayCreate ? ['create'] : []),
      ...sources.filter((source) => permission.maySend(source)).map((source) => `send ${source}`),
      ...sources.filter((source) => permission.mayReceive(source)).map((source) => `receive ${source}`),
      ...(permission.mayLink ? ['link'] : []),
    ]).toEqual(allowed);
  });
});

describe('ResumeTokens', () => {
  const clock = new FakeClock();
  const lifetimeMs = 3_600_000;
  const made = (secret: string): ResumeTokens =>
    new ResumeTokens({ secret: Buffer.from(secret), clock, lifetimeMs });
  const payload = {
    sessionId: 's-1',
    origin: 's-1',
    userId: '小明',
    key: { sdkAppId: 1_400_000_001, kind: 'string', id: 'room a' },
    scene: 1,
  } as const;

  it('reads what it issued, also another instance with the same key', () => {
    const token = made('the key of this server').issue(payload);
    expect(made('the key of this server').read(token)).toEqual({ ...payload, issuedAt: clock.now() });
    expect(token.length).toBeLessThan(400);
    const limited = made('the key of this server').issue({ ...payload, privileges: 42 });
    expect(made('the key of this server').read(limited)).toMatchObject({ privileges: 42 });
    const returned = made('the key of this server').issue({ ...payload, origin: 's-0' });
    expect(made('the key of this server').read(returned)).toMatchObject({ sessionId: 's-1', origin: 's-0' });
  });

  it('does not read what it issued too long ago', () => {
    const tokens = made('one');
    const token = tokens.issue(payload);
    clock.advance(lifetimeMs - 1);
    expect(tokens.read(token)).not.toBeNull();
    clock.advance(1);
    expect(tokens.read(token)).toBeNull();
  });

  it('does not read a changed, foreign or made-up token', () => {
    const tokens = made('one');
    const token = tokens.issue(payload);
    expect(made('two').read(token)).toBeNull();
    const [body = '', signature = ''] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ s: 'other' })).toString('base64url');
    for (const text of [
      '',
      '.',
      body,
      `${body}.`,
      `.${signature}`,
      `${forged}.${signature}`,
      `${token}.`,
      `${token}x`,
    ])
      expect(tokens.read(text)).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => tokens.read(text) === null));
  });
});
