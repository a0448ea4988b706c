import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { silentLog, systemClock } from '@rotunda/base';
import { CLOSE_CODES, DEFAULT_TIMERS, MAX_FRAME_BYTES } from '@rotunda/protocol';
import { WebSocket, WebSocketServer } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { Link, type LinkEnd } from './link.ts';
import { APP, WireClient, cloudApi, startTestServer, ticket } from './wire.contract.ts';

const TOLD_BUDGET_MS = 400;
/** Nobody is given up in these tests: who is gone left. */
const PATIENT = { giveUp: 60_000, goingAway: 50_000, toldBudget: TOLD_BUDGET_MS };

let server: RotundaServer;
const clients: WireClient[] = [];

function client(): WireClient {
  const made = new WireClient(server);
  clients.push(made);
  return made;
}

beforeAll(async () => {
  server = await startTestServer({ timers: PATIENT });
});
afterAll(() => server.close());
afterEach(async () => {
  await Promise.all(clients.map((made) => Promise.race([made.request('exit', {}), made.closed])));
  for (const made of clients.splice(0)) made.socket.terminate();
  await expect.poll(() => server.counts().sessions).toBe(0);
});

describe('a client that breaks the protocol', () => {
  const restarts = (bob: WireClient, transportId: string): void => {
    for (let id = 1_000; id < 1_600; id++)
      bob.socket.send(JSON.stringify({ type: 'request', id, method: 'restartIce', params: { transportId } }));
  };

  it.each([
    ['by a malformed frame', 4001, (bob: WireClient) => bob.socket.send('no JSON')],
    [
      'by a frame that is too large',
      1009,
      (bob: WireClient) => bob.socket.send('x'.repeat(MAX_FRAME_BYTES + 1)),
    ],
    ['by more requests at once than are answered', 4001, restarts],
  ])('%s leaves at once, and cannot return', async (_case, code, breach) => {
    const [ann, bob] = [client(), client()];
    await ann.enter('ann');
    const snapshot = await bob.enter('bob');
    breach(bob, snapshot.transports!.send!.transportId);
    expect(await bob.closed).toBe(code);
    expect((await ann.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 1 });
    expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'error', ended: 'protocolError' });
    await client().enter('bob');
  });
});

describe('a socket', () => {
  it('ends with its stay: who enters again needs another one', async () => {
    const [ann, bob] = [client(), client()];
    await ann.enter('ann');
    await bob.enter('bob');
    const again = { sdkAppId: APP.sdkAppId, userId: 'bob', userSig: ticket('bob'), scene: 0, role: 20 };
    const exit = bob.request('exit', {});
    void bob.request('enter', { ...again, room: { roomId: 7 } });
    expect(await exit).toMatchObject({ type: 'response' });
    expect(await bob.closed).toBe(CLOSE_CODES.ended);
    expect(bob.events, 'who leaves is not told so').toEqual([]);
    const { members } = await client().enter('carl');
    expect(members.map(({ userId }) => userId)).toEqual(['ann']);
  });

  it('may be used again after an entry was refused', async () => {
    const bob = client();
    await expect(bob.enter('bob', { userSig: '' })).rejects.toThrow('refused');
    await bob.enter('bob');
  });

  it('is closed when its stay goes on on a newer one', async () => {
    const [ann, old, back] = [client(), client(), client()];
    await ann.enter('ann');
    const snapshot = await old.enter('bob');
    expect(await back.resume(snapshot, 'bob')).toMatchObject({ result: { sessionId: snapshot.sessionId } });
    expect(await old.closed).toBe(CLOSE_CODES.superseded);
    await back.request('exit', {});
    expect((await ann.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 0 });
    expect(ann.events.map(({ name }) => name)).toEqual(['userEntered', 'userLeft']);
  });

  it('is closed when its stay left by another way', async () => {
    const bob = client();
    const { resumeToken } = await bob.enter('bob');
    const body = JSON.stringify({ resumeToken, cause: 'exited' });
    await fetch(`${server.url}/v1/leave`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
    });
    expect(await bob.closed).toBe(CLOSE_CODES.ended);
  });
});

it('a removal counts as done although the victim does not confirm it', async () => {
  const [ann, bob] = [client(), client()];
  await ann.enter('ann');
  await bob.enter('bob');
  bob.answering = false;
  const begun = performance.now();
  expect(await cloudApi(server, 'RemoveUser', { RoomId: 7, UserIds: ['bob'] })).not.toHaveProperty('Error');
  const took = performance.now() - begun;
  expect(bob.events.at(-1)?.data).toEqual({ reason: 'removed' });
  // Timers fire up to a millisecond early.
  expect(took).toBeGreaterThan(TOLD_BUDGET_MS - 2);
  expect(took).toBeLessThan(TOLD_BUDGET_MS + 1_000);
});

it('a client that does not read is cut before it costs much', async () => {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const sockets = new WebSocketServer({ server: http });
  const reader = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const closed = once(reader, 'close');
  const [socket] = (await once(sockets, 'connection')) as [WebSocket];
  await once(reader, 'open');
  reader.pause();
  const ends: LinkEnd[] = [];
  const owner = { onRequest: () => undefined, onClosed: (end: LinkEnd) => void ends.push(end) };
  const link = new Link(socket, owner, { clock: systemClock, timers: DEFAULT_TIMERS, log: silentLog });
  const text = 'x'.repeat(100_000);
  for (let sent = 0; link.open && sent < 1_000; sent++) {
    link.sendText(text);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(ends).toEqual([{ by: 'us', code: CLOSE_CODES.tooSlow }]);
  reader.resume();
  await closed;
  http.close();
});
