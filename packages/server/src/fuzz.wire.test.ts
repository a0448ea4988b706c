import { once } from 'node:events';
import { connect } from 'node:net';
import { CLOUD_API_VERSION } from '@rotunda/protocol/cloudapi';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { signTc3 } from './auth/tc3.ts';
import type { RotundaServer } from './index.ts';
import { APP, WireClient, startTestServer } from './signalling/wire.contract.ts';

const RUNS = 150;
const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);

let server: RotundaServer;
beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  server = await startTestServer({ cloudApiRate: 1_000_000 });
});
afterAll(async () => {
  await server.close();
  process.off('unhandledRejection', onRejection);
});

/** Nothing was left unhandled, and the server still does its work. */
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  expect(rejections.splice(0)).toEqual([]);
  const wire = new WireClient(server);
  await wire.enter('alice', { room: { roomId: 4711 } });
  const answer = await post('/dev/cloudapi/RemoveUser', {
    body: '{"RoomId":4711,"UserIds":["alice"]}',
    headers: JSON_TYPE,
  });
  expect(JSON.parse(answer.text)).toEqual({ Response: { RequestId: expect.any(String) } });
  await wire.closed;
});

const JSON_TYPE = { 'content-type': 'application/json' };

interface Answered {
  readonly status: number;
  readonly text: string;
}

async function request(path: string, init: RequestInit): Promise<Answered> {
  const response = await fetch(`${server.url}${path}`, init);
  return { status: response.status, text: await response.text() };
}

const post = (path: string, init: RequestInit): Promise<Answered> =>
  request(path, { method: 'POST', ...init });

/** Sends bytes as they are, and closes its half. @returns all that came back; empty if the server just closed. */
async function sendRaw(bytes: Uint8Array): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (data) => received.push(data));
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  return Buffer.concat(received).toString('latin1');
}

/** No answer among those of one connection says that the server failed. */
function expectNoFailure(text: string): void {
  expect(text).not.toMatch(/HTTP\/1\.1 5\d\d/);
  expect(text).not.toContain('InternalError');
}

const headerName = fc.constantFrom(
  'authorization',
  'content-type',
  'x-tc-action',
  'x-tc-timestamp',
  'x-tc-version',
  'x-tc-traceid',
  'x-tc-token',
  'x-tc-language',
  'x-forwarded-for',
  'origin',
  'accept',
);
const interesting = fc.constantFrom(
  'RemoveUser',
  'toString',
  '__proto__',
  '2019-07-22',
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'TC3-HMAC-SHA256 Credential=AKIDwire/2026-01-01/trtc/tc3_request, SignedHeaders=content-type;host, Signature=00',
  '1700000000',
);
const headerText = fc
  .string({ unit: fc.constantFrom(...Array.from('aZ09 ;,=/-:."é\t')), maxLength: 40 })
  .map((text) => text.trim());
const headers = fc.dictionary(headerName, fc.oneof(interesting, headerText), { noNullPrototype: true });
const json = fc.oneof(fc.json(), fc.constantFrom('{', '[]', 'null', '{"__proto__":{"a":1}}', '"', '1e999'));
const form = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'Action',
        'Version',
        'Timestamp',
        'SecretId',
        'Nonce',
        'Signature',
        'SignatureMethod',
        'UserIds.0',
        '__proto__',
      ),
      fc.oneof(interesting, fc.string()),
    ),
  )
  .map((pairs) => new URLSearchParams(pairs).toString());
const bytes = fc.uint8Array({ maxLength: 400 });
const body = fc.oneof(
  json,
  form,
  fc.string(),
  bytes.map((array) => Buffer.from(array)),
);
const query = fc.oneof(form, fc.string({ unit: fc.constantFrom(...Array.from('ab=&%20.+[];?/\\"\'<>')) }));

