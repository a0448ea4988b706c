import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RotundaAdmin } from './client.ts';
import { RotundaAdminError } from './errors.ts';
import type { RotundaAdminOptions } from './signed-posts.ts';

const key = { secretId: 'AKIDtest', secretKey: 'secret' };
const listRooms = { sdkAppId: 1_400_000_001 };
const nothing = '{"rooms":[],"next":null}';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a call ends with that is not done. */
async function failureOf(
  options: Partial<RotundaAdminOptions> & { url: string },
  signal?: AbortSignal,
): Promise<RotundaAdminError> {
  const call = new RotundaAdmin({ ...key, ...options }).listRooms(listRooms, signal && { signal });
  const error: unknown = await call.then(
    () => 'it was done',
    (reason: unknown) => reason,
  );
  if (!(error instanceof RotundaAdminError)) throw error;
  return error;
}

describe('the options of a RotundaAdmin', () => {
  it.each([
    [{ url: 'rotunda.example.org' }, /^url must be the address of a server/],
    [{ url: 'rotunda.example.org:8080' }, /^url/],
    [{ url: '' }, /^url/],
    [{ url: undefined as unknown as string }, /^url/],
    [{ url: 'ftp://rotunda.example.org' }, /^url/],
    [{ url: 'https://me:secret@rotunda.example.org' }, /^url/],
    [{ url: 'https://rotunda.example.org/?a=1' }, /^url/],
    [{ url: 'https://rotunda.example.org/#a' }, /^url/],
    [{ secretId: '' }, /^secretId/],
    [{ secretId: 'a/b' }, /^secretId/],
    [{ secretKey: undefined as unknown as string }, /^secretKey/],
    [{ timeoutMs: 0 }, /^timeoutMs/],
    [{ timeoutMs: NaN }, /^timeoutMs/],
  ])('are looked at before anything is sent: %j', (change, message) => {
    const make = (): RotundaAdmin => new RotundaAdmin({ url: 'http://127.0.0.1', ...key, ...change });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it.each([
    ['', '/rotunda/v1/listRooms'],
    ['/', '/rotunda/v1/listRooms'],
    ['/trtc', '/trtc/rotunda/v1/listRooms'],
    ['/a/b%20c/', '/a/b%20c/rotunda/v1/listRooms'],
  ])('keep the path of an address: "%s"', async (path, expected) => {
    const asked: unknown[] = [];
    const url = await listen((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end(nothing);
    });
    const admin = new RotundaAdmin({ url: `${url}${path}`, ...key });
    expect(await admin.listRooms(listRooms)).toEqual({ rooms: [], next: null });
    expect(asked).toEqual([`POST ${expected}`]);
  });
});

describe('a call that gets no answer', () => {
  it('says that there is no connection, and why', async () => {
    const url = await listen(() => undefined);
    server?.close();
    const error = await failureOf({ url });
    expect(error).toMatchObject({
      code: 'Unreachable',
      status: null,
      message: `The server at ${url} does not answer: connect ECONNREFUSED ${url.slice('http://'.length)}.`,
    });
    expect(error.cause).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('says that the connection broke in the middle', async () => {
    const url = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"rooms":', () => response.destroy());
    });
    const error = await failureOf({ url });
    expect(error).toMatchObject({ code: 'Unreachable', status: null });
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('says that it took too long', async () => {
    const url = await listen(() => undefined);
    const error = await failureOf({ url, timeoutMs: 50 });
    expect(error).toMatchObject({
      code: 'TimedOut',
      status: null,
      message: `The server at ${url} has not answered within 50 ms.`,
      cause: { name: 'TimeoutError' },
    });
  });

  it('says that it took too long, also when the answer had begun', async () => {
    const url = await listen((_request, response) => void response.write('{"rooms":'));
    expect(await failureOf({ url, timeoutMs: 200 })).toMatchObject({ code: 'TimedOut' });
  });

  it('can be aborted, before and while it waits', async () => {
    const reason = new Error('the user went away');
    const early = AbortSignal.abort(reason);
    let requests = 0;
    const controller = new AbortController();
    const url = await listen(() => {
      requests++;
      controller.abort(reason);
    });
    const aborted = { code: 'Aborted', status: null, message: 'The call was aborted.', cause: reason };
    expect(await failureOf({ url }, early)).toMatchObject(aborted);
    expect(requests).toBe(0);
    expect(await failureOf({ url }, controller.signal)).toMatchObject(aborted);
    expect(requests).toBe(1);
  });
});

describe('an answer', () => {
  const answered = async (status: number, body: string, headers: object = {}): Promise<RotundaAdminError> =>
    failureOf({ url: await listen((_, response) => response.writeHead(status, { ...headers }).end(body)) });

  it('with an error of the server carries its code', async () => {
    const body = '{"error":{"code":"A.CodeToCome","message":"No."}}';
    expect(await answered(418, body)).toMatchObject({ code: 'A.CodeToCome', status: 418, message: 'No.' });
  });

  it.each([
    [200, '<html>'],
    [200, '{"rooms":1}'],
    [404, '{"message":"not found"}'],
    [502, ''],
  ])('with %i %s is said to come from something else', async (status, body) => {
    expect(await answered(status, body)).toMatchObject({
      code: 'UnexpectedAnswer',
      status,
      message: `listRooms was answered with status ${status}, and not by a Rotunda server of this version.`,
    });
  });

  it('that leads elsewhere is not followed', async () => {
    expect(await answered(307, '', { location: '/elsewhere' })).toMatchObject({ status: 307 });
  });
});
