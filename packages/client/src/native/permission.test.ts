import { describe, expect, it } from 'vitest';
import { FakeServer } from '../testing/fake-server.ts';
import { TRTCSwitchRoomParam } from './params.ts';
import { createUser, expectNothingLeft } from './user.contract.ts';

const DENIED = { code: -100006, message: 'not allowed' };

/** Alice is in a live room with the ticket `first`, and Bob sends there. */
async function inRoom({ role = 20 }: { role?: 20 | 21 } = {}) {
  const server = new FakeServer();
  server.addUser('bob', ['video', 'audio']);
  const alice = createUser('alice', server);
  alice.cloud.enterRoom(Object.assign(alice.params(), { role, privateMapKey: 'first' }), 1);
  await alice.fake.settle();
  alice.take();
  /** What was shown with each request of that kind. */
  const shown = (method: string): unknown[] =>
    server.received
      .filter((frame) => frame.method === method)
      .map(({ params }) => (params as { privateMapKey?: string }).privateMapKey);
  const update = (privateMapKey: unknown): Promise<void> => {
    alice.cloud.callExperimentalAPI(
      JSON.stringify({ api: 'updatePrivateMapKey', params: { privateMapKey } }),
    );
    return alice.fake.settle();
  };
  return { ...alice, server, shown, update };
}

/** Without what depends on packets. */
const facts = (lines: string[]): string[] => lines.filter((line) => !line.includes('First'));

describe('the permission ticket', () => {
  it('is shown on entering, and again by who becomes an anchor', async () => {
    const { cloud, fake, shown, take } = await inRoom({ role: 21 });
    for (const role of [20, 21, 20] as const) {
      cloud.switchRole(role);
      await fake.settle();
    }
    cloud.switchRole(20);
    await fake.settle();
    expect(shown('enter')).toEqual(['first']);
    expect(shown('switchRole'), 'only by who rises').toEqual(['first', undefined, 'first', undefined]);
    expect(take()).toEqual(Array(4).fill('onSwitchRole 0 '));
  });

  it('that is no text changes no role', async () => {
    const { cloud, enter, fake, take } = createUser('alice');
    await enter(1, 21);
    take();
    cloud.switchRole(20, 5 as never);
    await fake.settle();
    expect(take()).toEqual(['onSwitchRole -100006 …']);
    expect(fake.server.requests).not.toContain('switchRole');
  });

  it('that switchRole brings is the newest from then on', async () => {
    const { cloud, fake, shown } = await inRoom({ role: 21 });
    cloud.switchRole(20, 'second');
    await fake.settle();
    cloud.switchRole(21);
    cloud.switchRole(20);
    await fake.settle();
    fake.network.breakAll();
    await fake.advance(2_000);
    expect(shown('switchRole')).toEqual(['second', undefined, 'second']);
    expect(shown('resume')).toEqual(['second']);
  });

  it('that the experimental call brings is the newest when the server has taken it', async () => {
    const { cloud, fake, server, shown, update, take } = await inRoom({ role: 21 });
    server.refusals.set('updatePermission', { code: -102000, message: 'later' });
    await update('second');
    expect(take()).toEqual(['onError -102000 later']);
    cloud.switchRole(20);
    await fake.settle();
    server.refusals.clear();
    await update('third');
    fake.network.breakAll();
    await fake.advance(2_000);
    expect(shown('switchRole')).toEqual(['first']);
    expect(shown('updatePermission')).toEqual(['second', 'third']);
    expect(shown('resume')).toEqual(['third']);
    expect(take().filter((line) => line.startsWith('onError'))).toEqual([]);
  });

  it('of one room is not shown in the next', async () => {
    const { cloud, fake, server, shown, update } = await inRoom({ role: 21 });
    server.ignored.add('updatePermission');
    await update('for the old room');
    cloud.switchRoom(new TRTCSwitchRoomParam(78, '', '', 'there'));
    await fake.settle();
    server.ignored.clear();
    cloud.switchRole(20);
    await fake.settle();
    cloud.switchRoom(new TRTCSwitchRoomParam(79));
    await fake.settle();
    fake.network.breakAll();
    await fake.advance(2_000);
    expect(shown('switchRoom')).toEqual(['there', undefined]);
    expect(shown('switchRole')).toEqual(['there']);
    expect(shown('updatePermission')).toEqual(['for the old room']);
    expect(shown('resume')).toEqual([undefined]);
  });

  it('is shown again when its answer was lost with the link', async () => {
    const { fake, server, shown, update } = await inRoom();
    server.ignored.add('updatePermission');
    await update('second');
    server.ignored.clear();
    fake.network.breakAll();
    await fake.advance(2_000);
    expect(shown('resume')).toEqual(['first']);
    expect(shown('updatePermission')).toEqual(['second', 'second']);
  });

  it('of the other room goes with the wish to be linked with it', async () => {
    const { cloud, fake, shown } = await inRoom();
    for (const privateMapKey of ['there', '', null]) {
      cloud.connectOtherRoom(JSON.stringify({ roomId: 2, userId: 'bea', privateMapKey }));
      await fake.settle();
    }
    expect(shown('connectRoom')).toEqual(['there', undefined, undefined]);
  });
});

