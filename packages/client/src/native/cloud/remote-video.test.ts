import { describe, expect, it } from 'vitest';
import { FakeServer } from '../../testing/fake-server.ts';
import { createUser } from '../user.contract.ts';

/** Alice in a room with others who have their cameras on. */
async function enter(...others: string[]) {
  const server = new FakeServer();
  for (const userId of others) server.addUser(userId, ['video']);
  const alice = createUser('alice', server);
  await alice.enter();
  const { cloud, fake } = alice;
  return {
    cloud,
    server,
    enterAgain: () => alice.enter(),
    settle: () => fake.settle(),
    received: () => fake.engines.last.received.size,
    pictures: () => [...fake.playback.pictures],
    paused: () => [...fake.playback.pictures].map(({ paused }) => paused),
  };
}

describe('a picture of somebody else', () => {
  it('is told when it comes in another size, as long as it is shown', async () => {
    const { cloud, settle, pictures } = await enter('bob');
    const told: unknown[][] = [];
    cloud.on('onUserVideoSizeChanged', (...args) => told.push(args));
    cloud.startRemoteView('bob', null, 0);
    await settle();
    const [picture] = pictures();
    picture?.firstFrame(640, 360);
    expect(told).toEqual([]);
    picture?.resize(1280, 720);
    cloud.setRemoteVideoStreamType('bob', 1);
    picture?.resize(160, 90);
    cloud.stopRemoteView('bob', 0);
    picture?.resize(1280, 720);
    expect(told).toEqual([
      ['bob', 0, 1280, 720],
      ['bob', 1, 160, 90],
    ]);
  });
});

describe('the last picture of a camera that is muted by its user', () => {
  it('is not to be seen until the camera is back', async () => {
    const { cloud, server, settle, pictures } = await enter('bob');
    cloud.startRemoteView('bob', null, 0);
    await settle();
    const { sessionId, streams } = server.stays.find(({ userId }) => userId === 'bob')!;
    const mute = (muted: boolean) =>
      server.announce('streamMuted', { ...streams[0]!, userId: 'bob', sessionId, muted });
    expect(pictures()).toMatchObject([{ visible: true }]);
    mute(true);
    await settle();
    expect(pictures()).toMatchObject([{ visible: false }]);
    mute(false);
    await settle();
    expect(pictures()).toMatchObject([{ visible: true }]);
  });
});

describe('muting the pictures of others', () => {
  it('stops receiving one, whose last picture stays, and takes it up again', async () => {
    const { cloud, settle, received, paused } = await enter('bob', 'carol');
    cloud.startRemoteView('bob', null, 0);
    cloud.startRemoteView('carol', null, 0);
    await settle();
    cloud.muteRemoteVideoStream('bob', true, 0);
    await settle();
    expect(received()).toBe(1);
    expect(paused().filter(Boolean)).toEqual([true]);
    cloud.startRemoteView('bob', null, 0);
    await settle();
    expect(received(), 'asking for the view again changes nothing').toBe(1);
    cloud.muteRemoteVideoStream('bob', false, 0);
    await settle();
    expect(received()).toBe(2);
    expect(paused()).toEqual([false, false]);
  });

  it('holds for a picture that is asked for later', async () => {
    const { cloud, settle, received } = await enter('bob');
    cloud.muteRemoteVideoStream('bob', true, 0);
    cloud.startRemoteView('bob', null, 0);
    await settle();
    expect(received()).toBe(0);
    cloud.muteRemoteVideoStream('bob', false, 0);
    await settle();
    expect(received()).toBe(1);
  });

  it.each([
    ['of one', 'muteRemoteVideoStream', ['bob']],
    ['of all', 'muteAllRemoteVideoStreams', []],
  ] as const)('%s keeps no picture of a camera that is closed meanwhile', async (_case, method, of) => {
    const { cloud, settle, pictures, received, server } = await enter('bob');
    const mute = (muted: boolean): unknown => Reflect.apply(cloud[method], cloud, [...of, muted, 0]);
    cloud.startRemoteView('bob', null, 0);
    await settle();
    mute(true);
    await settle();
    expect(pictures()).toHaveLength(1);
    server.stopStream('bob', 'video');
    await settle();
    expect(pictures()).toEqual([]);
    server.startStream('bob', 'video');
    await settle();
    expect(received()).toBe(0);
    mute(false);
    await settle();
    expect(pictures()).toHaveLength(1);
    expect(received()).toBe(1);
  });

  it('of all holds for who comes later, but not for who is excepted', async () => {
    const { cloud, settle, received, server } = await enter('bob');
    cloud.startRemoteView('bob', null, 0);
    await settle();
    cloud.muteAllRemoteVideoStreams(true);
    server.addUser('carol', ['video']);
    await settle();
    cloud.startRemoteView('carol', null, 0);
    await settle();
    expect(received()).toBe(0);
    cloud.muteRemoteVideoStream('carol', false, 0);
    await settle();
    expect(received()).toBe(1);
    cloud.muteAllRemoteVideoStreams(false);
    await settle();
    expect(received()).toBe(2);
  });

  it('is over when the room is left', async () => {
    const { cloud, settle, received, enterAgain } = await enter('bob');
    cloud.muteAllRemoteVideoStreams(true);
    cloud.exitRoom();
    await settle();
    cloud.startRemoteView('bob', null, 0);
    await enterAgain();
    expect(received()).toBe(1);
  });
});
