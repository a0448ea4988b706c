import { createDeferred } from '@rotunda/base';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased, expectToldOfLeave, inCall, line, presenceOf } from './support/expectations.ts';
import { Network } from './support/network.ts';
import { SignalProxy } from './support/signal-proxy.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  await stage.clear();
  for (const close of closers.splice(0)) await close();
});
afterAll(() => stage?.close());

describe('exitRoom', () => {
  it('called twice ends once', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    const mark = await bob.last();
    await alice.page.evaluate(() => {
      window.driver.call('exitRoom', []);
      window.driver.call('exitRoom', []);
    });
    await expectToldOfLeave(bob, 'alice', 0, mark);
    await bob.call('exitRoom');
    await expectReleased(bob, 0);
    await expectReleased(alice, 0);
  });

  it('while entering cancels the entry with -3340, without an error, and nobody stays behind', async () => {
    const [alice, bob, carol] = await stage.users('alice', 'bob', 'carol');
    const room = stage.room();
    await bob.enter({ room });
    await alice.call('startLocalPreview', { view: 'self' });
    await alice.call('startLocalAudio', 2);
    const mark = await alice.last();
    await alice.startEnteringThen({ room }, 'exitRoom');
    await expectReleased(alice, 0);
    const told = (await alice.since(mark)).map(line);
    expect(told.filter(([name]) => name === 'onEnterRoom')).toEqual([['onEnterRoom', -3340]]);
    expect(told.filter(([name]) => name === 'onError')).toEqual([]);
    await carol.enter({ room });
    await bob.waitFor('onRemoteUserEnterRoom', ['carol']);
    const seen = (await presenceOf(bob, 'alice')).map(([name]) => name);
    expect([[], ['onRemoteUserEnterRoom', 'onRemoteUserLeaveRoom']]).toContainEqual(seen);
    expect(await presenceOf(carol, 'alice')).toEqual([]);

    const entered = await alice.enter({ room });
    await bob.waitFor('onRemoteUserEnterRoom', ['alice']);
    expect(Number(entered.args[0])).toBeGreaterThan(0);
  });

  it('while the server does not answer cancels the entry at once, and nobody comes later', async () => {
    const network = await Network.open(stage.serverUrl);
    closers.push(() => network.close());
    const room = stage.room();
    const bob = await stage.user('bob');
    const alice = await stage.user('alice', { via: network.url });
    await bob.enter({ room });
    await network.cut();
    await alice.startEntering({ room });
    await alice.call('startLocalPreview', { view: 'self' });
    await alice.waitFor('onCameraDidReady');
    await alice.call('exitRoom');
    await alice.waitFor('onEnterRoom', [-3340]);
    await expectReleased(alice, 0);
    await network.restore();
    const carol = await stage.user('carol');
    await carol.enter({ room });
    await bob.waitFor('onRemoteUserEnterRoom', ['carol']);
    expect(await presenceOf(bob, 'alice')).toEqual([]);
  });

  it('after the server let it in, before it knows, leaves nobody behind', async () => {
    const answer = createDeferred();
    const asked = createDeferred();
    const proxy = await SignalProxy.open(stage.serverUrl, {
      // The answer to `enter` is the first frame with candidates.
      rewrite: async (candidates) => {
        asked.resolve();
        await answer.promise;
        return candidates;
      },
    });
    closers.push(() => proxy.close());
    const room = stage.room();
    const bob = await stage.user('bob');
    const alice = await stage.user('alice', { via: proxy.url });
    await bob.enter({ room });
    await alice.startEntering({ room });
    await bob.waitFor('onRemoteUserEnterRoom', ['alice']);
    await asked.promise;
    await alice.call('exitRoom');
    await bob.waitFor('onRemoteUserLeaveRoom', ['alice', 0]);
    await expectReleased(alice, 0);
    expect((await alice.since(undefined)).map(line)).toContainEqual(['onEnterRoom', -3340]);
    answer.resolve();
    await alice.enter({ room });
    const mark = await bob.last();
    await alice.call('startLocalAudio', 2);
    await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: mark });
  });

  it('while the camera is being opened stops it the moment it arrives', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await bob.enter({ room });
    await alice.enter({ room });
    await bob.waitFor('onRemoteUserEnterRoom', ['alice']);
    await alice.holdCapture();
    await alice.call('startLocalPreview', { view: 'self' });
    await alice.call('startLocalAudio', 2);
    await alice.waitFor('capture-asked');
    await alice.call('exitRoom');
    const exit = await alice.waitFor('onExitRoom', [0]);
    expect(exit.liveTracks).toBe(0);

    await alice.releaseCapture();
    const opened = await alice.waitFor('capture-opened', [], { after: exit });
    await until('what arrived late is stopped', async () => (await alice.liveTracks()) === 0);
    const later = await alice.since(opened);
    expect(later.map(({ name }) => name)).not.toContain('onCameraDidReady');
    expect(later.map(({ name }) => name)).not.toContain('onMicDidReady');
    const ended = later.find(({ name }) => name === 'track-ended');
    expect(ended!.at - opened.at, 'milliseconds that the late capture lived').toBeLessThan(200);
    await bob.waitFor('onRemoteUserLeaveRoom', ['alice', 0]);
    expect(await presenceOf(bob, 'alice')).not.toContainEqual(['onUserVideoAvailable', 'alice', 1]);
  });

  it('outside of a room answers onExitRoom(0), each time, and releases the camera', async () => {
    const alice = await stage.user('alice');
    await alice.call('startLocalPreview', { view: 'self' });
    await alice.waitFor('onCameraDidReady');
    await alice.call('exitRoom');
    await expectReleased(alice, 0);
    const first = await alice.last();
    await alice.call('exitRoom');
    await alice.waitFor('onExitRoom', [0], { after: first });
  });
});