describe('whatever is sent over HTTP', () => {
  it('raw bytes get no answer that says that the server failed', async () => {
    const line = fc.constantFrom(
      'GET / HTTP/1.1',
      'POST / HTTP/1.1',
      'POST /v1/leave HTTP/1.1',
      'PUT / HTTP/1.1',
      'FOO / HTTP/1.1',
      'GET //?Action HTTP/1.1',
      'GET http:// HTTP/1.1',
      'GET /?Action=%ff HTTP/1.1',
      'GET * HTTP/1.1',
      'OPTIONS * HTTP/1.1',
      'GET /v1/signal HTTP/1.1',
      'GET /%00 HTTP/1.1',
      'POST / HTTP/1.0',
      '',
    );
    const field = fc.constantFrom(
      'Host: x',
      'Host:',
      'Content-Length: 3',
      'Content-Length: -1',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      'Expect: 100-continue',
      'Expect: x',
      'Upgrade: websocket',
      'Upgrade: h2c',
      'Connection: upgrade',
      'Connection: close',
      'Content-Encoding: gzip',
      'Content-Type: ;;=',
      'Content-Type: application/json',
      'X-TC-Action: RemoveUser',
      'Sec-WebSocket-Key: x',
      'Sec-WebSocket-Version: 13',
      'no colon',
      ': x',
    );
    const whole = fc
      .tuple(
        line,
        fc.array(field, { maxLength: 6 }),
        fc.oneof(fc.constantFrom('', 'abc', '{}', '3\r\nabc\r\n0\r\n\r\n', 'zz\r\n'), fc.string()),
      )
      .map(([first, fields, rest]) => Buffer.from(`${[first, ...fields].join('\r\n')}\r\n\r\n${rest}`));
    await fc.assert(
      fc.asyncProperty(fc.oneof(whole, bytes), async (sent) => expectNoFailure(await sendRaw(sent))),
      { numRuns: RUNS * 2 },
    );
  });

  it('POST / always has an envelope', async () => {
    await fc.assert(
      fc.asyncProperty(headers, body, async (given, sent) => {
        const answer = await post('/', { headers: given, body: sent });
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.text)).toEqual({
          Response: {
            Error: { Code: expect.not.stringMatching(/^InternalError/), Message: expect.any(String) },
            RequestId: expect.any(String),
          },
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('GET /?Action always has an envelope', async () => {
    await fc.assert(
      fc.asyncProperty(headers, query, async (given, text) => {
        const answer = await request(`/?Action=RemoveUser&${text.replaceAll('#', '')}`, { headers: given });
        expect(answer.status).toBe(200);
        expect(answer.text).toContain('"Error"');
        expect(answer.text).not.toContain('InternalError');
      }),
      { numRuns: RUNS },
    );
  });

  it('a signed request of whatever content is refused by its parameters', async () => {
    const contentType = fc.constantFrom(
      'application/json',
      'multipart/form-data; boundary=x',
      'multipart/form-data',
      'text/plain',
    );
    const action = fc.constantFrom(
      'RemoveUser',
      'DismissRoomByStrRoomId',
      'SetUserBlocked',
      'DescribeRoomInfo',
      'StartWebRecord',
    );
    const near = fc
      .record(
        {
          SdkAppId: fc.constant(APP.sdkAppId),
          RoomId: fc.jsonValue(),
          UserIds: fc.jsonValue(),
          UserId: fc.jsonValue(),
          StartTime: fc.jsonValue(),
        },
        { requiredKeys: ['SdkAppId'] },
      )
      .map((parameters) => JSON.stringify(parameters));
    await fc.assert(
      fc.asyncProperty(action, contentType, fc.oneof(near, body), async (name, type, sent) => {
        const { host: _, ...signed } = signTc3({
          action: name,
          version: CLOUD_API_VERSION,
          host: new URL(server.url).host,
          body: Buffer.from(sent),
          key: APP.cloudApi,
          nowSeconds: Date.now() / 1000,
          contentType: type,
        });
        const answer = await post('/', { headers: signed, body: sent });
        expect(answer.status).toBe(200);
        expect(answer.text).toMatch(
          /"Code":"(Invalid|Missing|Unknown|Unsupported|FailedOperation|Unauthorized)/,
        );
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    '/v1/leave',
    '/dev/usersig',
    '/dev/cloudapi/RemoveUser',
    '/dev/cloudapi/%2e',
    '/healthz',
    '/v1/signal',
  ])('%s never fails', async (path) => {
    await fc.assert(
      fc.asyncProperty(headers, body, query, async (given, sent, text) => {
        const url = `${path}?${text.replaceAll('#', '')}`;
        const answers = [
          await post(url, { headers: given, body: sent }),
          await request(url, { headers: given }),
        ];
        for (const { status, text: said } of answers) {
          expect(status).toBeLessThan(500);
          expect(said).not.toContain('InternalError');
        }
      }),
      { numRuns: Math.floor(RUNS / 3) },
    );
  });
});

describe('whatever is sent over a WebSocket', () => {
  it('as first frames harms only its sender', async () => {
    const method = fc.constantFrom(
      'enter',
      'resume',
      'exit',
      'publish',
      'subscribe',
      'switchRole',
      'toString',
      '__proto__',
    );
    const frame = fc.oneof(
      fc
        .record(
          {
            type: fc.constantFrom('request', 'pong', 'ack', 'x'),
            id: fc.jsonValue(),
            n: fc.jsonValue(),
            method,
            params: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value)),
      json,
      fc.string(),
      bytes.map((array) => Buffer.from(array)),
    );
    const bystander = new WireClient(server);
    await bystander.enter('bob', { room: { roomId: 4712 } });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 5 }), async (frames) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/signal`);
        socket.on('error', () => undefined);
        const closed = once(socket, 'close');
        await once(socket, 'open');
        for (const each of frames) socket.send(each);
        socket.close();
        const [code] = (await closed) as [number];
        // 1011 is what a server says that failed.
        expect(code).not.toBe(1011);
      }),
      { numRuns: RUNS },
    );
    expect((await bystander.request('exit', {})).type).toBe('response');
    await bystander.closed;
  });
});
