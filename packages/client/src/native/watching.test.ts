import { describe, expect, it } from 'vitest';
import { FakeMedia } from '../testing/fake-media.ts';
import { FakeServer } from '../testing/fake-server.ts';
import { createUser } from './user.contract.ts';

type User = ReturnType<typeof createUser>;

/** Alice in a room with Bob, who sends picture and sound. */
async function withBob(): Promise<User> {
  const server = new FakeServer();
  server.addUser('bob', ['video']);
  const alice = createUser('alice', server);
  await alice.enter();
  alice.take();
  return alice;
}

/** Alice watches Bob. */
async function watchingBob(): Promise<User> {
  const alice = await withBob();
  alice.cloud.startRemoteView('bob', null, 0);
  await alice.fake.settle();
  alice.take();
  return alice;
}

function streamOf({ fake }: User, userId: string): string | undefined {
  return fake.server.stays.find((stay) => stay.userId === userId)?.streams[0]?.streamId;
}

function asked({ fake }: User, method: string): number {
  return fake.server.requests.filter((request) => request === method).length;
}

/** One consumer, of the stream that Bob sends now, known to both sides, and one picture. */
function expectPicture(alice: User): void {
  const { server, engines, playback } = alice.fake;
  expect([...server.consumers.values()].map(({ streamId }) => streamId)).toEqual([streamOf(alice, 'bob')]);
  expect([...engines.last.received]).toEqual([...server.consumers.keys()]);
  expect(playback.pictures.size).toBe(1);
}

function expectNothingReceived({ fake }: User): void {
  expect(fake.server.consumers.size).toBe(0);
  expect(fake.engines.last.received.size).toBe(0);
  expect(fake.playback.pictures.size).toBe(0);
}

describe('a media worker that is replaced', () => {
  it.each(['subscribe', 'connectTransport', 'resumeConsumer'])(
    'and could not answer %s: the same stream is asked for anew',
    async (method) => {
      const alice = await withBob();
      alice.fake.server.refusals.set(method, { code: -7, message: 'being set up anew' });
      alice.cloud.startRemoteView('bob', null, 0);
      await alice.fake.settle();
      alice.fake.server.refusals.clear();
      alice.fake.server.resetMedia('alice');
      await alice.fake.settle();
      expectPicture(alice);
      expect(alice.take()).toEqual([]);
    },
  );

  it('while a stream is being opened: the same stream is shown from the new one', async () => {
    const alice = await withBob();
    const release = alice.fake.gates.hold('consume');
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    alice.fake.server.resetMedia('alice');
    await alice.fake.settle();
    release();
    await alice.fake.settle();
    expectPicture(alice);
    expect(alice.take()).toEqual([]);
  });

  it('forgets that a stream could not be received on the old one', async () => {
    const alice = await withBob();
    alice.fake.server.refusals.set('subscribe', { code: -102023, message: 'not now' });
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -102023 …']);
    alice.fake.server.refusals.clear();
    alice.fake.server.resetMedia('alice');
    await alice.fake.settle();
    expectPicture(alice);
  });
});

describe('a receive transport that is replaced', () => {
  /** Alice watches Bob, and speaks. */
  async function both(): Promise<User> {
    const alice = await watchingBob();
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    alice.take();
    return alice;
  }

  function expectBoth(alice: User): void {
    expectPicture(alice);
    expect(asked(alice, 'subscribe')).toBe(2);
    expect([...alice.fake.engines.last.sent.keys()]).toEqual(['audio']);
    expect(asked(alice, 'publish')).toBe(1);
    expect(alice.take().filter((line) => line.startsWith('onError'))).toEqual([]);
  }

  it('costs the picture nothing but a new subscription, and what is sent nothing', async () => {
    const alice = await both();
    alice.fake.server.resetReceiving('alice');
    await alice.fake.settle();
    expectBoth(alice);
  });

  it('while the link was down: is made when it is back, and what is sent goes on', async () => {
    const alice = await both();
    alice.fake.server.keptTransports = 'send';
    alice.fake.network.breakAll();
    await alice.fake.advance(1_500);
    expectBoth(alice);
  });

  it('while a stream is being opened: nothing of it stays open', async () => {
    const alice = await withBob();
    const release = alice.fake.gates.hold('consume');
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    // What was asked before the client knew of the new transport is on the new one.
    alice.fake.server.tell('alice', 'receiveReset', { recv: new FakeMedia(() => 1_000).transport('recv') });
    await alice.fake.settle();
    release();
    await alice.fake.settle();
    expect(asked(alice, 'subscribe')).toBe(2);
    expectPicture(alice);
    expect(alice.take()).toEqual([]);
  });
});

