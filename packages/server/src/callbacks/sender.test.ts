import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@rotunda/base';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpSender, type PostOutcome } from './sender.ts';

let server: Server;
let sender: HttpSender;
let answer: RequestListener;
let requests: number;
beforeEach(async () => {
  requests = 0;
  sender = new HttpSender({ clock: systemClock, timeoutMs: 300 });
  server = createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  sender.close();
  server.closeAllConnections();
  server.close();
});

function post(path = '/'): Promise<PostOutcome> {
  const { port } = server.address() as AddressInfo;
  const headers = { 'Content-Type': 'application/json', SdkAppId: '7' };
  return sender.post({ url: `http://127.0.0.1:${port}${path}`, headers, body: Buffer.from('{"ä":1}') });
}

describe('the sender', () => {
  it('posts the bytes and headers as they are', async () => {
    const bodies: string[] = [];
    answer = (request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
      expect(request.method).toBe('POST');
      expect(request.headers).toMatchObject({ 'content-type': 'application/json', sdkappid: '7' });
      expect(request.rawHeaders).toContain('SdkAppId');
      request.on('end', () => response.end('{"code":0}'));
    };
    expect(await post()).toEqual({ ok: true, status: 200 });
    expect(bodies).toEqual(['{"ä":1}']);
  });

  it.each([204, 302, 404, 500])('gives the status %i as it is, and follows nothing', async (status) => {
    answer = (_request, response) => void response.writeHead(status, { location: '/elsewhere' }).end();
    expect(await post()).toEqual({ ok: true, status });
    expect(requests).toBe(1);
  });

  it('waits no longer than it should', async () => {
    answer = () => undefined;
    expect(await post()).toEqual({ ok: false, error: 'no answer within 300 ms' });
  });

  it.each([
    [
      'changes the protocol',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    ['changes it beside a status', 'HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
    ['only says that more will come', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['is no HTTP', 'NO SUCH THING\r\n\r\n'],
    ['is cut off', 'HTTP/1.1 20'],
    ['announces two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ])('settles, and keeps no connection, when the answer %s', async (_what, text) => {
    answer = ({ socket }) => void socket.end(text);
    expect(await post()).toHaveProperty('ok');
    await expect.poll(() => connections()).toBe(0);
    answer = (_request, response) => void response.end();
    expect(await post()).toEqual({ ok: true, status: 200 });
  });

  it('settles whatever bytes the answer is', async () => {
    const line = fc.constantFrom(
      'HTTP/1.1 101 S',
      'HTTP/1.1 200 OK',
      'HTTP/1.1 204',
      'HTTP/9 1',
      'Upgrade: x',
      'Connection: Upgrade',
      'Transfer-Encoding: chunked',
      'Content-Length: 3',
      '',
      '0',
      'abc',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.boolean(), async (lines, keepsOpen) => {
        const text = lines.map((each) => `${each}\r\n`).join('');
        answer = ({ socket }) => void (keepsOpen ? socket.write(text) : socket.end(text));
        expect(await post()).toHaveProperty('ok');
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('takes a status for the answer although its body never ends, or is too long', async () => {
    answer = (_request, response) => void response.writeHead(200).write('x');
    expect(await post()).toEqual({ ok: true, status: 200 });
    answer = (_request, response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(1_000)), 1);
      response.on('close', () => clearInterval(more));
    };
    expect(await post()).toEqual({ ok: true, status: 200 });
    // Its connection was cut, so that the server is left alone.
    await expect.poll(() => connections()).toBe(0);
  });

  it('says why there was no answer', async () => {
    answer = (request) => void request.socket.destroy();
    expect(await post()).toMatchObject({ ok: false, error: expect.stringMatching(/hang up|ECONNRESET/) });
    const { port } = server.address() as AddressInfo;
    server.close();
    server.closeAllConnections();
    const refused = await sender.post({
      url: `http://127.0.0.1:${port}/`,
      headers: {},
      body: Buffer.from(''),
    });
    expect(refused).toMatchObject({ ok: false, error: expect.stringContaining('ECONNREFUSED') });
  });

  it('speaks TLS to an https address, and refuses a receiver that does not', async () => {
    answer = (_request, response) => void response.end();
    const { port } = server.address() as AddressInfo;
    const url = `https://127.0.0.1:${port}/`;
    const outcome = await sender.post({ url, headers: {}, body: Buffer.from('{}') });
    expect(outcome).toMatchObject({ ok: false, error: expect.stringMatching(/SSL|TLS|ECONNRESET/i) });
    expect(requests).toBe(0);
  });

  it('ends what is under way when it closes', async () => {
    answer = () => undefined;
    const pending = post();
    await expect.poll(() => requests).toBe(1);
    sender.close();
    expect(await pending).toEqual({ ok: false, error: 'closed' });
    expect(await post()).toEqual({ ok: false, error: 'closed' });
  });
});

function connections(): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
}

it('says of an address that is none that it could not be reached, and never rejects', async () => {
  const lone = new HttpSender({ clock: systemClock });
  const headers = { Sign: 'line\nfeed' };
  expect(await lone.post({ url: 'nowhere', headers: {}, body: Buffer.from('{}') })).toMatchObject({
    ok: false,
  });
  expect(await lone.post({ url: 'http://127.0.0.1:9', headers, body: Buffer.from('{}') })).toMatchObject({
    ok: false,
  });
  lone.close();
});
