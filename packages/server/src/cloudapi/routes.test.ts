import { FakeClock, silentLog } from '@rotunda/base';
import { DEFAULT_TIMERS } from '@rotunda/protocol';
import { CLOUD_API_VERSION } from '@rotunda/protocol/cloudapi';
import * as fc from 'fast-check';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppRegistry } from '../auth/apps.ts';
import { signTc3 } from '../auth/tc3.ts';
import { CloudApi } from './cloud-api.ts';
import { NO_PAST } from './past.contract.ts';
import { RateLimiter } from './rate-limiter.ts';
import { cloudApiRoutes } from './routes.ts';

const clock = new FakeClock();
const key = { secretId: 'AKIDtest', secretKey: 'secret' };
const apps = new AppRegistry([{ sdkAppId: 1, secretKey: 'k', cloudApi: [key] }]);
let app: FastifyInstance;

beforeAll(async () => {
  app = Fastify();
  const refuse = async (): Promise<{ ok: false; refusal: 'roomNotExist' }> => ({
    ok: false,
    refusal: 'roomNotExist',
  });
  const cloudApi = new CloudApi({
    apps,
    membership: { removeUsers: refuse, dismiss: refuse },
    told: { waitUntilTold: async () => undefined },
    userBlocks: { set: async () => ({ ok: false, refusal: 'roomNotExist' }) },
    ...NO_PAST,
    timers: DEFAULT_TIMERS,
    limiter: new RateLimiter({ perSecond: 1_000_000, clock }),
    clock,
    log: silentLog,
  });
  await app.register(cloudApiRoutes(cloudApi));
  await app.ready();
});

afterAll(() => app.close());

interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly url?: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
}

async function codeOf({ headers = {}, body = '', url = '/', method = 'POST' }: Sent): Promise<string> {
  const payload = method === 'GET' ? {} : { payload: body };
  const response = await app.inject({ method, url, headers, ...payload });
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toContain('application/json');
  const { Response } = response.json<{ Response: { Error: { Code: string; Message: string } } }>();
  expect(Response).toMatchObject({ RequestId: expect.any(String) });
  expect(Response.Error.Message.length).toBeGreaterThan(0);
  return Response.Error.Code;
}

function signed(
  body: string,
  change: { action?: string; version?: string; contentType?: string } = {},
): Sent {
  const headers = signTc3({
    action: 'DismissRoom',
    version: CLOUD_API_VERSION,
    host: 'localhost:80',
    body: Buffer.from(body),
    key,
    nowSeconds: clock.now() / 1000,
    ...change,
  });
  return { headers, body };
}

const dismiss = '{"SdkAppId":1,"RoomId":10000}';

describe('POST /', () => {
  it('takes any content type that was signed, and echoes the trace id', async () => {
    const sent = signed(dismiss, { contentType: 'application/json; charset=utf-8' });
    expect(await codeOf(sent)).toBe('FailedOperation.RoomNotExist');
    const headers = { ...sent.headers, 'x-tc-traceid': 'trace-1' };
    const response = await app.inject({ method: 'POST', url: '/', headers, payload: dismiss });
    expect(response.headers['x-tc-traceid']).toBe('trace-1');
  });

  it('answers envelopes to what is malformed', async () => {
    expect(await codeOf({})).toBe('MissingParameter');
    expect(await codeOf(signed('{"SdkAppId":'))).toBe('InvalidParameter');
    expect(await codeOf(signed('[]'))).toBe('InvalidParameter');
    expect(await codeOf(signed(''))).toBe('InvalidParameter');
    expect(await codeOf(signed('{"__proto__":1,"constructor":1}'))).toBe('UnknownParameter');
    expect(await codeOf(signed(dismiss, { version: '2020-01-01' }))).toBe('NoSuchVersion');
    expect(await codeOf(signed(dismiss, { version: '' }))).toBe('MissingParameter');
    expect(await codeOf({ headers: { 'x-tc-action': 'DismissRoom' } })).toBe('MissingParameter');
    const { authorization: _, ...unsigned } = signed(dismiss).headers ?? {};
    expect(await codeOf({ headers: unsigned, body: dismiss })).toBe('AuthFailure.InvalidAuthorization');
    expect(await codeOf({ headers: { 'content-type': 'nonsense;;=' }, body: 'x' })).toMatch(
      /^(MissingParameter|InvalidParameter)$/,
    );
  });

  it('takes the same signed request twice: SDKs may repeat what they got no answer to', async () => {
    const sent = signed(dismiss);
    expect(await codeOf(sent)).toBe('FailedOperation.RoomNotExist');
    expect(await codeOf(sent)).toBe('FailedOperation.RoomNotExist');
  });

  it('refuses a stale request and one that is too large', async () => {
    const sent = signed(dismiss);
    clock.advance(301_000);
    expect(await codeOf(sent)).toBe('AuthFailure.SignatureExpire');
    const tooLarge = 'RequestSizeLimitExceeded';
    const headers = { 'content-type': 'application/json', 'x-tc-action': 'DismissRoom' };
    const body = Buffer.alloc(10 * 1024 * 1024, ' ');
    expect(await codeOf({ headers, body: Buffer.concat([body, body.subarray(0, 1)]) })).toBe(tooLarge);
    expect(await codeOf({ headers, body })).toBe('MissingParameter');
    expect(await codeOf({ body: Buffer.alloc(1024 * 1024 + 1, 'a') })).toBe(tooLarge);
    expect(await codeOf({ body: Buffer.alloc(1024 * 1024, 'a') })).toBe('MissingParameter');
    const url = `/?Action=${'a'.repeat(32 * 1024 - 'Action='.length)}`;
    expect(await codeOf({ method: 'GET', url })).toBe('MissingParameter');
    expect(await codeOf({ method: 'GET', url: `${url}a` })).toBe(tooLarge);
  });

  it.each(['PUT', 'PATCH', 'DELETE'] as const)('takes no %s', async (method) => {
    expect(await codeOf({ method, ...signed(dismiss) })).toBe('UnsupportedProtocol');
  });

  it('survives whatever is sent', async () => {
    const names = fc.constantFrom(
      'authorization',
      'content-type',
      'x-tc-action',
      'x-tc-timestamp',
      'x-tc-version',
      'host',
      'content-length',
    );
    const value = fc.oneof(
      fc.string({ unit: fc.constantFrom(...Array.from('aZ09 ;,=/-:."TC3')) }),
      fc.constantFrom(
        'DismissRoom',
        'toString',
        '__proto__',
        'application/x-www-form-urlencoded',
        '1700000000',
      ),
    );
    const headers = fc.dictionary(names, value, { noNullPrototype: true });
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constant('Action=RemoveUser&Timestamp=1&SecretId=AKIDtest'),
    );
    await fc.assert(
      fc.asyncProperty(headers, body, async (given, text) => {
        const { 'content-length': _, ...rest } = given;
        expect(await codeOf({ headers: rest, body: text })).toMatch(/^[A-Za-z]+(\.[A-Za-z]+)?$/);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (json) => {
        expect(await codeOf(signed(JSON.stringify(json)))).toMatch(/Parameter/);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom(...Array.from('ab=&%20.+[]')) }), async (query) => {
        expect(await codeOf({ method: 'GET', url: `/?Action=x&${query}` })).toBe('MissingParameter');
      }),
    );
  });
});
