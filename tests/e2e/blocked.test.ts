import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inCall, line, presenceOf } from './support/expectations.ts';
import { ROLE, SCENE, STREAM } from './support/participant.ts';
import { gain, got } from './support/reception.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

describe('a user whom the backend blocks', () => {
  it('is neither seen nor heard from then on, and is at once when it is unblocked', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await inCall(room, [alice, bob]);
    await bob.hears(1);
    const normal = await gain(bob, 'alice');
    let mark = await bob.last();
    await stage.api.setUserBlocked(room, 'alice', 1);
    await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: mark });
    await bob.waitFor('onUserAudioAvailable', ['alice', 0], { after: mark });
    await alice.waitFor('onLocalUserBlocked', [1, 1]);
    await alice.waitFor('onWarning', [-102013]);
    const blocked = await gain(bob, 'alice');
    expect(blocked).toMatchObject({ frames: 0, bytes: 0 });
    // What is left is the noise that the browser makes of nothing.
    expect(blocked.energy).toBeLessThan(normal.energy / 100);
    expect(await alice.liveTracks(), 'the devices stay open').toBe(2);

    mark = await bob.last();
    await stage.api.setUserBlocked(room, 'alice', 0);
    await alice.waitFor('onLocalUserBlocked', [0, 0]);
    const back = await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: mark });
    await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: mark });
    const { frames, energy } = await got(bob, 'alice');
    await until('a new picture', async () => (await got(bob, 'alice')).frames > frames, { timeoutMs: 3_000 });
    expect(back.args).toEqual(['alice', 1]);
    await until('sound', async () => (await got(bob, 'alice')).energy > energy);
    await bob.sees('alice');
  });

  it('is heard when only its pictures are blocked, camera and screen, and seen when only its sound is', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.stringRoom();
    await inCall(room, [alice, bob]);
    await alice.call('startScreenCapture', null, STREAM.sub);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    await bob.watch('alice', STREAM.sub);
    const mark = await bob.last();
    await stage.api.setUserBlocked(room, 'alice', 3);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 0], { after: mark });
    const without = await gain(bob, 'alice', STREAM.sub);
    expect(without.frames).toBe(0);
    expect(without.energy).toBeGreaterThan(0);
    expect((await gain(bob, 'alice')).frames).toBe(0);
    await stage.api.setUserBlocked(room, 'alice', 2);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1], { after: mark });
    await bob.waitFor('onUserAudioAvailable', ['alice', 0], { after: mark });
    await bob.sees('alice', STREAM.sub);
    const seen = await gain(bob, 'alice');
    expect(seen.frames).toBeGreaterThan(0);
    expect(seen.bytes).toBe(0);
  });

  it('stays blocked with what it sends later, and when it mutes and unmutes, but not in a new stay', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await bob.enter({ room });
    await alice.enter({ room });
    await stage.api.setUserBlocked(room, 'alice', 1);
    await alice.waitFor('onLocalUserBlocked', [1, 1]);
    await alice.call('startLocalPreview', { view: 'self' });
    await alice.call('startLocalAudio', 2);
    await alice.waitFor('onSendFirstLocalVideoFrame');
    await alice.waitFor('onSendFirstLocalAudioFrame');
    await alice.call('muteLocalVideo', true);
    await alice.call('muteLocalVideo', false);
    await bob.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
    expect(await gain(bob, 'alice')).toMatchObject({ frames: 0, bytes: 0 });
    expect(await presenceOf(bob, 'alice')).toEqual([['onRemoteUserEnterRoom', 'alice']]);
    const mark = await bob.last();
    await alice.call('exitRoom');
    await alice.waitFor('onExitRoom', [0]);
    await alice.enterTalking({ room });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: mark });
    await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: mark });
    await bob.watch('alice');
    const told = (await alice.journal()).filter(({ name }) => name === 'onLocalUserBlocked');
    expect(told.map(line)).toEqual([['onLocalUserBlocked', 1, 1]]);
  });

  it('in the audience cannot be seen when it becomes anchor', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    const live = { room, scene: SCENE.live };
    await bob.enter(live);
    await alice.enter({ ...live, role: ROLE.audience });
    await stage.api.setUserBlocked(room, 'alice', 3);
    await alice.waitFor('onLocalUserBlocked', [0, 1]);
    await alice.call('switchRole', ROLE.anchor);
    await alice.waitFor('onSwitchRole', [0]);
    await alice.call('startLocalPreview', { view: 'self' });
    await alice.call('startLocalAudio', 2);
    await bob.waitFor('onUserAudioAvailable', ['alice', 1]);
    await alice.waitFor('onSendFirstLocalVideoFrame');
    await bob.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
    expect((await gain(bob, 'alice')).frames).toBe(0);
    await stage.api.setUserBlocked(room, 'alice', 0);
    await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    await bob.sees('alice');
  });
});
