import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeServer } from '../testing/fake-server.ts';
import { TRTCCloud } from './cloud.ts';
import { TRTCParams } from './params.ts';
import { createUser, expectNothingLeft } from './user.contract.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function roomsOf({ stays }: FakeServer, userId: string): string[] {
  return stays.filter((stay) => stay.userId === userId).map(({ room }) => room);
}

/** Alice in room 77, and with a sub-instance in room 78, where Carol sends. */
async function inTwoRooms() {
  const server = new FakeServer();
  server.addUser('carol', ['video', 'audio'], { roomId: 78 });
  const alice = createUser('alice', server);
  await alice.enter();
  const sub = alice.cloud.createSubCloud()!;
  const told: string[] = [];
  for (const name of [
    'onEnterRoom',
    'onExitRoom',
    'onRemoteUserEnterRoom',
    'onUserVideoAvailable',
    'onError',
  ])
    sub.on(name, (...args: unknown[]) => told.push([name, ...args].join(' ')));
  sub.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 78), 0);
  await alice.fake.settle();
  return { ...alice, server, sub, subTold: () => told.splice(0) };
}

describe('a sub-instance', () => {
  it('is in its own room at the same time, also as the same user, and is told of that one only', async () => {
    const { server, take, subTold } = await inTwoRooms();
    expect(roomsOf(server, 'alice')).toHaveLength(2);
    expect(new Set(roomsOf(server, 'alice')).size).toBe(2);
    expect(subTold()).toEqual([
      expect.stringMatching(/^onEnterRoom \d+$/),
      'onRemoteUserEnterRoom carol',
      'onUserVideoAvailable carol 1',
    ]);
    expect(take()).toEqual([expect.stringMatching(/^onEnterRoom \d+$/)]);
  });

  it('captures by itself, and its exit releases nothing of the other', async () => {
    const { cloud, fake, server, sub, take, subTold } = await inTwoRooms();
    cloud.startLocalPreview(null);
    sub.startLocalAudio();
    await fake.settle();
    expect(
      server.stays.filter(({ userId }) => userId === 'alice').map(({ streams }) => streams[0]?.source),
    ).toEqual(['video', 'audio']);
    take();
    subTold();
    sub.exitRoom();
    await fake.settle();
    expect(subTold()).toEqual(['onExitRoom 0']);
    expect(take()).toEqual([]);
    expect([...fake.devices.live].map(({ kind }) => kind)).toEqual(['video']);
    expect(roomsOf(server, 'alice')).toEqual(['first']);
  });

  it('leaves with the main instance when that is destroyed, in silence', async () => {
    const { cloud, fake, server, sub, take, subTold } = await inTwoRooms();
    sub.startLocalPreview(null);
    await fake.settle();
    take();
    subTold();
    cloud.destroy();
    expect(fake.devices.live).toHaveLength(0);
    await fake.settle();
    expect(roomsOf(server, 'alice')).toEqual([]);
    expect([...take(), ...subTold()]).toEqual([]);
    expectNothingLeft({ fake });
    expect(cloud.createSubCloud()).toBeNull();
  });

  it('can be destroyed alone', async () => {
    const { cloud, fake, server, sub } = await inTwoRooms();
    sub.destroy();
    await fake.settle();
    expect(roomsOf(server, 'alice')).toEqual(['first']);
    expect(cloud.createSubCloud()).toBeInstanceOf(TRTCCloud);
  });

  it('is let go with everything in it when it is destroyed', async () => {
    const { cloud } = createUser('alice');
    const sub = new WeakRef(cloud.createSubCloud()!);
    sub.deref()?.destroy();
    const isAlive = (): boolean => {
      collectGarbage();
      return sub.deref() !== undefined;
    };
    await expect.poll(isAlive).toBe(false);
    expect(cloud.createSubCloud()).toBeInstanceOf(TRTCCloud);
  });

  it('cannot have sub-instances', () => {
    const { cloud } = createUser('alice');
    expect(cloud.createSubCloud()?.createSubCloud()).toBeNull();
  });

  it.each([
    ['the one of the main instance', undefined, 'wss://main.example'],
    [
      'its own',
      { networkProxy: { host: 'sub.example', config: { supportHttps: true } } },
      'wss://sub.example',
    ],
  ])('uses %s server', async (_case, config, url) => {
    const { cloud, fake } = createUser('alice');
    cloud.setServerUrl('https://main.example');
    const sub = cloud.createSubCloud(config as never)!;
    sub.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 78), 0);
    await fake.settle();
    expect(fake.network.urls.at(-1)).toMatch(new RegExp(`^${url}/`));
    sub.exitRoom();
    await fake.settle();
  });
});

describe('the share instance', () => {
  afterEach(() => TRTCCloud.destroyTRTCShareInstance());

  it('is one until it is destroyed, by itself or by the class', () => {
    const first = TRTCCloud.getTRTCShareInstance();
    expect(TRTCCloud.getTRTCShareInstance()).toBe(first);
    TRTCCloud.destroyTRTCShareInstance();
    const second = TRTCCloud.getTRTCShareInstance();
    expect(second).not.toBe(first);
    second.destroy();
    expect(TRTCCloud.getTRTCShareInstance()).not.toBe(second);
    TRTCCloud.destroyTRTCShareInstance();
    TRTCCloud.destroyTRTCShareInstance();
  });
});
