import { describe, expect, it } from 'vitest';
import { FakeServer } from '../testing/fake-server.ts';
import { TRTCSwitchRoomParam } from './params.ts';
import { createUser } from './user.contract.ts';

/** Alice, who receives pictures ahead, in a room with as many senders. */
async function withSenders(count: number) {
  const server = new FakeServer();
  for (let index = 0; index < count; index++) server.addUser(`sender${index}`, ['video']);
  const alice = createUser('alice', server);
  alice.cloud.setDefaultStreamRecvMode(true, true);
  await alice.enter();
  alice.take();
  const asked = (method: string): number => server.requests.filter((request) => request === method).length;
  return { ...alice, server, asked };
}

describe('a picture that nobody has asked for', () => {
  it('is received, and shown at once when it is asked for', async () => {
    const { cloud, fake, server, asked } = await withSenders(1);
    expect(server.consumers.size).toBe(1);
    expect(fake.playback.pictures.size).toBe(0);
    cloud.startRemoteView('sender0', null, 0);
    expect(fake.playback.pictures.size, 'within the call').toBe(1);
    await fake.advance(20_000);
    expect(asked('subscribe')).toBe(1);
    expect(asked('unsubscribe')).toBe(0);
  });

  it('is dropped after five seconds', async () => {
    const { cloud, fake, server } = await withSenders(1);
    await fake.advance(4_900);
    expect(server.consumers.size).toBe(1);
    await fake.advance(200);
    expect(server.consumers.size).toBe(0);
    cloud.startRemoteView('sender0', null, 0);
    await fake.settle();
    expect(server.consumers.size).toBe(1);
    expect(fake.playback.pictures.size).toBe(1);
  });

  it('is one of six at most; the others come when they are asked for', async () => {
    const { cloud, fake, server } = await withSenders(10);
    expect(server.consumers.size).toBe(6);
    for (let index = 0; index < 10; index++) cloud.startRemoteView(`sender${index}`, null, 1);
    await fake.advance(6_000);
    expect(server.consumers.size).toBe(10);
    expect(fake.playback.pictures.size).toBe(10);
  });

  it('ends with its stream, and with its user', async () => {
    const { fake, server } = await withSenders(2);
    server.stopStream('sender0', 'video');
    server.end('sender1', 'exited');
    await fake.settle();
    expect(server.consumers.size).toBe(0);
    server.startStream('sender0', 'video');
    await fake.settle();
    expect(server.consumers.size).toBe(1);
  });

  it('that cannot be received is no error before it is asked for', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['video']);
    server.refusals.set('subscribe', { code: -4, message: 'cannot decode' });
    const alice = createUser('alice', server);
    alice.cloud.setDefaultStreamRecvMode(true, true);
    await alice.enter();
    expect(alice.take().filter((line) => /Error|Warning/.test(line))).toEqual([]);
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    expect(alice.take()).toEqual([expect.stringMatching(/^onWarning 2101/)]);
  });

  it('is not received while the pictures of all are muted', async () => {
    const server = new FakeServer();
    const alice = createUser('alice', server);
    alice.cloud.setDefaultStreamRecvMode(true, true);
    await alice.enter();
    alice.cloud.muteAllRemoteVideoStreams(true);
    server.addUser('bob', ['video']);
    await alice.fake.settle();
    expect(server.consumers.size).toBe(0);
  });

  it('is dropped at once when it is muted, by itself or with all', async () => {
    const { cloud, fake, server } = await withSenders(3);
    expect(server.consumers.size).toBe(3);
    cloud.muteRemoteVideoStream('sender0', true, 0);
    await fake.settle();
    expect(server.consumers.size).toBe(2);
    cloud.muteAllRemoteVideoStreams(true);
    await fake.settle();
    expect(server.consumers.size).toBe(0);
    cloud.startRemoteView('sender0', null, 0);
    await fake.settle();
    expect(server.consumers.size, 'asked for and still muted').toBe(0);
    cloud.muteAllRemoteVideoStreams(false);
    await fake.settle();
    expect(fake.playback.pictures.size).toBe(1);
  });

  it('is dropped at once by stopRemoteView and stopAllRemoteView, as one that is shown is', async () => {
    const { cloud, fake, server } = await withSenders(3);
    cloud.startRemoteView('sender2', null, 0);
    cloud.stopRemoteView('sender0', 2);
    await fake.settle();
    expect(server.consumers.size, 'its screen only').toBe(3);
    cloud.stopRemoteView('sender0', 1);
    await fake.settle();
    expect(server.consumers.size).toBe(2);
    cloud.stopAllRemoteView();
    await fake.settle();
    expect(server.consumers.size).toBe(0);
    cloud.startRemoteView('sender0', null, 0);
    await fake.settle();
    expect(server.consumers.size, 'asked for again').toBe(1);
    expect(fake.playback.pictures.size).toBe(1);
  });

  it('is dropped when it is muted while it is on its way', async () => {
    const { cloud, fake, server } = await withSenders(1);
    server.startStream('sender0', 'video');
    cloud.muteRemoteVideoStream('sender0', true, 0);
    await fake.settle();
    expect(server.consumers.size).toBe(0);
    expect(fake.engines.last.received.size).toBe(0);
  });

  it('of one goes on when another one, or a shared screen, is muted', async () => {
    const { cloud, fake, server, asked } = await withSenders(2);
    cloud.muteRemoteVideoStream('sender0', true, 2);
    cloud.muteRemoteVideoStream('sender1', true, 0);
    cloud.startRemoteView('sender0', null, 0);
    expect(fake.playback.pictures.size, 'within the call').toBe(1);
    await fake.settle();
    expect(server.consumers.size).toBe(1);
    expect(asked('subscribe')).toBe(2);
  });

  it('is received in the next room, too', async () => {
    const { cloud, fake, server } = await withSenders(1);
    server.addUser('carol', ['video'], { roomId: 78 });
    cloud.switchRoom(new TRTCSwitchRoomParam(78));
    await fake.settle();
    expect(server.consumers.size).toBe(1);
    cloud.startRemoteView('carol', null, 0);
    expect(fake.playback.pictures.size).toBe(1);
    await fake.advance(10_000);
    expect(server.consumers.size).toBe(1);
  });

  it('is not received when the application says so before it enters', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['video']);
    const alice = createUser('alice', server);
    alice.cloud.setDefaultStreamRecvMode(true, false);
    await alice.enter();
    alice.cloud.setDefaultStreamRecvMode(true, true);
    server.addUser('carol', ['video']);
    await alice.fake.settle();
    expect(server.consumers.size).toBe(0);
  });

  it('nor is a sound, also when the application says so in the room', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['audio']);
    const alice = createUser('alice', server);
    const heard = (): number => alice.fake.engines.last.received.size;
    await alice.enter();
    alice.cloud.setDefaultStreamRecvMode(false, false);
    server.addUser('carol', ['audio']);
    await alice.fake.settle();
    expect(heard(), 'this stay goes on as it began').toBe(2);
    alice.cloud.exitRoom();
    await alice.fake.settle();
    await alice.enter();
    expect(heard()).toBe(0);
    alice.cloud.setDefaultStreamRecvMode(true, false);
    server.addUser('dave', ['audio']);
    await alice.fake.settle();
    expect(heard()).toBe(0);
    alice.cloud.muteRemoteAudio('dave', false);
    await alice.fake.settle();
    expect(heard()).toBe(1);
  });
});
