import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { MAX_CALL_MEMBERS, MAX_PUBLISHERS } from '../rooms/limits.ts';
import { WireClient, enterSpeaker, startTestServer } from './wire.contract.ts';

const TOO_MANY = -102052;
const SECOND_SCREEN = -102016;
const BATCH = 20;

let server: RotundaServer;
let clients: WireClient[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

function client(): WireClient {
  const made = new WireClient(server);
  clients.push(made);
  return made;
}

async function leaveAll(): Promise<void> {
  await Promise.all(clients.map((made) => made.request('exit', {})));
  clients = [];
}

/** `count` users do the same, some at a time. */
async function everybody<T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let start = 0; start < count; start += BATCH) {
    const indices = Array.from({ length: Math.min(BATCH, count - start) }, (_, offset) => start + offset);
    results.push(...(await Promise.all(indices.map(act))));
  }
  return results;
}

const speaker = (userId: string) => enterSpeaker(client(), userId);

it('refuses the 301st member of a call, and takes it when somebody has left', async () => {
  await everybody(MAX_CALL_MEMBERS, (index) => client().enter(`user${index}`));
  await expect(client().enter('latecomer')).rejects.toThrow(`refused: ${TOO_MANY} `);
  await clients.shift()?.request('exit', {});
  await client().enter('latecomer');
  await leaveAll();
}, 60_000);

it('lets the 51st publisher in, but not publish before another one stops', async () => {
  const speakers = await everybody(MAX_PUBLISHERS, async (index) => {
    const made = await speaker(`speaker${index}`);
    expect(await made.publish('audio', 1000 + index)).toMatchObject({ type: 'response' });
    return made;
  });
  const late = await speaker('late-speaker');
  expect(await late.publish('audio', 5000)).toMatchObject({ type: 'error', code: TOO_MANY });
  expect(await speakers[0]!.wire.request('unpublish', { source: 'audio' })).toMatchObject({
    type: 'response',
  });
  expect(await late.publish('audio', 5001)).toMatchObject({ type: 'response' });
  await leaveAll();
}, 60_000);

it('has one screen share per room', async () => {
  const ann = await speaker('ann');
  const bob = await speaker('bob');
  expect(await ann.publish('sub', 1)).toMatchObject({ type: 'response' });
  expect(await bob.publish('sub', 2)).toMatchObject({ type: 'error', code: SECOND_SCREEN });
  expect(server.counts().producers, 'what was refused is not forwarded').toBe(1);
  await leaveAll();
});