describe('what the permission ticket does not allow', () => {
  it('to be received is said for each stream, and shows nothing', async () => {
    const { cloud, fake, server, take } = await inRoom();
    server.refusals.set('subscribe', DENIED);
    server.addUser('carol', ['video', 'audio']);
    await fake.settle();
    expect(facts(take()).filter((line) => line.startsWith('onError'))).toEqual(['onError -100006 …']);
    cloud.startRemoteView('carol', null, 0);
    await fake.settle();
    expect(take()).toEqual(['onError -100006 …']);
    expect(fake.playback.pictures.size).toBe(0);
  });

  it('to be sent is said once, and a screen that may not be shared is closed', async () => {
    const { cloud, fake, server, take } = await inRoom();
    server.refusals.set('publish', DENIED);
    cloud.startLocalAudio();
    cloud.startScreenCapture(null);
    await fake.settle();
    expect(
      take()
        .filter((line) => /onError|Stopped/.test(line))
        .toSorted(),
    ).toEqual(['onError -100006 …', 'onError -100006 …', 'onScreenCaptureStopped 0']);
    expect(fake.devices.live.map(({ kind }) => kind)).toEqual(['audio']);
  });

  it('is sent and received when a newer one allows it', async () => {
    const { cloud, fake, server, update, take } = await inRoom();
    server.refusals.set('subscribe', DENIED);
    server.refusals.set('publish', DENIED);
    cloud.startLocalAudio();
    cloud.startRemoteView('bob', null, 0);
    await fake.settle();
    expect(fake.playback.pictures.size).toBe(0);
    take();
    server.refusals.clear();
    await update('better');
    expect(server.stays.find(({ userId }) => userId === 'alice')?.streams).toMatchObject([
      { source: 'audio' },
    ]);
    expect(fake.playback.pictures.size).toBe(1);
    expect(facts(take())).toEqual([]);
  });

  it('is sent when a change of role brings one that allows it', async () => {
    const { cloud, fake, server, take } = await inRoom();
    server.refusals.set('publish', DENIED);
    cloud.startLocalAudio();
    await fake.settle();
    server.refusals.clear();
    take();
    cloud.switchRole(20, 'better');
    await fake.settle();
    expect(server.stays.find(({ userId }) => userId === 'alice')?.streams).toMatchObject([
      { source: 'audio' },
    ]);
    expect(facts(take())).toEqual(['onSwitchRole 0 ']);
  });

  it('any more ends, and is said once for what was sent and for what was received', async () => {
    const { cloud, fake, server, update, take } = await inRoom();
    cloud.startLocalAudio();
    cloud.startRemoteView('bob', null, 0);
    await fake.settle();
    take();
    const [picture] = server.consumers.keys();
    server.refusals.set('publish', DENIED);
    server.refusals.set('subscribe', DENIED);
    server.withdraw('alice', 'audio', DENIED);
    for (const consumerId of server.consumers.keys()) server.tell('alice', 'consumerClosed', { consumerId });
    await fake.settle();
    expect(picture).toBeDefined();
    expect(take(), 'the answer is on its way').toEqual([]);
    expect(fake.playback.pictures.size).toBe(0);
    expect(fake.playback.sounds.size).toBe(0);
    await update('worse');
    expect(take(), 'own sound, and sound and picture of Bob').toEqual(Array(3).fill('onError -100006 …'));
  });
});

describe('a permission ticket that is not good enough', () => {
  it('ends the stay after onSwitchRole and onError', async () => {
    const alice = await inRoom({ role: 21 });
    alice.server.refusals.set('switchRole', DENIED);
    alice.cloud.switchRole(20);
    await alice.fake.settle();
    alice.server.end('alice', 'permissionLost');
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onSwitchRole -100006 …', 'onError -100006 …', 'onExitRoom 1']);
    expectNothingLeft(alice);
  });

  it('that was shown by itself ends the stay with one onError', async () => {
    const alice = await inRoom();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.take();
    alice.server.refusals.set('updatePermission', DENIED);
    await alice.update('worse');
    alice.server.end('alice', 'permissionLost');
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -100006 …', 'onExitRoom 1']);
    expect(alice.fake.devices.live).toEqual([]);
    expectNothingLeft(alice);
  });

  it('is refused outside of a room, and so is what is no ticket', async () => {
    const alice = await inRoom();
    for (const wrong of [undefined, null, '', 7, 'x'.repeat(5_000)]) await alice.update(wrong);
    expect(alice.take()).toEqual(Array(5).fill('onError -2 …'));
    alice.cloud.exitRoom();
    await alice.fake.settle();
    alice.take();
    await alice.update('late');
    expect(alice.take()).toEqual(['onError -3 …']);
    expect(alice.server.requests).not.toContain('updatePermission');
  });
});
