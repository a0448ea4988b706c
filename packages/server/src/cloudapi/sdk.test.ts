import { createDeferred, silentLog, systemClock } from '@rotunda/base';
import { DEFAULT_TIMERS, roomKeyText, type RoomKey } from '@rotunda/protocol';
import Fastify, { type FastifyInstance } from 'fastify';
import { v20190722 as sdk } from 'tencentcloud-sdk-nodejs/tencentcloud/services/trtc/v20190722/index.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppRegistry } from '../auth/apps.ts';
import { RoomLogUnavailableError } from '../roomlog/port.ts';
import type { EvictOutcome } from '../roomlog/membership-port.ts';
import { CloudApi, type CloudApiContext } from './cloud-api.ts';
import { cloudApiRoutes } from './routes.ts';

const SdkAppId = 1_400_000_001;
const credential = { secretId: 'AKIDtest', secretKey: 'secret' };
const apps = new AppRegistry([
  { sdkAppId: SdkAppId, secretKey: 'k', cloudApi: [credential] },
  { sdkAppId: 1_400_000_002, secretKey: 'k', cloudApi: [{ secretId: 'AKIDother', secretKey: 'other' }] },
]);

/** Rooms as sets of users; a user's session id is its name with a prefix. */
class Rooms implements Pick<CloudApiContext, 'membership' | 'told'> {
  readonly users = new Map<string, Set<string>>();
  readonly waitedFor: string[] = [];
  told = { waitUntilTold: (ids: readonly string[]) => this.waitUntilTold(ids) };
  membership = {
    removeUsers: (key: RoomKey, userIds: readonly string[]) =>
      this.evict(key, (user) => userIds.includes(user)),
    dismiss: (key: RoomKey) => this.evict(key, () => true),
  };

  async waitUntilTold(ids: readonly string[]): Promise<void> {
    this.waitedFor.push(...ids);
  }

  async evict(key: RoomKey, hit: (user: string) => boolean): Promise<EvictOutcome> {
    const room = this.users.get(roomKeyText(key));
    if (!room || room.size === 0) return { ok: false, refusal: 'roomNotExist' };
    const gone = [...room].filter(hit);
    for (const user of gone) room.delete(user);
    return { ok: true, sessionIds: gone.map((user) => `s-${user}`) };
  }
}

let rooms: Rooms;
let app: FastifyInstance;
let endpoint: string;
const samples: string[] = [];

beforeEach(async () => {
  rooms = new Rooms();
  rooms.users.set(`${SdkAppId}/number/10000`, new Set(['alice', 'bob', 'carol']));
  rooms.users.set(`${SdkAppId}/string/10000`, new Set(['dora']));
  samples.length = 0;
  const cloudApi = new CloudApi({
    apps,
    membership: {
      removeUsers: (key, userIds) => rooms.membership.removeUsers(key, userIds),
      dismiss: (key) => rooms.membership.dismiss(key),
    },
    told: { waitUntilTold: (ids) => rooms.told.waitUntilTold(ids) },
    timers: DEFAULT_TIMERS,
    clock: systemClock,
    log: silentLog,
    metrics: { cloudApiRequest: ({ action, code }) => void samples.push(`${action} ${code}`) },
  });
  app = Fastify();
  await app.register(cloudApiRoutes(cloudApi));
  app.get('/', () => 'the page');
  endpoint = (await app.listen({ host: '127.0.0.1', port: 0 })).replace('http://', '');
});

afterEach(() => app.close());

