import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AnyPage } from './support/any-page.ts';
import { expectReleased, expectToldOfLeave, inCall, presenceOf } from './support/expectations.ts';
import type { Firefox } from './support/firefox.ts';
import { Network } from './support/network.ts';
import { SCENE, STREAM, viewOf, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { BY, LOADING, PLAYING, STOPPED, toldAudio, toldOfStatus, toldVideo } from './support/status.ts';
import { until } from './support/wait.ts';

/** The same order as the real deadlines, quicker. */
const TIMERS = { heartbeat: 300, linkDead: 1_000, firstRetry: 200, maxRetry: 500, giveUp: 4_000 };

let stage: Stage;
let firefox: Firefox;
let network: Network;
beforeAll(async () => {
  stage = await Stage.open({ timers: TIMERS });
  firefox = await stage.openFirefox();
  network = await Network.open(stage.serverUrl);
});
afterEach(async () => {
  await network.restore();
  await stage.clear();
});
afterAll(async () => {
  await network?.close();
  await stage?.close();
});

type User = Participant<AnyPage>;

/** Alice is at a Firefox, Bob at a Chromium. */
async function users(via?: string): Promise<[User, User]> {
  return Promise.all([stage.userOf(firefox, 'alice', via), stage.user('bob')]);
}

describe('Firefox, when it changes rooms', () => {
  it('takes what it sends to the other room, and its devices stay open', async () => {
    const [alice, bob] = await users();
    const [here, there] = [stage.room(), stage.room()];
    await alice.enterTalking({ room: here, scene: SCENE.live });
    await bob.enterTalking({ room: there, scene: SCENE.live });
    const mark = await alice.last();
    await alice.call('switchRoom', { roomId: there });
    await alice.waitFor('onSwitchRoom', [0], { after: mark });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    await alice.waitFor('onUserVideoAvailable', ['bob', 1], { after: mark });
    await Promise.all([bob.watch('alice'), alice.watch('bob')]);
    await bob.hears(1);
    expect((await alice.since(mark)).map(({ name }) => name)).not.toContain('track-ended');
    await alice.call('exitRoom');
    await expectReleased(alice, 0);
  });

  it('links its room with that of a Chromium, and each sees the other until one ends it', async () => {
    const [alice, bob] = await users();
    const [here, there] = [stage.room(), stage.room()];
    await alice.enterTalking({ room: here, scene: SCENE.live });
    await bob.enterTalking({ room: there, scene: SCENE.live });
    await alice.call('connectOtherRoom', JSON.stringify({ roomId: there, userId: 'bob' }));
    await alice.waitFor('onConnectOtherRoom', ['bob', 0]);
    await alice.waitFor('onUserVideoAvailable', ['bob', 1]);
    await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    await Promise.all([alice.watch('bob'), bob.watch('alice')]);
    await Promise.all([alice.hears(1), bob.hears(1)]);
    const marks = [await alice.last(), await bob.last()];
    await alice.call('disconnectOtherRoom');
    await expectToldOfLeave(alice, 'bob', 0, marks[0]);
    await expectToldOfLeave(bob, 'alice', 0, marks[1]);
    expect(await alice.received('bob')).toBeUndefined();
  });

  it('is in two rooms at once, and leaves one of them', async () => {
    const [alice, bob] = await users();
    const [here, there] = [stage.room(), stage.room()];
    await alice.enterTalking({ room: here });
    await bob.enterTalking({ room: there });
    await alice.enterWithSub({ room: there });
    await alice.waitFor('sub.onUserVideoAvailable', ['bob', 1]);
    await alice.callSub('startRemoteView', 'bob', { view: viewOf('bob', STREAM.big) }, STREAM.big);
    await alice.callSub('startLocalPreview', { view: 'sub-self' });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    await Promise.all([alice.sees('bob'), bob.watch('alice')]);
    expect(await alice.liveTracks()).toBe(3);
    await alice.callSub('exitRoom');
    await bob.waitFor('onRemoteUserLeaveRoom', ['alice', 0]);
    await alice.waitFor('sub.onExitRoom', [0]);
    expect(await alice.received('bob')).toBeUndefined();
    expect(await alice.liveTracks()).toBe(2);
  });
});

describe('Firefox behind a network that is cut', () => {
  it('is back before the other notices', async () => {
    const [alice, bob] = await users(network.url);
    await inCall(stage.room(), [alice, bob]);
    const [aliceMark, bobMark] = [await alice.last(), await bob.last()];
    await network.cut();
    await alice.waitFor('onConnectionLost', [], { after: aliceMark });
    await alice.waitFor('onTryToReconnect', [], { after: aliceMark });
    await network.restore();
    await alice.waitFor('onConnectionRecovery', [], { after: aliceMark });
    await Promise.all([bob.sees('alice'), alice.sees('bob')]);
    expect(await presenceOf(bob, 'alice', bobMark)).toEqual([]);
  });

  it('learns on its return that it was removed, and does not come back', async () => {
    const [alice, bob] = await users(network.url);
    const room = stage.room();
    await inCall(room, [alice, bob]);
    const [aliceMark, bobMark] = [await alice.last(), await bob.last()];
    await network.cut();
    await alice.waitFor('onConnectionLost', [], { after: aliceMark });
    await stage.api.removeUser(room, 'alice');
    await expectToldOfLeave(bob, 'alice', 2, bobMark);
    await network.restore();
    await expectReleased(alice, 1);
  });

  it('is told that nothing arrives, and when it does again', async () => {
    const [alice] = await viewer();
    const mark = await alice.last();
    await network.cutMedia();
    await Promise.all([
      toldVideo(alice, ['bob', LOADING, BY.bufferingBegin], mark),
      toldAudio(alice, ['bob', LOADING, BY.bufferingBegin], mark),
    ]);
    await network.restore();
    await Promise.all([
      toldVideo(alice, ['bob', PLAYING, BY.bufferingEnd], mark),
      toldAudio(alice, ['bob', PLAYING, BY.bufferingEnd], mark),
      alice.sees('bob'),
    ]);
    expect(await toldOfStatus(alice, mark)).toHaveLength(4);
  });
});

/** Alice sees and hears Bob, and sends nothing. */
async function viewer(): Promise<[User, User]> {
  const [alice, bob] = await users(network.url);
  const room = stage.room();
  await bob.enterTalking({ room });
  await alice.enter({ room });
  await alice.waitFor('onUserVideoAvailable', ['bob', 1]);
  await alice.watch('bob');
  await toldVideo(alice, ['bob', PLAYING, BY.me]);
  await toldAudio(alice, ['bob', PLAYING, BY.sender]);
  return [alice, bob];
}

describe('Firefox as a viewer', () => {
  it('is told when the sender mutes, goes on and leaves, and when it stops looking and listening', async () => {
    const [alice, bob] = await viewer();
    const from = await alice.last();
    await bob.call('muteLocalVideo', true, STREAM.big);
    const stopped = await toldVideo(alice, ['bob', STOPPED, BY.stoppedBySender], from);
    const muted = await alice.waitFor('onUserVideoAvailable', ['bob', 0], { after: from });
    expect(stopped.seq).toBeLessThan(muted.seq);
    await bob.call('muteLocalVideo', false, STREAM.big);
    await toldVideo(alice, ['bob', PLAYING, BY.sender], muted);
    await alice.sees('bob');
    await alice.call('stopRemoteView', 'bob', STREAM.big);
    await toldVideo(alice, ['bob', STOPPED, BY.stoppedByMe], muted);
    await alice.call('startRemoteView', 'bob', { view: viewOf('bob', STREAM.big) }, STREAM.big);
    await toldVideo(alice, ['bob', PLAYING, BY.me], muted);
    await alice.call('muteRemoteAudio', 'bob', true);
    await toldAudio(alice, ['bob', STOPPED, BY.stoppedByMe], muted);
    await alice.call('muteRemoteAudio', 'bob', false);
    await toldAudio(alice, ['bob', PLAYING, BY.me], muted);
    await bob.call('exitRoom');
    await alice.waitFor('onRemoteUserLeaveRoom', ['bob', 0]);
    const video = ['onRemoteVideoStatusUpdated', 'bob', STREAM.big];
    const audio = ['onRemoteAudioStatusUpdated', 'bob'];
    expect(await toldOfStatus(alice, from)).toEqual([
      [...video, STOPPED, BY.stoppedBySender],
      [...video, PLAYING, BY.sender],
      [...video, STOPPED, BY.stoppedByMe],
      [...video, PLAYING, BY.me],
      [...audio, STOPPED, BY.stoppedByMe],
      [...audio, PLAYING, BY.me],
      [...video, STOPPED, BY.stoppedBySender],
      [...audio, STOPPED, BY.stoppedBySender],
    ]);
  });
});

interface Device {
  readonly deviceId: string;
  readonly deviceName: string;
}

describe("Firefox's devices and sound", () => {
  it('are listed, and the one in use is among them', async () => {
    const [alice, bob] = await users();
    await inCall(stage.room(), [alice, bob]);
    for (const kind of ['Camera', 'Mic']) {
      const list = await until(`alice knows what she has: ${kind}`, async () => {
        const known = (await alice.ask(`get${kind}DevicesList`)) as readonly Device[];
        return known.length > 0 && known;
      });
      const { deviceId } = (await alice.ask(`getCurrent${kind}Device`)) as Device;
      expect(list.map((device) => device.deviceId)).toContain(deviceId);
      expect(list[0]?.deviceName).not.toBe('');
    }
  });

  it('goes on sending when the camera in use is chosen again', async () => {
    const [alice, bob] = await users();
    await inCall(stage.room(), [alice, bob]);
    const { deviceId } = (await alice.ask('getCurrentCameraDevice')) as Device;
    const mark = await bob.last();
    await alice.call('setCurrentCameraDevice', deviceId);
    await pause(500);
    await bob.sees('alice');
    expect(await presenceOf(bob, 'alice', mark)).toEqual([]);
  });

  it('tell who speaks', async () => {
    const [alice, bob] = await users();
    await inCall(stage.room(), [alice, bob]);
    await alice.call('enableAudioVolumeEvaluation', 300);
    const told = (what: string, fits: (volume: number) => boolean): Promise<unknown> =>
      until(`alice is told that bob ${what}`, async () =>
        (await alice.journal()).slice(-3).some(({ name, args }) => {
          const [volumes] = args as [{ userId: string; volume: number }[]];
          return name === 'onUserVoiceVolume' && volumes.some((of) => of.userId === 'bob' && fits(of.volume));
        }),
      );
    await told('speaks', (volume) => volume > 0);
    await bob.call('muteLocalAudio', true);
    await alice.waitFor('onUserAudioAvailable', ['bob', 0]);
    await bob.call('muteLocalAudio', false);
    await told('speaks again', (volume) => volume > 0);
  });

  it('ends a removed user with everything released, also with a watched screen', async () => {
    const room = stage.room();
    const [alice, bob] = await users();
    await inCall(room, [alice, bob]);
    await bob.call('startScreenCapture', null, STREAM.sub);
    await alice.waitFor('onUserSubStreamAvailable', ['bob', 1]);
    await alice.watch('bob', STREAM.sub);
    await stage.api.removeUser(room, 'alice');
    await expectReleased(alice, 1);
  });
});