describe('a user who leaves and is back at once', () => {
  it('is subscribed once', async () => {
    const alice = await watchingBob();
    const { server } = alice.fake;
    server.end('bob', 'exited');
    server.addUser('bob', ['video']);
    alice.cloud.on('onRemoteUserEnterRoom', () => alice.cloud.startRemoteView('bob', null, 0));
    await alice.fake.settle();
    expectPicture(alice);
    expect(asked(alice, 'subscribe')).toBe(2);
  });

  it('is subscribed once when what it had is given back late', async () => {
    const alice = await watchingBob();
    const { server } = alice.fake;
    server.announce('userLeft', { userId: 'bob', sessionId: server.stays[0]!.sessionId, reason: 0 });
    server.addUser('bob', ['video']);
    alice.cloud.on('onRemoteUserEnterRoom', () => alice.cloud.startRemoteView('bob', null, 0));
    await alice.fake.settle();
    expect(server.consumers.size).toBe(1);
    expect(alice.fake.engines.last.received.size).toBe(1);
    expect(alice.fake.playback.pictures.size).toBe(1);
  });
});

describe('a stream that ends', () => {
  it('while it is being opened, and goes on as another one: that one is shown', async () => {
    const alice = await withBob();
    const release = alice.fake.gates.hold('consume');
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    alice.fake.server.stopStream('bob', 'video');
    alice.fake.server.startStream('bob', 'video');
    await alice.fake.settle();
    alice.take();
    release();
    await alice.fake.settle();
    expectPicture(alice);
    expect(alice.take()).toEqual([]);
  });

  it('while it is being opened, before the room knows: nothing of it is kept', async () => {
    const alice = await withBob();
    const release = alice.fake.gates.hold('consume');
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    alice.fake.server.endMedia(streamOf(alice, 'bob')!);
    await alice.fake.settle();
    release();
    await alice.fake.settle();
    expectNothingReceived(alice);
    expect(asked(alice, 'subscribe')).toBe(1);
    expect(alice.take()).toEqual([]);
  });

  it('before the room knows is no error of who asks for it, and the next one is shown', async () => {
    const alice = await withBob();
    alice.fake.server.endMedia(streamOf(alice, 'bob')!);
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    expect(alice.take()).toEqual([]);
    alice.fake.server.stopStream('bob', 'video');
    await alice.fake.settle();
    alice.fake.server.startStream('bob', 'video');
    await alice.fake.settle();
    expectPicture(alice);
    expect(alice.take()).toEqual(['onUserVideoAvailable bob 0', 'onUserVideoAvailable bob 1']);
  });

  it.each([
    ['resumeConsumer', 0],
    ['setLayer', 1],
  ] as const)('under %s is no error, and the next one is shown', async (method, streamType) => {
    const alice = await withBob();
    alice.fake.server.refusals.set(method, { code: -3, message: 'has ended' });
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    alice.cloud.setRemoteVideoStreamType('bob', streamType);
    await alice.fake.settle();
    alice.fake.server.refusals.clear();
    alice.fake.server.stopStream('bob', 'video');
    alice.fake.server.startStream('bob', 'video');
    await alice.fake.settle();
    expectPicture(alice);
    expect(alice.take().filter((line) => line.startsWith('onError'))).toEqual([]);
  });

  it('is not asked for again before there is another one', async () => {
    const alice = await watchingBob();
    alice.fake.server.endMedia(streamOf(alice, 'bob')!);
    await alice.fake.settle();
    expectNothingReceived(alice);
    expect(asked(alice, 'subscribe')).toBe(1);
    expect(asked(alice, 'unsubscribe')).toBe(0);
  });
});

describe('a stream that cannot be received', () => {
  it('is told, and given back', async () => {
    const alice = await withBob();
    alice.fake.engines.failing.add('consume');
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -1 …']);
    expectNothingReceived(alice);
  });

  it('says nothing about the one that took its place', async () => {
    const alice = await withBob();
    const answer = alice.fake.gates.hold('frame to client');
    alice.fake.server.startStream('bob', 'video');
    alice.fake.server.refusals.set('subscribe', { code: -102023, message: 'not now' });
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    alice.fake.server.refusals.clear();
    answer();
    await alice.fake.settle();
    expectPicture(alice);
    expect(alice.take()).toEqual([]);
  });
});
