import { expect, it } from 'vitest';
import { WireClient, cloudApi, startTestServer, tempDataDir } from './wire.contract.ts';

const FAST = { heartbeat: 100, linkDead: 400, giveUp: 600, goingAway: 300, firstRetry: 100 };

it('who was given up, then removed, stays away after a restart too', async () => {
  const dataDir = tempDataDir();
  const before = await startTestServer({ dataDir, timers: FAST });
  const [ann, bob] = [new WireClient(before), new WireClient(before)];
  await ann.enter('ann');
  const snapshot = await bob.enter('bob');
  bob.socket.terminate();
  expect((await ann.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 1 });
  expect(await cloudApi(before, 'RemoveUser', { RoomId: 7, UserIds: ['bob'] })).not.toHaveProperty('Error');
  expect(await new WireClient(before).resume(snapshot, 'bob')).toMatchObject({ ended: 'removed' });
  await before.close();
  const after = await startTestServer({ dataDir, timers: FAST });
  try {
    expect(await new WireClient(after).resume(snapshot, 'bob')).toMatchObject({ ended: 'removed' });
    await new WireClient(after).enter('bob');
  } finally {
    await after.close();
  }
});
