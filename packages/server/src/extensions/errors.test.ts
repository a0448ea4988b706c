import { Validator } from '@seriousme/openapi-schema-validator';
import { FakeClock, silentLog } from '@rotunda/base';
import { DEFAULT_TIMERS } from '@rotunda/protocol';
import {
  EXTENSIONS,
  EXTENSION_ERRORS,
  errorsOf,
  type ExtensionErrorCode,
  type ExtensionInput,
  type ExtensionName,
} from '@rotunda/protocol/extensions';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppRegistry } from '../auth/apps.ts';
import { RateLimiter } from '../cloudapi/rate-limiter.ts';
import { RoomLogUnavailableError } from '../roomlog/port.ts';
import { ServedDocument } from './document.contract.ts';
import type { ExtensionContext } from './operations.ts';
import { extensionRoutes } from './routes.ts';
import { signedOperation } from './signed-operation.contract.ts';

const sdkAppId = 1_400_000_001;
const key = { secretId: 'AKIDtest', secretKey: 'secret' };
const busyKey = { secretId: 'AKIDbusy', secretKey: 'busy' };
const apps = new AppRegistry([{ sdkAppId, secretKey: 'k', cloudApi: [key, busyKey] }]);
const clock = new FakeClock();
const names = Object.keys(EXTENSIONS) as ExtensionName[];

let failure: Error | null = null;
let app: FastifyInstance;
let url: string;
let document: ServedDocument;

/** No room is open, nobody has a receiver, and nothing works while there is a failure. */
const context = {
  roomLog: { openRooms: answering([]), read: answering({ status: 'absent' }) },
  presence: { count: answering(0), list: answering([]) },
  membership: { removeUsers: answering({ ok: false, refusal: 'roomNotExist' }) },
  told: { waitUntilTold: answering(undefined) },
  entryBlocks: {
    block: answering(undefined),
    unblock: answering(false),
    list: () => {
      if (failure) throw failure;
      return [];
    },
  },
  callbacks: { deadLetters: answering([]), replay: answering(null), test: answering(null) },
  timers: DEFAULT_TIMERS,
  clock,
} as unknown as ExtensionContext;

function answering<T>(value: T): () => Promise<T> {
  return () => (failure ? Promise.reject(failure) : Promise.resolve(value));
}

beforeAll(async () => {
  app = Fastify({ forceCloseConnections: true });
  const limiter = new RateLimiter({ perSecond: 20, clock });
  await app.register(extensionRoutes({ apps, limiter, context, clock, log: silentLog }));
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  document = await ServedDocument.of(url);
});
afterEach(() => {
  failure = null;
  // What was counted is forgotten.
  clock.advance(1_000);
});
afterAll(() => app.close());

const room = { roomId: 7 };
const IN_ORDER: { readonly [N in ExtensionName]: ExtensionInput<N> } = {
  listRooms: { sdkAppId },
  listMembers: { sdkAppId, room },
  removeUsers: { sdkAppId, room, userIds: ['ann'] },
  blockEntry: { sdkAppId, room, userId: 'ann', seconds: 60 },
  unblockEntry: { sdkAppId, room: null, userId: 'ann' },
  listEntryBlocks: { sdkAppId },
  listDeadLetters: { sdkAppId },
  replayDeadLetters: { sdkAppId },
  testCallback: { sdkAppId },
};

interface Change {
  readonly params?: object;
  readonly body?: string;
  /** Another body than that which is signed. */
  readonly sent?: string;
  readonly service?: string;
  readonly key?: { readonly secretId: string; readonly secretKey: string };
  readonly nowSeconds?: number;
  /** A header. */
  readonly without?: string;
}

/** A request that is in order but for the change. */
function call(name: ExtensionName, change: Change = {}): Promise<Response> {
  const {
    params,
    body = JSON.stringify({ ...IN_ORDER[name], ...params }),
    sent = body,
    without,
    ...how
  } = change;
  const signed = signedOperation(url, name, Buffer.from(body), {
    key,
    nowSeconds: clock.now() / 1_000,
    ...how,
  });
  const headers = new Headers(signed.init.headers);
  if (without) headers.delete(without);
  return fetch(signed.url, { method: 'POST', headers, body: sent });
}

const withFailure = (error: Error, name: ExtensionName): Promise<Response> => {
  failure = error;
  return call(name);
};

/** For each code a bad request, and what is said of it, with OPERATION for its name. */
const CASES: Readonly<
  Record<
    Exclude<ExtensionErrorCode, 'InvalidAction' | 'UnsupportedProtocol'>,
    readonly [message: string, request: (name: ExtensionName) => Promise<Response>]
  >
> = {
  InvalidParameter: [
    'the body: Unrecognized key: "nonsense"',
    (name) => call(name, { params: { nonsense: 1 } }),
  ],
  InvalidParameterValue: [
    `The application ${sdkAppId} has no receiver: set callbacks.url in its entry of apps.`,
    call,
  ],
  MissingParameter: [
    'The header X-TC-Timestamp is missing.',
    (name) => call(name, { without: 'x-tc-timestamp' }),
  ],
  'AuthFailure.InvalidAuthorization': [
    'The header Authorization must name the service rotunda in its credential scope.',
    (name) => call(name, { service: 'trtc' }),
  ],
  'AuthFailure.SecretIdNotFound': [
    'The SecretId is not known.',
    (name) => call(name, { key: { ...key, secretId: 'AKIDnobody' } }),
  ],
  'AuthFailure.SignatureExpire': [
    "The signing time is more than 5 minutes away from the server's clock.",
    (name) => call(name, { nowSeconds: clock.now() / 1_000 - 302 }),
  ],
  'AuthFailure.SignatureFailure': [
    'The signature does not fit the request: check the secret key, and that the body is sent as it was signed.',
    (name) => call(name, { sent: '{}' }),
  ],
  'UnauthorizedOperation.SdkAppId': [
    'The key pair does not belong to this sdkAppId.',
    (name) => call(name, { params: { sdkAppId: 5 } }),
  ],
  'FailedOperation.RoomNotExist': ['The room does not exist.', call],
  RequestSizeLimitExceeded: [
    'The body has more than 262144 bytes.',
    (name) => call(name, { body: ' '.repeat(262_145) }),
  ],
  RequestLimitExceeded: [
    'There were too many requests of OPERATION with this key pair: try again in a moment.',
    async (name) => {
      for (let n = 0; n < 20; n++) expect((await call(name, { key: busyKey })).status).not.toBe(429);
      return call(name, { key: busyKey });
    },
  ],
  InternalError: [
    'An internal error occurred: try again.',
    (name) => withFailure(new Error('the reason, which is for the log'), name),
  ],
  ServiceUnavailable: [
    'The room service cannot be reached for now: try again.',
    (name) => withFailure(new RoomLogUnavailableError('down'), name),
  ],
};

