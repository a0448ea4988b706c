import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { WireClient, startTestServer } from './wire.contract.ts';

let server: RotundaServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const read = async (path: string): Promise<string> => (await fetch(`${server.url}${path}`)).text();

it('counts rooms that are open although nobody is in them, and entries that were refused', async () => {
  const [viewer, stranger] = [new WireClient(server), new WireClient(server)];
  await viewer.enter('viewer', { scene: 1, role: 21 });
  await viewer.request('exit', {});
  await expect(stranger.enter('ann', { userSig: '' })).rejects.toThrow('refused');
  const metrics = await read('/metrics');
  expect(server.counts()).toMatchObject({ sessions: 0, rooms: 0 });
  expect(metrics).toContain('rotunda_rooms 1\n');
  expect(metrics).toContain('rotunda_entries_refused_total{code="-3320"} 1\n');
  expect(JSON.parse(await read('/readyz'))).toEqual({ status: 'ready' });
});
