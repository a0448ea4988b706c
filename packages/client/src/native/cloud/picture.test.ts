import { describe, expect, it } from 'vitest';
import type { TRTCVideoStreamType } from '@rotunda/protocol';
import { FakeServer } from '../../testing/fake-server.ts';
import { createUser } from '../user.contract.ts';

/** Alice in a room with Bob, who has his camera on. */
async function enter() {
  const server = new FakeServer();
  server.addUser('bob', ['video']);
  const alice = createUser('alice', server);
  await alice.enter();
  alice.take();
  return { ...alice, server };
}

describe('a snapshot', () => {
  async function snapshots() {
    const { cloud, fake, take } = await enter();
    const taken: unknown[][] = [];
    cloud.on('onSnapshotComplete', (...args) => taken.push(args));
    cloud.startLocalPreview(null);
    cloud.startRemoteView('bob', null, 0);
    await fake.settle();
    const [own, remote] = [...fake.playback.pictures];
    if (!own || !remote) throw new Error('two pictures are shown');
    own.snapshot = { data: 'data:own', width: 640, height: 360 };
    remote.snapshot = { data: 'data:bob', width: 320, height: 180 };
    take();
    return { cloud, fake, take, taken };
  }

  it("is of one's own picture for an empty user, of the other's otherwise, and never comes from within the call", async () => {
    const { cloud, fake, take, taken } = await snapshots();
    cloud.snapshotVideo('', 0);
    cloud.snapshotVideo('bob', 0);
    expect(taken).toEqual([]);
    await fake.settle();
    expect(taken).toEqual([
      ['', 0, 'data:own', 640, 360],
      ['bob', 0, 'data:bob', 320, 180],
    ]);
    expect(take()).toEqual([]);
  });

  it.each([
    ['a user who is not shown', 'carol', 0],
    ['a stream that is not shown', 'bob', 2],
    ['a screen that is not shared', '', 2],
  ] as const)('of %s is an error and an empty answer', async (_what, userId, type: TRTCVideoStreamType) => {
    const { cloud, fake, take, taken } = await snapshots();
    cloud.snapshotVideo(userId, type);
    await fake.settle();
    expect(take()).toEqual(['onError -3 …']);
    expect(taken).toEqual([[userId, type, '', 0, 0]]);
  });
});