function client(
  options: { key?: typeof credential; httpProfile?: object; signMethod?: 'HmacSHA1' | 'HmacSHA256' } = {},
): InstanceType<typeof sdk.Client> {
  const { key = credential, signMethod } = options;
  return new sdk.Client({
    credential: key,
    region: 'ap-guangzhou',
    profile: {
      ...(signMethod && { signMethod }),
      httpProfile: { protocol: 'http://', endpoint, ...options.httpProfile },
    },
  });
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

describe('the official Node SDK', () => {
  it('removes users and dismisses rooms, numeric and string rooms apart', async () => {
    const answer = await client().RemoveUser({ SdkAppId, RoomId: 10_000, UserIds: ['alice', 'nobody'] });
    expect(answer.RequestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(rooms.waitedFor).toEqual(['s-alice']);
    expect(rooms.users.get(`${SdkAppId}/string/10000`)).toEqual(new Set(['dora']));
    await client().RemoveUserByStrRoomId({ SdkAppId, RoomId: '10000', UserIds: ['dora'] });
    await client().DismissRoom({ SdkAppId, RoomId: 10_000 });
    expect(rooms.waitedFor).toEqual(['s-alice', 's-dora', 's-bob', 's-carol']);
    expect(await codeOf(client().DismissRoomByStrRoomId({ SdkAppId, RoomId: '10000' }))).toBe(
      'FailedOperation.RoomNotExist',
    );
    expect(samples).toContain('DismissRoomByStrRoomId FailedOperation.RoomNotExist');
    expect(samples).toContain('RemoveUser OK');
  });

  it.each([
    { name: 'TC3 by GET', options: { httpProfile: { reqMethod: 'GET' } } },
    { name: 'HmacSHA256 by POST form', options: { signMethod: 'HmacSHA256' as const } },
    {
      name: 'HmacSHA1 by GET',
      options: { signMethod: 'HmacSHA1' as const, httpProfile: { reqMethod: 'GET' } },
    },
  ])('also signs as $name', async ({ options }) => {
    await client(options).RemoveUser({ SdkAppId, RoomId: 10_000, UserIds: ['alice', 'bob'] });
    expect(rooms.waitedFor).toEqual(['s-alice', 's-bob']);
    const wrong = client({ ...options, key: { ...credential, secretKey: 'x' } });
    expect(await codeOf(wrong.DismissRoom({ SdkAppId, RoomId: 10_000 }))).toBe(
      'AuthFailure.SignatureFailure',
    );
  });

  it('gets an answer only after the victims were told', async () => {
    const gate = createDeferred();
    const asked = createDeferred();
    rooms.told.waitUntilTold = () => {
      asked.resolve();
      return gate.promise;
    };
    let answered = false;
    const call = client()
      .DismissRoom({ SdkAppId, RoomId: 10_000 })
      .then(() => (answered = true));
    await asked.promise;
    expect(rooms.users.get(`${SdkAppId}/number/10000`)?.size).toBe(0);
    expect(answered).toBe(false);
    gate.resolve();
    await call;
  });

  it('gets the documented code for what is wrong', async () => {
    const good = { SdkAppId, RoomId: 10_000, UserIds: ['alice'] };
    const code = (request: object): Promise<string> =>
      codeOf(client().request('RemoveUser', { ...good, ...request }));
    expect(await code({ RoomId: null })).toBe('MissingParameter.RoomId');
    expect(await code({ RoomId: '10000' })).toBe('InvalidParameter.RoomId');
    expect(await code({ RoomId: 0 })).toBe('InvalidParameterValue.RoomId');
    expect(await code({ UserIds: Array.from({ length: 11 }, (_, i) => `u${i}`) })).toBe(
      'InvalidParameter.UserIds',
    );
    expect(await code({ SdkAppId: 1_400_000_002 })).toBe('UnauthorizedOperation.SdkAppId');
    expect(await code({ SdkAppId: 5 })).toBe('UnauthorizedOperation.SdkAppId');
    expect(await codeOf(client().request('MakeCoffee', {}))).toBe('InvalidAction');
    expect(await codeOf(client().request('StartWebRecord', {}))).toBe('UnsupportedOperation');
    const stranger = client({ key: { secretId: 'AKIDnobody', secretKey: 'x' } });
    expect(await codeOf(stranger.RemoveUser(good))).toBe('AuthFailure.SecretIdNotFound');
    expect(await codeOf(client().request('RemoveUser', good, { skipSign: true }))).toBe(
      'AuthFailure.InvalidAuthorization',
    );
    expect(rooms.users.get(`${SdkAppId}/number/10000`)?.size).toBe(3);
  });

  it('gets no inner detail when the server fails', async () => {
    rooms.membership.dismiss = () => Promise.reject(new Error('the inner detail'));
    const call = client().DismissRoom({ SdkAppId, RoomId: 10_000 });
    await expect(call).rejects.toMatchObject({ code: 'InternalError' });
    await expect(call).rejects.not.toThrow('the inner detail');
    rooms.membership.dismiss = () => Promise.reject(new RoomLogUnavailableError('down'));
    expect(await codeOf(client().DismissRoom({ SdkAppId, RoomId: 10_000 }))).toBe('ServiceUnavailable');
  });

  it('leaves GET / without an action to the page', async () => {
    expect(await (await fetch(`http://${endpoint}/`)).text()).toBe('the page');
    const answer = await fetch(`http://${endpoint}/?Action=RemoveUser`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ Response: { Error: { Code: 'MissingParameter' } } });
  });
});
