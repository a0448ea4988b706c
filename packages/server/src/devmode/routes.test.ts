import { silentLog, systemClock } from '@rotunda/base';
import { DEFAULT_TIMERS, roomKey, roomKeyText } from '@rotunda/protocol';
import { verifyPrivateMapKey } from '@rotunda/protocol/private-map-key';
import { verifyUserSig } from '@rotunda/protocol/usersig';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppRegistry } from '../auth/apps.ts';
import { Permissions } from '../auth/permissions.ts';
import { Tickets } from '../auth/tickets.ts';
import { CloudApi } from '../cloudapi/cloud-api.ts';
import { NO_PAST } from '../cloudapi/past.contract.ts';
import { RateLimiter } from '../cloudapi/rate-limiter.ts';
import { devModeRoutes } from './routes.ts';

const sdkAppId = 1_400_000_001;
const apps = new AppRegistry([
  { sdkAppId, secretKey: 'k', cloudApi: [{ secretId: 'AKID1', secretKey: 's' }] },
  {
    sdkAppId: 7,
    secretKey: 'k7',
    cloudApi: [{ secretId: 'AKID7', secretKey: 's7' }],
    privateMapKey: 'required',
  },
]);
const dismissed: string[] = [];
let app: FastifyInstance;
let url: string;

beforeAll(async () => {
  const cloudApi = new CloudApi({
    apps,
    membership: {
      removeUsers: async () => ({ ok: false, refusal: 'roomNotExist' }),
      dismiss: async (key) => {
        dismissed.push(roomKeyText(key));
        return { ok: true, sessionIds: [] };
      },
    },
    told: { waitUntilTold: async () => undefined },
    userBlocks: { set: async () => ({ ok: false, refusal: 'roomNotExist' }) },
    ...NO_PAST,
    timers: DEFAULT_TIMERS,
    limiter: new RateLimiter({ perSecond: 20, clock: systemClock }),
    clock: systemClock,
    log: silentLog,
  });
  app = Fastify();
  const tickets = new Tickets({ apps, clock: systemClock });
  const permissions = new Permissions({ apps, clock: systemClock });
  await app.register(devModeRoutes({ apps, tickets, permissions, cloudApi, clock: systemClock }));
  app.get('/', () => 'the page');
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => app.close());

async function call(action: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/dev/cloudapi/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

describe('GET /dev/usersig', () => {
  it.each([
    { query: 'userId=alice', id: sdkAppId, secretKey: 'k' },
    { query: 'userId=alice&sdkAppId=7', id: 7, secretKey: 'k7' },
  ])('makes a ticket for $query', async ({ query, id, secretKey }) => {
    const response = await fetch(`${url}/dev/usersig?${query}`);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
    const made: { sdkAppId: number; userId: string; userSig: string } = await response.json();
    expect(made).toMatchObject({ sdkAppId: id, userId: 'alice' });
    const nowSeconds = Date.now() / 1000;
    expect(verifyUserSig(made.userSig, { sdkAppId: id, userId: 'alice', secretKey, nowSeconds }).ok).toBe(
      true,
    );
  });

  it.each([
    ['roomId=5', { roomId: 5 }],
    ['strRoomId=a%20room', { strRoomId: 'a room' }],
  ])('makes a permission ticket for %s where one is required', async (query, room) => {
    const ask = async (sdkApp: number, more: string): Promise<{ privateMapKey?: string }> =>
      (await fetch(`${url}/dev/usersig?userId=alice&sdkAppId=${sdkApp}&${more}`)).json() as never;
    const { privateMapKey = '' } = await ask(7, query);
    const expected = { sdkAppId: 7, userId: 'alice', secretKey: 'k7', nowSeconds: Date.now() / 1000 };
    expect(verifyPrivateMapKey(privateMapKey, { ...expected, key: roomKey(7, room) })).toEqual({
      ok: true,
      privileges: 255,
    });
    expect(await ask(7, '')).not.toHaveProperty('privateMapKey');
    expect(await ask(7, 'roomId=0')).not.toHaveProperty('privateMapKey');
    expect(await ask(sdkAppId, query)).not.toHaveProperty('privateMapKey');
  });

  it('says what is wrong with a request', async () => {
    expect((await fetch(`${url}/dev/usersig`)).status).toBe(400);
    expect((await fetch(`${url}/dev/usersig?userId=a&sdkAppId=x`)).status).toBe(400);
    expect((await fetch(`${url}/dev/usersig?userId=a&sdkAppId=8`)).status).toBe(404);
  });
});

describe('POST /dev/cloudapi/{Action}', () => {
  it('signs for the app of the body and runs the real thing', async () => {
    expect(await call('DismissRoom', { SdkAppId: 7, RoomId: 5 })).toEqual({
      Response: { RequestId: expect.any(String) },
    });
    await call('DismissRoom', { RoomId: 5 });
    expect(dismissed).toEqual(['7/number/5', `${sdkAppId}/number/5`]);
    expect(await call('DismissRoom', { SdkAppId: 8, RoomId: 5 })).toMatchObject({
      Response: { Error: { Code: 'UnauthorizedOperation.SdkAppId' } },
    });
    expect(await call('MakeCoffee', {})).toMatchObject({ Response: { Error: { Code: 'InvalidAction' } } });
  });
});

describe('the guard', () => {
  const status = async (headers: Record<string, string>, remoteAddress = '127.0.0.1'): Promise<number> => {
    const response = await app.inject({ url: '/dev/usersig?userId=a', headers, remoteAddress });
    return response.statusCode;
  };

  it.each(['localhost:8080', '127.0.0.1:8080', '127.1.2.3', '[::1]:8080', 'LOCALHOST'])(
    'lets %s through',
    async (host) => {
      expect(await status({ host })).toBe(200);
      expect(await status({ host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toBe(200);
    },
  );

  it.each([
    { host: 'evil.example' },
    { host: '127.0.0.1.evil.example' },
    { host: 'localhost.evil.example:8080' },
    { host: '192.168.0.7:8080' },
    { host: 'localhost', forwarded: 'for=1.2.3.4' },
    { host: 'localhost', 'x-forwarded-for': '1.2.3.4' },
    { host: 'localhost', origin: 'http://evil.example' },
    { host: 'localhost:8080', origin: 'http://localhost:3000' },
    { host: 'localhost', origin: 'null' },
    { host: 'localhost', 'sec-fetch-site': 'cross-site' },
    { host: 'localhost', 'sec-fetch-site': 'same-site' },
  ])('refuses %j', async (headers) => {
    expect(await status({ ...headers })).toBe(403);
  });

  it('refuses another machine that claims to be localhost, and guards nothing else', async () => {
    expect(await status({ host: 'localhost' }, '10.0.0.9')).toBe(403);
    expect(await status({ host: 'localhost' }, '::ffff:127.0.0.1')).toBe(200);
    const page = await app.inject({ url: '/', headers: { host: 'evil.example' } });
    expect(page.body).toBe('the page');
  });
});
