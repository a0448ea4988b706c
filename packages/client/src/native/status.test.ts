import { describe, expect, it } from 'vitest';
import type { StatsEntry } from '../media/engine.ts';
import { FakeServer } from '../testing/fake-server.ts';
import { TRTCSwitchRoomParam } from './params.ts';
import { createUser, expectNothingLeft } from './user.contract.ts';

/** Alice in a room with Bob, who has his camera and microphone on; what she is told of whether they play. */
async function withBob() {
  const server = new FakeServer();
  server.addUser('bob', ['video', 'audio']);
  const alice = createUser('alice', server);
  const { cloud, fake } = alice;
  const told: string[] = [];
  cloud.on('onRemoteVideoStatusUpdated', (...args) => told.push(['video', ...args].join(' ')));
  cloud.on('onRemoteAudioStatusUpdated', (...args) => told.push(['audio', ...args].join(' ')));
  cloud.on('onUserVideoAvailable', (userId, available) => told.push(`available ${userId} ${available}`));
  cloud.on('onUserAudioAvailable', (userId, available) => told.push(`audible ${userId} ${available}`));
  cloud.on('onRemoteUserLeaveRoom', (userId) => told.push(`left ${userId}`));
  await alice.enter();
  told.splice(0);
  let count = 0;
  return {
    alice,
    cloud,
    fake,
    server,
    take: (): string[] => told.splice(0),
    /** Something more of each stream that is received is there when it is looked at next. */
    receive: (): void => {
      count += 10;
      const consumers = [...server.consumers.keys()].map(
        (consumerId, index) => [index + 1, consumerId] as const,
      );
      const recv = consumers.map(([ssrc]): StatsEntry => ({
        type: 'inbound-rtp',
        ssrc,
        kind: 'audio',
        packetsReceived: count,
        framesDecoded: count,
      }));
      fake.engines.last.measured = { ...fake.engines.last.measured, recv, consumers: new Map(consumers) };
    },
  };
}

/** The same, and both play. */
async function watchingBob() {
  const room = await withBob();
  room.cloud.startRemoteView('bob', null, 0);
  await room.fake.settle();
  room.receive();
  await room.fake.advance(1_000);
  expect(room.take().toSorted()).toEqual(['audio bob 1 5', 'video bob 0 1 3']);
  return room;
}

describe('whether somebody is seen and heard', () => {
  it('is told with the first picture at once', async () => {
    const { cloud, fake, take } = await withBob();
    cloud.startRemoteView('bob', null, 0);
    await fake.settle();
    const [picture] = fake.playback.pictures;
    picture?.firstFrame(640, 360);
    expect(take()).toEqual(['video bob 0 1 3']);
  });

  it('is Loading when nothing comes, and Playing when it comes again', async () => {
    const { fake, take, receive } = await watchingBob();
    await fake.advance(1_900);
    expect(take()).toEqual([]);
    await fake.advance(1_100);
    expect(take().toSorted()).toEqual(['audio bob 2 1', 'video bob 0 2 1']);
    await fake.advance(5_000);
    expect(take()).toEqual([]);
    receive();
    await fake.advance(1_000);
    expect(take().toSorted()).toEqual(['audio bob 1 2', 'video bob 0 1 2']);
  });

  it('is told before the end of a stream, and before its user leaves', async () => {
    const { server, fake, take } = await watchingBob();
    server.stopStream('bob', 'video');
    await fake.settle();
    expect(take()).toEqual(['video bob 0 0 6', 'available bob 0']);
    server.end('bob', 'exited');
    await fake.settle();
    expect(take()).toEqual(['audio bob 0 6', 'audible bob 0', 'left bob']);
  });

  it('is the doing of the user whose stream came last', async () => {
    const { server, fake, take, receive } = await watchingBob();
    server.stopStream('bob', 'video');
    await fake.settle();
    take();
    server.startStream('bob', 'video');
    await fake.settle();
    receive();
    await fake.advance(1_000);
    expect(take()).toEqual(['available bob 1', 'video bob 0 1 5']);
  });

  it('is the doing of the application that asks when it hears of a stream', async () => {
    const { cloud, server, fake, take } = await withBob();
    cloud.once('onUserVideoAvailable', (userId) => cloud.startRemoteView(userId, null, 0));
    server.addUser('carol', ['video']);
    await fake.settle();
    const [picture] = fake.playback.pictures;
    picture?.firstFrame(640, 360);
    expect(take()).toEqual(['available carol 1', 'video carol 0 1 3']);
  });

  it('is told after the call that stops it has returned', async () => {
    const { cloud, fake, take, receive } = await watchingBob();
    cloud.muteRemoteVideoStream('bob', true, 0);
    cloud.muteRemoteAudio('bob', true);
    expect(take()).toEqual([]);
    await fake.settle();
    expect(take()).toEqual(['video bob 0 0 4', 'audio bob 0 4']);
    cloud.muteRemoteVideoStream('bob', false, 0);
    cloud.muteAllRemoteAudio(false);
    await fake.settle();
    receive();
    await fake.advance(1_000);
    expect(take().toSorted()).toEqual(['audio bob 1 3', 'video bob 0 1 3']);
    cloud.setRemoteVideoStreamType('bob', 1);
    await fake.settle();
    expect(take(), 'another size is the same camera').toEqual([]);
    cloud.stopRemoteView('bob', 0);
    await fake.settle();
    expect(take()).toEqual(['video bob 0 0 4']);
  });

  it('is not told any more when the room is left, whatever is called', async () => {
    const { alice, cloud, fake, take } = await watchingBob();
    cloud.stopRemoteView('bob', 0);
    cloud.exitRoom();
    cloud.muteRemoteAudio('bob', true);
    await fake.advance(10_000);
    expect(take()).toEqual([]);
    expectNothingLeft(alice);
  });

  it('is told of nobody of the room before after a switch', async () => {
    const { cloud, fake, take } = await watchingBob();
    cloud.switchRoom(Object.assign(new TRTCSwitchRoomParam(), { roomId: 78 }));
    await fake.settle();
    expect(take()).toEqual([]);
    await fake.advance(5_000);
    expect(take()).toEqual([]);
  });

  it('is Loading when what is received gets lost with the transports, and one look fails', async () => {
    const { server, fake, take, receive } = await watchingBob();
    fake.engines.failing.add('stats');
    await fake.advance(4_000);
    expect(take(), 'nobody knows').toEqual([]);
    fake.engines.failing.clear();
    server.resetMedia('alice');
    await fake.advance(1_000);
    receive();
    await fake.advance(1_000);
    expect(take().filter((line) => line.startsWith('video'))).toEqual(['video bob 0 2 1', 'video bob 0 1 2']);
  });
});
