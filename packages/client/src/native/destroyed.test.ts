import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../testing/fake-platform.ts';
import { ARGUMENTS } from './arguments.ts';
import { TRTCCloud } from './cloud.ts';
import { CALLS, everyMethod } from './methods.contract.ts';
import { TRTCParams, TRTCSwitchRoomParam } from './params.ts';
import { createUser, expectNothingLeft } from './user.contract.ts';

const params = new TRTCParams(1400000001, 'alice', 'ticket', 77);

function call(cloud: TRTCCloud, method: string): unknown {
  return Reflect.apply(Reflect.get(cloud, method) as () => unknown, cloud, CALLS[method] ?? []);
}

/** What an SDK has asked of its platform. */
function askedOf({ devices, network, audio, speed, gates }: FakePlatform) {
  return {
    captures: devices.requests,
    sockets: network.urls.length,
    graphs: audio.graphs.length,
    speedTests: speed.open,
    steps: gates.count,
  };
}

describe('after destroy', () => {
  it('nothing is told and nothing begins, also to whoever listens again', async () => {
    const fake = new FakePlatform();
    const cloud = new TRTCCloud(undefined, fake.platform);
    cloud.enterRoom(params, 0);
    await fake.settle();
    cloud.switchRoom(new TRTCSwitchRoomParam(78));
    cloud.startLocalAudio();
    cloud.destroy();
    cloud.destroy();
    const told: string[] = [];
    for (const name of [
      'onEnterRoom',
      'onExitRoom',
      'onError',
      'onSwitchRole',
      'onSwitchRoom',
      'onMicDidReady',
    ])
      cloud.on(name, () => told.push(name));
    cloud.enterRoom(params, 0);
    cloud.enterRoom(null as never, 0);
    cloud.switchRole(20);
    cloud.switchRoom(new TRTCSwitchRoomParam(79));
    cloud.muteLocalAudio('wrong' as never);
    cloud.startLocalPreview(null);
    cloud.exitRoom();
    await fake.advance(20_000);
    expect(told).toEqual([]);
    expect(fake.server.stays).toEqual([]);
    expect(fake.devices.live).toHaveLength(0);
    expectNothingLeft({ fake });
  });

  it.each(everyMethod())('%s begins nothing', async (method) => {
    const { cloud, enter, fake, told } = createUser('alice');
    await enter();
    cloud.startLocalPreview(null);
    await fake.settle();
    cloud.destroy();
    await fake.advance(2_000);
    told.length = 0;
    const before = askedOf(fake);
    call(cloud, method);
    await fake.settle();
    expect(askedOf(fake)).toEqual(before);
    await fake.advance(20_000);
    expect(askedOf(fake)).toEqual(before);
    expect(fake.devices.live).toEqual([]);
    expect(fake.devices.listeners).toBe(0);
    expectNothingLeft({ fake });
  });

  it('is called here as an application that uses it rightly calls it', async () => {
    const missing = Object.keys(ARGUMENTS).filter((name) => !Object.hasOwn(CALLS, name));
    expect(missing).toEqual([]);
    const { cloud, enter, fake, told } = createUser('alice');
    await enter();
    for (const method of everyMethod()) call(cloud, method);
    await fake.settle();
    expect(told.filter((line) => line.startsWith('onError -2 '))).toEqual([]);
    cloud.destroy();
  });

  it('refuses what answers at once', () => {
    const { cloud } = createUser('alice');
    cloud.destroy();
    expect(call(cloud, 'startSpeedTest')).toBe(-3);
    expect(call(cloud, 'startAudioRecording')).toBe(-2);
    expect(call(cloud, 'sendCustomCmdMsg')).toBe(false);
    expect(call(cloud, 'sendSEIMsg')).toBe(false);
    expect(call(cloud, 'mixExternalAudioFrame')).toBe(-1);
    expect(cloud.createSubCloud()).toBeNull();
  });
});
