import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { RotundaServer, StartServerOptions } from './index.ts';
import { WireClient, startTestServer } from './signalling/wire.contract.ts';

/** How often each property is tried. */
export const RUNS = 150;

export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** A server that is sent whatever there is, and the ways to it. */
export interface FuzzedServer {
  readonly url: string;
  request(path: string, init: RequestInit): Promise<Answered>;
  post(path: string, init: RequestInit): Promise<Answered>;
}

/**
 * A server for the tests of a suite. After each of them nothing was left unhandled, and the server still does its work.
 *
 * @param options asked for when it starts
 */
export function fuzzedServer(
  options: () => Partial<StartServerOptions> | Promise<Partial<StartServerOptions>> = () => ({}),
): FuzzedServer {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  let server: RotundaServer;

  beforeAll(async () => {
    process.on('unhandledRejection', onRejection);
    server = await startTestServer({ cloudApiRate: 1_000_000, ...(await options()) });
  }, 60_000);
  afterAll(async () => {
    await server?.close();
    process.off('unhandledRejection', onRejection);
  });

  const request = async (path: string, init: RequestInit): Promise<Answered> => {
    const response = await fetch(`${server.url}${path}`, init);
    return { status: response.status, text: await response.text() };
  };
  const post = (path: string, init: RequestInit): Promise<Answered> =>
    request(path, { method: 'POST', ...init });

  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    expect(rejections.splice(0)).toEqual([]);
    const wire = new WireClient(server);
    await wire.enter('alice', { room: { roomId: 4711 } });
    const answer = await post('/dev/cloudapi/RemoveUser', {
      body: '{"RoomId":4711,"UserIds":["alice"]}',
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(answer.text)).toEqual({ Response: { RequestId: expect.any(String) } });
    await wire.closed;
  });

  return {
    get url() {
      return server.url;
    },
    request,
    post,
  };
}

/** No answer among those of one connection says that the server failed. */
export function expectNoFailure(text: string): void {
  expect(text).not.toMatch(/HTTP\/1\.1 5\d\d/);
  expect(text).not.toMatch(/code":"InternalError/i);
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
  'range',
  'if-none-match',
  'if-modified-since',
  'accept-encoding',
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
  'bytes=0-',
  'bytes=5-1',
  'TC3-HMAC-SHA256 Credential=AKIDwire/2026-01-01/trtc/tc3_request, SignedHeaders=content-type;host, Signature=00',
  '1700000000',
);
const headerText = fc
  .string({ unit: fc.constantFrom(...Array.from('aZ09 ;,=/-:."é\t')), maxLength: 40 })
  .map((text) => text.trim());
export const headers = fc.dictionary(headerName, fc.oneof(interesting, headerText), {
  noNullPrototype: true,
});

export const json = fc.oneof(
  fc.json(),
  fc.constantFrom('{', '[]', 'null', '{"__proto__":{"a":1}}', '"', '1e999'),
);
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
export const bytes = fc.uint8Array({ maxLength: 400 });
export const body = fc.oneof(
  json,
  form,
  fc.string(),
  bytes.map((array) => Buffer.from(array)),
);
/** Without `#`, at which an address would end. */
export const query = fc
  .oneof(form, fc.string({ unit: fc.constantFrom(...Array.from('ab=&%20.+[];?/\\"\'<>')) }))
  .map((text) => text.replaceAll('#', ''));
