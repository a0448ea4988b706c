import { createRequire } from 'node:module';
import { Capi } from '@tencent-sdk/capi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  SdkAppId,
  codeOf,
  credential,
  sdkClient,
  serveCloudApi,
  type SdkOptions,
  type ServedCloudApi,
} from './served.contract.ts';

let served: ServedCloudApi;

beforeEach(async () => {
  served = await serveCloudApi();
});
afterEach(() => served.close());

const bobAndAlice = { SdkAppId, RoomId: 10_000, UserIds: ['alice', 'bob'] };
const wrongKey = { ...credential, secretKey: 'x' };

describe('tencentcloud-sdk-nodejs', () => {
  it.each<{ name: string; options: SdkOptions }>([
    { name: 'TC3 by POST', options: {} },
    { name: 'TC3 by GET', options: { httpProfile: { reqMethod: 'GET' } } },
    { name: 'HmacSHA256 by POST form', options: { signMethod: 'HmacSHA256' } },
    { name: 'HmacSHA256 by GET', options: { signMethod: 'HmacSHA256', httpProfile: { reqMethod: 'GET' } } },
    { name: 'HmacSHA1 by POST form', options: { signMethod: 'HmacSHA1' } },
    { name: 'HmacSHA1 by GET', options: { signMethod: 'HmacSHA1', httpProfile: { reqMethod: 'GET' } } },
  ])('signs as $name, with and without token, language and own headers', async ({ options }) => {
    await sdkClient(served.endpoint, options).RemoveUser({ ...bobAndAlice, UserIds: ['alice'] });
    const more: SdkOptions = {
      key: { ...credential, token: 'a token' },
      language: 'zh-CN',
      httpProfile: { ...options.httpProfile, headers: { 'X-TC-TraceId': 'my-trace', 'X-Other': 'ü' } },
    };
    await sdkClient(served.endpoint, { ...options, ...more }).RemoveUser({
      ...bobAndAlice,
      UserIds: ['bob'],
    });
    expect(served.rooms.waitedFor).toEqual(['s-alice', 's-bob']);
    const wrong = sdkClient(served.endpoint, { ...options, key: wrongKey });
    expect(await codeOf(wrong.DismissRoom({ SdkAppId, RoomId: 10_000 }))).toBe(
      'AuthFailure.SignatureFailure',
    );
  });

  it('signs for a host name as for an address', async () => {
    const endpoint = served.endpoint.replace('127.0.0.1', 'localhost');
    await sdkClient(endpoint).RemoveUser(bobAndAlice);
    await sdkClient(endpoint, { signMethod: 'HmacSHA1' }).DismissRoom({ SdkAppId, RoomId: 10_000 });
    expect(served.rooms.waitedFor).toEqual(['s-alice', 's-bob', 's-carol']);
  });

  it('keeps every character of a userId in every form', async () => {
    const userId = '小明 +&=%@:.';
    const forms: SdkOptions[] = [
      {},
      { httpProfile: { reqMethod: 'GET' } },
      { signMethod: 'HmacSHA1' },
      { signMethod: 'HmacSHA256', httpProfile: { reqMethod: 'GET' } },
    ];
    for (const form of forms) {
      served.rooms.users.get(`${SdkAppId}/number/10000`)!.add(userId);
      await sdkClient(served.endpoint, form).RemoveUser({ ...bobAndAlice, UserIds: [userId] });
    }
    expect(served.rooms.waitedFor).toEqual(forms.map(() => `s-${userId}`));
  });

  it('sends multipart and octet-stream bodies', async () => {
    const client = sdkClient(served.endpoint);
    const fields = { SdkAppId: String(SdkAppId), RoomId: '10000', 'UserIds.0': 'alice', 'UserIds.1': 'bob' };
    await client.request('RemoveUser', fields, { multipart: true });
    await client.requestOctetStream(
      'RemoveUser',
      Buffer.from(JSON.stringify({ ...bobAndAlice, UserIds: ['carol'] })),
    );
    expect(served.rooms.waitedFor).toEqual(['s-alice', 's-bob', 's-carol']);
  });
});

