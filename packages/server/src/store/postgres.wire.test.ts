import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { RECEIVER_KEY, Receiver } from '../callbacks/receiver.contract.ts';
import type { RotundaServer, StartServerOptions } from '../index.ts';
import { APP, WireClient, cloudApi, startTestServer } from '../signalling/wire.contract.ts';
import { PostgresServer } from '../testing/postgres-server.ts';

const FAST = { heartbeat: 100, linkDead: 400, giveUp: 600, goingAway: 300, firstRetry: 100 };

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await PostgresServer.start();
}, 60_000);
afterAll(() => postgres?.stop());

let databaseUrl: string;
let servers: RotundaServer[] = [];
beforeEach(async () => {
  databaseUrl = await postgres.createDatabase();
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

/** A server with a new folder: what it knows is in the database. */
async function start(over: Partial<StartServerOptions> = {}): Promise<RotundaServer> {
  const server = await startTestServer({ databaseUrl, timers: FAST, ...over });
  servers.push(server);
  return server;
}

const remove = (server: RotundaServer, userId: string) =>
  cloudApi(server, 'RemoveUser', { RoomId: 7, UserIds: [userId] });

it('who was removed stays away from the next server with the same database', async () => {
  const before = await start();
  const [ann, bob, carl] = [new WireClient(before), new WireClient(before), new WireClient(before)];
  await ann.enter('ann');
  const snapshots = { bob: await bob.enter('bob'), carl: await carl.enter('carl') };
  carl.socket.terminate();
  await ann.event('userLeft');
  for (const userId of ['bob', 'carl']) expect(await remove(before, userId)).not.toHaveProperty('Error');
  await before.close();
  const after = await start();
  for (const userId of ['bob', 'carl'] as const) {
    const answer = await new WireClient(after).resume(snapshots[userId], userId);
    expect(answer).toMatchObject({ type: 'error', ended: 'removed' });
  }
  await new WireClient(after).enter('bob');
});

it('rooms go on while the database is away, a backend is told, and what happened meanwhile is kept', async () => {
  const before = await start();
  const [ann, bob, carl] = [new WireClient(before), new WireClient(before), new WireClient(before)];
  await ann.enter('ann');
  const bobsPlace = await bob.enter('bob');
  await carl.enter('carl');
  const leaver = (userId: string) =>
    ann.frame(
      (frame) =>
        frame.type === 'event' &&
        frame.name === 'userLeft' &&
        (frame.data as { userId: string }).userId === userId,
    );
  await postgres.pause();

  const message = { cmdId: 1, seq: 1, reliable: true, data: 'aGVsbG8=' };
  expect(await ann.request('customMessage', message)).toMatchObject({ type: 'response' });
  expect((await carl.event('customMessage')).data).toMatchObject({ userId: 'ann' });
  expect(await carl.request('exit', {})).toMatchObject({ type: 'response' });
  expect(await leaver('carl')).toMatchObject({ data: { reason: 0 } });
  await new WireClient(before).enter('dora');

  expect(await remove(before, 'bob')).toMatchObject({ Error: { Code: 'ServiceUnavailable' } });
  expect((await bob.event('ended')).data).toMatchObject({ reason: 'removed' });
  await leaver('bob');

  await postgres.resume();
  await expect.poll(() => remove(before, 'bob')).not.toHaveProperty('Error');
  await before.close();
  const after = await start();
  const answer = await new WireClient(after).resume(bobsPlace, 'bob');
  expect(answer).toMatchObject({ type: 'error', ended: 'removed' });
});

it('a backend is told when the database is back of what happened meanwhile', async () => {
  const receiver = await new Receiver().listen();
  const server = await start({ apps: [{ ...APP, callbacks: { url: receiver.url, key: RECEIVER_KEY } }] });
  await new WireClient(server).enter('ann');
  await expect.poll(() => receiver.summary).toEqual(['101 ann', '103 ann 1']);
  await postgres.pause();
  const bob = new WireClient(server);
  await bob.enter('bob');
  expect(await bob.request('exit', {})).toMatchObject({ type: 'response' });
  await postgres.resume();
  const told = ['101 ann', '103 ann 1', '103 bob 1', '104 bob 1'];
  await expect.poll(() => receiver.summary).toEqual(told);
  await server.close();
  await receiver.close();
  expect(receiver.faults).toEqual([]);
});

it('a server does not start without its database, and says which it is, without the password', async () => {
  const wrong = databaseUrl.replace(/:[^:@/]+@/, ':S3CRET@');
  const error: unknown = await startTestServer({ databaseUrl: wrong }).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: 'ConfigError' });
  expect(String(error)).toMatch(
    /databaseUrl \(ROTUNDA_DATABASE_URL\): PostgreSQL at 127\.0\.0\.1:\d+\/test_\d+ /,
  );
  expect(String(error)).toContain('password authentication failed');
  expect(String(error)).not.toContain('S3CRET');
});
