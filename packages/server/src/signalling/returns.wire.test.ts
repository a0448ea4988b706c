import { RotundaAdmin } from '@rotunda/admin';
import { expect, it } from 'vitest';
import { APP, WireClient, cloudApi, startTestServer, tempDataDir } from './wire.contract.ts';

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

it.each([
  ['the stay that it would return to', 'cut off'],
  ['a stay that was given up', 'given up'],
] as const)(
  'who was removed with a reason and kept out learns both at its return to %s, after a restart too',
  async (_what, when) => {
    const dataDir = tempDataDir();
    const before = await startTestServer({
      dataDir,
      timers: { ...FAST, giveUp: when === 'cut off' ? 60_000 : 600 },
    });
    const [ann, bob] = [new WireClient(before), new WireClient(before)];
    await ann.enter('ann');
    const snapshot = await bob.enter('bob');
    bob.socket.terminate();
    if (when === 'given up') await ann.event('userLeft');
    const admin = new RotundaAdmin({ url: before.url, ...APP.cloudApi });
    const message = 'Please come back “tomorrow”';
    const place = { sdkAppId: APP.sdkAppId, room: { roomId: 7 } };
    await admin.removeUsers({ ...place, userIds: ['bob'], message, blockSeconds: 3_600 });
    const { blocks } = await admin.listEntryBlocks({ sdkAppId: APP.sdkAppId });
    const entryBlock = { until: blocks[0]?.until, message };
    const refusal = { type: 'error', ended: 'removed', removalMessage: message, entryBlock };
    expect(await new WireClient(before).resume(snapshot, 'bob')).toMatchObject(refusal);
    await before.close();
    const after = await startTestServer({ dataDir, timers: FAST });
    try {
      expect(await new WireClient(after).resume(snapshot, 'bob')).toMatchObject(refusal);
    } finally {
      await after.close();
    }
  },
);