describe('removal', () => {
  it('while the camera is being opened stops it the moment it arrives', async () => {
    const alice = await stage.user('alice');
    const room = stage.room();
    await alice.enter({ room });
    await alice.holdCapture();
    await alice.call('startLocalPreview', { view: 'self' });
    await alice.waitFor('capture-asked');
    await stage.api.removeUser(room, 'alice');
    const exit = await alice.waitFor('onExitRoom', [1]);
    await alice.releaseCapture();
    await alice.waitFor('capture-opened', [], { after: exit });
    await until('what arrived late is stopped', async () => (await alice.liveTracks()) === 0);
  });

  it('while the user exits ends once', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await inCall(room, [alice, bob]);
    await Promise.all([stage.api.removeUser(room, 'alice'), alice.call('exitRoom')]);
    await bob.waitFor('onRemoteUserLeaveRoom', ['alice']);
    await bob.call('exitRoom');
    await expectReleased(bob, 0);
    const exits = (await alice.journal()).filter(({ name }) => name === 'onExitRoom');
    // Whichever came first. Had the removal been complete, the call to exitRoom has its own answer.
    expect([[[0]], [[1]], [[1], [0]]]).toContainEqual(exits.map(({ args }) => args));
    expect(exits.every(({ liveTracks }) => liveTracks === 0)).toBe(true);
  });
});

describe('the same userId once more', () => {
  it('ends the earlier stay with -102018 and onExitRoom(1), and nobody is told of a leave', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await inCall(room, [alice, bob]);
    const [aliceMark, bobMark] = [await alice.last(), await bob.last()];
    const again = await stage.user('alice');
    await again.enterTalking({ room });

    await expectReleased(alice, 1, aliceMark);
    const told = (await alice.since(aliceMark))
      .map(line)
      .filter(([name]) => !String(name).startsWith('track-'));
    expect(told.slice(-2)).toEqual([
      ['onError', -102_018, expect.any(String)],
      ['onExitRoom', 1],
    ]);
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: bobMark });
    await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: bobMark });
    const seen = await presenceOf(bob, 'alice', bobMark);
    expect(seen.map(([name]) => name)).not.toContain('onRemoteUserLeaveRoom');
    expect(seen.slice(0, 2)).toEqual([
      ['onUserVideoAvailable', 'alice', 0],
      ['onUserAudioAvailable', 'alice', 0],
    ]);
    await bob.watch('alice');
    expect((await again.journal()).map(({ name }) => name)).not.toContain('onExitRoom');
  });
});

describe('enterRoom', () => {
  it('in a room is refused with -3340 and leaves the stay alone', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await inCall(room, [alice, bob]);
    const mark = await alice.last();
    await alice.startEntering({ room: stage.room() });
    await alice.waitFor('onEnterRoom', [-3340], { after: mark });
    await alice.waitFor('onError', [-3340], { after: mark });
    await bob.sees('alice');
    expect((await alice.journal()).map(({ name }) => name)).not.toContain('onExitRoom');
  });
});

describe('destroy', () => {
  it('in a room leaves it, releases the devices, and calls nobody back any more', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    const [aliceMark, bobMark] = [await alice.last(), await bob.last()];
    await alice.destroy();
    await expectToldOfLeave(bob, 'alice', 0, bobMark);
    await until('the devices are released', async () => (await alice.liveTracks()) === 0);
    await until('the connections are closed', async () => (await alice.openConnections()) === 0);
    const later = (await alice.since(aliceMark)).map(({ name }) => name);
    expect(later.filter((name) => name.startsWith('on'))).toEqual([]);
  });

  it('makes room for a new instance', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.enter({ room });
    await alice.destroy();
    await bob.enter({ room });
    await alice.enterTalking({ room });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    await bob.watch('alice');
  });
});
