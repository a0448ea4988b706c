import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WireClient, startTestServer } from './wire.contract.ts';

/** Who does not close its half has a second; the rest is for a busy test machine. */
const SOON_MS = 4_000;

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A TCP client that asks for an upgrade and never closes its half of the connection. */
async function upgrade(server: { url: string }, path: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  sockets.push(socket);
  const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  socket.write([`GET ${path} HTTP/1.1`, `Host: ${hostname}`, ...lines, '', ''].join('\r\n'));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}

async function millisecondsToClose(server: { close(): Promise<void> }): Promise<number> {
  const begun = performance.now();
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('the server did not close')), 3 * SOON_MS).unref();
  });
  await Promise.race([server.close(), late]);
  return performance.now() - begun;
}

it.each([
  ['of another path', '/nope', '404'],
  ['that is not a WebSocket', '/v1/signal', '400'],
])('closes although an upgrade %s was refused and its socket is held open', async (_case, path, status) => {
  const server = await startTestServer();
  expect(await upgrade(server, path)).toContain(`HTTP/1.1 ${status} `);
  expect(await millisecondsToClose(server)).toBeLessThan(SOON_MS);
});

it('closes although a client neither reads nor closes', async () => {
  const server = await startTestServer();
  const ann = new WireClient(server);
  await ann.enter('ann');
  ann.socket.pause();
  expect(await millisecondsToClose(server)).toBeLessThan(SOON_MS);
  ann.socket.terminate();
});
