import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { CLOSE_CODES } from '@rotunda/protocol';
import type { RotundaServer } from '../index.ts';
import { WireClient, startTestServer } from './wire.contract.ts';

const LIVE = { scene: 1 };
const AUDIENCE = { ...LIVE, role: 21 };

let server: RotundaServer;
let clients: WireClient[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.terminate();
});
afterAll(() => server.close());

async function enter(userId: string, over: object): Promise<WireClient> {
  const client = new WireClient(server);
  clients.push(client);
  await client.enter(userId, over);
  return client;
}

const data = (text: string): string => Buffer.from(text).toString('base64');
const message = (seq: number, text = `${seq}`, over: object = {}): object => ({
  cmdId: 1,
  seq,
  reliable: true,
  data: data(text),
  ...over,
});

function heard(client: WireClient): [string, string][] {
  return client.events
    .filter(({ name }) => name === 'customMessage')
    .map(({ data: event }) => event as { userId: string; data: string })
    .map((event) => [event.userId, Buffer.from(event.data, 'base64').toString()]);
}

async function eventually(check: () => void): Promise<void> {
  await expect.poll(() => (check(), true), { timeout: 5_000, interval: 10 }).toBe(true);
}

it('passes messages on to the audience in order, and to no other room', async () => {
  const ann = await enter('ann', LIVE);
  const vic = await enter('vic', AUDIENCE);
  const stranger = await enter('stranger', { ...LIVE, room: { roomId: 8 } });
  const namesake = await enter('namesake', { ...LIVE, room: { strRoomId: '7' } });
  const answers = await Promise.all([1, 2, 3, 3, 2].map((seq) => ann.request('customMessage', message(seq))));
  expect(answers.map(({ type }) => type)).toEqual(Array(5).fill('response'));
  await eventually(() => expect(heard(vic)).toEqual([1, 2, 3].map((seq) => ['ann', `${seq}`])));
  expect([ann, stranger, namesake].flatMap(heard)).toEqual([]);
});

it('takes no message of the audience, and none that is out of bounds', async () => {
  const ann = await enter('ann', LIVE);
  const vic = await enter('vic', AUDIENCE);
  expect(await vic.request('customMessage', message(1))).toMatchObject({ type: 'error', code: -3 });
  const bad = [
    message(1, '', { cmdId: 0 }),
    message(1, '', { cmdId: 11 }),
    message(0),
    message(1.5),
    message(1, 'x'.repeat(1025)),
    message(1, '', { data: 'not base64!' }),
    message(1, '', { data: 'QQ' }),
    message(1, '', { data: 7 }),
    {},
    null,
  ];
  for (const params of bad) {
    expect(await ann.request('customMessage', params)).toMatchObject({ type: 'error', code: -102023 });
  }
  expect(await ann.request('customMessage', message(1, 'x'.repeat(1024)))).toMatchObject({
    type: 'response',
  });
  await eventually(() => expect(heard(vic)).toHaveLength(1));
});

it('cuts off who floods, and passes on no more than the budget', async () => {
  const ann = await enter('ann', LIVE);
  const bob = await enter('bob', LIVE);
  const vic = await enter('vic', AUDIENCE);
  const begun = performance.now();
  for (let seq = 1; seq <= 3_000; seq++)
    void ann.request('customMessage', message(seq)).catch(() => undefined);
  expect(await ann.closed).toBe(CLOSE_CODES.protocolError);
  const seconds = (performance.now() - begun) / 1_000;
  expect(await bob.request('customMessage', message(1, 'calm'))).toMatchObject({ type: 'response' });
  await eventually(() => expect(heard(vic)).toContainEqual(['bob', 'calm']));
  const flood = heard(vic).filter(([from]) => from === 'ann');
  // 30 a second, six seconds' worth at once, and what was refilled while the flood lasted.
  expect(flood.length).toBeGreaterThanOrEqual(180);
  expect(flood.length).toBeLessThanOrEqual(180 + 30 * seconds);
});

it('tells who comes back what was said meanwhile', async () => {
  const ann = await enter('ann', LIVE);
  const first = new WireClient(server);
  const snapshot = await first.enter('bob', LIVE);
  expect(snapshot.messages).toEqual([]);
  first.socket.terminate();
  await ann.request('customMessage', message(1));
  await ann.request('customMessage', message(2, 'two', { reliable: false }));
  const again = new WireClient(server);
  clients.push(again);
  const answer = await again.resume(snapshot, 'bob');
  expect(answer).toMatchObject({
    type: 'response',
    result: { messages: [{ userId: 'ann', cmdId: 1, seq: 2, reliable: false }] },
  });
});
