import { FakeClock } from '@rotunda/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppRegistry } from './apps.ts';
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

describe('ResumeTokens', () => {
  const clock = new FakeClock();
  const lifetimeMs = 3_600_000;
  const made = (secret: string): ResumeTokens =>
    new ResumeTokens({ secret: Buffer.from(secret), clock, lifetimeMs });
  const payload = {
    sessionId: 's-1',
    userId: '小明',
    key: { sdkAppId: 1_400_000_001, kind: 'string', id: 'room a' },
    scene: 1,
  } as const;

  it('reads what it issued, also another instance with the same key', () => {
    const token = made('the key of this server').issue(payload);
    expect(made('the key of this server').read(token)).toEqual({ ...payload, issuedAt: clock.now() });
    expect(token.length).toBeLessThan(400);
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
