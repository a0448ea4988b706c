import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { WireClient, startTestServer } from './wire.contract.ts';

let server: RotundaServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const report = (over: object = {}): object => ({
  quality: 2,
  rtt: 40,
  upLoss: 3,
  downQuality: 1,
  downLoss: 0,
  of: [],
  ...over,
});

it('keeps what each client says of its path, tells others who ask, and takes a few a second', async () => {
  const [ann, bob] = [new WireClient(server), new WireClient(server)];
  await ann.enter('ann');
  await bob.enter('bob');
  expect(await bob.request('quality', report({ of: ['ann', 'nobody'] }))).toMatchObject({
    result: { users: [] },
  });
  await ann.request('quality', report());
  await ann.request('quality', report({ quality: 5, rtt: 900 }));
  expect(await bob.request('quality', report({ of: ['ann', 'nobody'] }))).toMatchObject({
    result: { users: [{ userId: 'ann', quality: 5, rtt: 900, upLoss: 3 }] },
  });
  for (const bad of [
    { quality: 7 },
    { rtt: -1 },
    { upLoss: 101 },
    { of: Array(65).fill('ann') },
    { of: [7] },
    { surroundings: { hidden: 1, denied: [] } },
    { surroundings: { hidden: true, denied: ['sub'] } },
    { surroundings: { hidden: true, denied: [], network: 'carrier pigeon' } },
  ]) {
    expect(await bob.request('quality', report(bad))).toMatchObject({ type: 'error', code: -102023 });
  }
  const flood = await Promise.all(Array.from({ length: 20 }, () => bob.request('quality', report())));
  expect(flood.filter(({ type }) => type === 'error').length).toBeGreaterThanOrEqual(15);
  for (const { socket } of [ann, bob]) socket.terminate();
});