describe('@tencent-sdk/capi', () => {
  interface Answer {
    readonly Response: { readonly RequestId: string; readonly Error?: { readonly Code: string } };
  }
  const capi = (change: object = {}): Capi =>
    new Capi({
      ...credential,
      region: 'ap-guangzhou',
      serviceType: 'trtc',
      version: '2019-07-22',
      protocol: 'http',
      host: served.endpoint,
      ...change,
    });
  const removal = { action: 'RemoveUser', version: '2019-07-22', ...bobAndAlice };

  it.each([
    { name: 'TC3', isV3: true, change: {} },
    { name: 'TC3 with a token', isV3: true, change: { token: 'a token' } },
    { name: 'HmacSHA1 by POST form', isV3: false, change: {} },
    { name: 'HmacSHA1 by GET', isV3: false, change: { method: 'GET' } },
    { name: 'HmacSHA256 by POST form', isV3: false, change: { signatureMethod: 'sha256' } },
    { name: 'HmacSHA256 by GET', isV3: false, change: { signatureMethod: 'sha256', method: 'GET' } },
  ])('signs as $name', async ({ isV3, change }) => {
    const done = (await capi(change).request(removal, {}, isV3)) as Answer;
    expect(done).toEqual({ Response: { RequestId: expect.any(String) } });
    expect(served.rooms.waitedFor).toEqual(['s-alice', 's-bob']);
    const wrong = (await capi({ ...change, ...wrongKey }).request(removal, {}, isV3)) as Answer;
    expect(wrong.Response.Error?.Code).toBe('AuthFailure.SignatureFailure');
  });
});

describe('tencentcloud-sdk-nodejs-intl-en', () => {
  interface Request {
    deserialize(fields: object): void;
  }
  type Call = (request: Request, done: (error: unknown, answer?: { RequestId: string }) => void) => void;
  interface Intl {
    readonly common: {
      readonly Credential: new (id: string, key: string) => object;
      readonly HttpProfile: new () => { endpoint: string; protocol: string; reqMethod: string };
      readonly ClientProfile: new () => { httpProfile: object; signMethod: string };
    };
    readonly trtc: {
      readonly v20190722: {
        readonly Client: new (credential: object, region: string, profile: object) => { RemoveUser: Call };
        readonly Models: { readonly RemoveUserRequest: new () => Request };
      };
    };
  }
  const load = createRequire(import.meta.url) as (path: string) => unknown;
  const folder = 'tencentcloud-sdk-nodejs-intl-en/tencentcloud';
  // Its parts that are needed: loading all services takes seconds.
  const { common, trtc } = {
    common: load(`${folder}/common`),
    trtc: load(`${folder}/trtc`),
  } as Intl;

  it.each([
    ['TC3-HMAC-SHA256', 'POST'],
    ['TC3-HMAC-SHA256', 'GET'],
    ['HmacSHA1', 'POST'],
    ['HmacSHA1', 'GET'],
    ['HmacSHA256', 'POST'],
    ['HmacSHA256', 'GET'],
  ])('signs as %s by %s', async (signMethod, reqMethod) => {
    const http = Object.assign(new common.HttpProfile(), {
      endpoint: served.endpoint,
      protocol: 'http://',
      reqMethod,
    });
    const profile = Object.assign(new common.ClientProfile(), { httpProfile: http, signMethod });
    const identity = new common.Credential(credential.secretId, credential.secretKey);
    const client = new trtc.v20190722.Client(identity, 'ap-singapore', profile);
    const request = new trtc.v20190722.Models.RemoveUserRequest();
    request.deserialize(bobAndAlice);
    const answer = await new Promise<unknown>((resolve, reject) => {
      client.RemoveUser(request, (error, done) => (error ? reject(error) : resolve(done)));
    });
    expect(answer).toMatchObject({ RequestId: expect.any(String) });
    expect(served.rooms.waitedFor).toEqual(['s-alice', 's-bob']);
  });
});