describe.each(names)('%s', (name) => {
  it.each(errorsOf(name).map((code) => [EXTENSION_ERRORS[code].status, code] as const))(
    'answers %i %s as the document says',
    async (status, code) => {
      const [message, request] = CASES[code as keyof typeof CASES];
      const response = await request(name);
      expect(response.status).toBe(status);
      expect(await response.clone().json()).toEqual({
        error: { code, message: message.replace('OPERATION', name) },
      });
      expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'TC3-HMAC-SHA256' : null);
      await document.holds(name, response);
    },
  );

  it('takes what the document says, and nothing else', async () => {
    const right = IN_ORDER[name];
    const others: unknown[] = [
      { ...right, room: { strRoomId: 'ü' } },
      { ...right, room: { strRoomId: '' } },
      { ...right, room: { roomId: 4_294_967_295 } },
      { ...right, userId: 'a/b' },
      { ...right, userId: '' },
      { ...right, userIds: ['\ud83d'] },
      { ...right, message: 'a\0b' },
      { ...right, message: 'x'.repeat(201) },
      { ...right, ids: ['a\0b'] },
      { ...right, seconds: 0 },
      { ...right, blockSeconds: 1.5 },
      null,
      [],
      {},
      { ...right, sdkAppId: '1' },
      { ...right, sdkAppId: 0 },
      { ...right, nonsense: 1 },
      { ...right, room: 7 },
      { ...right, room: { roomId: 7, strRoomId: '7' } },
      { ...right, userIds: Array.from({ length: 11 }, (_, n) => `u${n}`) },
      { ...right, limit: 1_001 },
      { ...right, limit: '5' },
    ];
    expect(document.takes(name, right)).toBe(true);
    for (const params of others) {
      // Within the rate.
      clock.advance(50);
      const response = await call(name, { body: JSON.stringify(params) });
      expect([params, response.status === 400]).toEqual([params, !document.takes(name, params)]);
    }
  });
});

it.each([
  ['blockEntry', { message: 'a\0b' }],
  ['removeUsers', { message: '\ud83d' }],
  ['removeUsers', { message: 'x'.repeat(201) }],
  ['replayDeadLetters', { ids: ['a\0b'] }],
] as const)('%s refuses a text that cannot be kept: %j', async (name, params) => {
  const response = await call(name, { params });
  expect(await response.json()).toMatchObject({
    error: { code: 'InvalidParameter', message: expect.stringMatching(/^(message|ids\.0): /) },
  });
});

describe('what is no operation', () => {
  it.each([
    ['GET', '/rotunda/v1/fly'],
    ['POST', '/rotunda/v1/fly?x=/rotunda/v1/listRooms'],
    ['POST', '/rotunda/v1/listRooms/'],
    ['DELETE', '/rotunda/v1/'],
    ['POST', '/rotunda/v1/toString'],
  ])('is not found: %s %s', async (method, path) => {
    const response = await fetch(`${url}${path}`, { method });
    expect(response.status).toBe(EXTENSION_ERRORS.InvalidAction.status);
    expect(await response.json()).toEqual({
      error: { code: 'InvalidAction', message: 'There is no operation of this name.' },
    });
  });

  it.each([
    ...['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].map(
      (method) => [method, 'listRooms', 'POST'] as const,
    ),
    ['POST', 'openapi.json', 'GET, HEAD'] as const,
  ])('may be another method: %s %s', async (method, name, allowed) => {
    const response = await fetch(`${url}/rotunda/v1/${name}`, { method });
    expect(response.status).toBe(EXTENSION_ERRORS.UnsupportedProtocol.status);
    expect(response.headers.get('allow')).toBe(allowed);
    expect(await response.json()).toEqual({
      error: { code: 'UnsupportedProtocol', message: `Only ${allowed} is supported here.` },
    });
  });
});

describe('the document', () => {
  it('is one that OpenAPI 3.1 allows, of every operation', async () => {
    expect(await new Validator().validate({ ...document.json })).toEqual({ valid: true });
    expect(document.json.openapi).toBe('3.1.0');
    const paths = Object.entries(document.json.paths);
    expect(paths.map(([path, { post }]) => [path, post.operationId])).toEqual(
      names.map((name) => [`/rotunda/v1/${name}`, name]),
    );
  });

  it('has the errors of the table, and no others', () => {
    for (const name of names) {
      const statuses = new Set(errorsOf(name).map((code) => String(EXTENSION_ERRORS[code].status)));
      const { responses } = document.json.paths[`/rotunda/v1/${name}`]!.post;
      expect(new Set(Object.keys(responses))).toEqual(new Set(['200', ...statuses]));
    }
  });
});
