import { once } from 'node:events';
import { connect } from 'node:net';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { RUNS, bytes, expectNoFailure, fuzzedServer } from './fuzz.contract.ts';

const server = fuzzedServer();

/** Sends bytes as they are, and closes its half. @returns all that came back; empty if the server just closed. */
async function sendRaw(sent: Uint8Array): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (data) => received.push(data));
  socket.on('error', () => undefined);
  socket.end(sent);
  await once(socket, 'close');
  return Buffer.concat(received).toString('latin1');
}

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
      'HEAD / HTTP/1.1',
      'CONNECT x:1 HTTP/1.1',
      'GET /metrics HTTP/1.1',
      'GET /readyz HTTP/1.1',
      'GET /..%2f..%2fpackage.json HTTP/1.1',
      'GET /index.html HTTP/1.1',
      'GET /dev/usersig?userId=a HTTP/1.1',
      'GET /rotunda/v1/openapi.json HTTP/1.1',
      'POST /rotunda/v1/removeUsers HTTP/1.1',
      'PROPFIND /rotunda/v1/listRooms HTTP/1.1',
      'DELETE /rotunda/v1/%zz HTTP/1.1',
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
});
