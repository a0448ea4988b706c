import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased, presenceOf } from './support/expectations.ts';
import { ROLE, SCENE, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

interface TwoRooms {
  readonly here: number;
  readonly there: number;
  /** Sends from the one room. */
  readonly anchor: Participant;
  /** In the one room, and in the other. */
  readonly bob: Participant;
  readonly carol: Participant;
}

async function twoRooms(): Promise<TwoRooms> {
  const [anchor, bob, carol] = await stage.users('anchor', 'bob', 'carol');
  const [here, there] = [stage.room(), stage.room()];
  await anchor.enterTalking({ room: here, scene: SCENE.live });
  await bob.enter({ room: here, scene: SCENE.live });
  await carol.enterTalking({ room: there, scene: SCENE.live });
  await bob.watch('anchor');
  return { here, there, anchor, bob, carol };
}

async function switchTo(who: Participant, roomId: number): Promise<void> {
  const mark = await who.last();
  await who.call('switchRoom', { roomId });
  await who.waitFor('onSwitchRoom', [0], { after: mark });
}

const SWITCH_AND_ENDS = new Set(['onSwitchRoom', 'onEnterRoom', 'onExitRoom', 'onError', 'track-ended']);

describe('switchRoom', () => {
  it('takes an anchor and what it sends to the other room; camera and microphone stay open', async () => {
    const { there, anchor, bob, carol } = await twoRooms();
    const mark = await anchor.last();
    const marks = { bob: await bob.last(), carol: await carol.last() };
    await switchTo(anchor, there);
    await bob.waitFor('onRemoteUserLeaveRoom', ['anchor', 0]);
    expect(await presenceOf(bob, 'anchor', marks.bob)).toEqual([
      ['onUserVideoAvailable', 'anchor', 0],
      ['onUserAudioAvailable', 'anchor', 0],
      ['onRemoteUserLeaveRoom', 'anchor', 0],
    ]);
    await carol.waitFor('onUserVideoAvailable', ['anchor', 1]);
    await carol.watch('anchor');
    await carol.hears(1);
    await anchor.waitFor('onUserVideoAvailable', ['carol', 1], { after: mark });
    await anchor.watch('carol');
    await anchor.hears(1);
    const since = await anchor.since(mark);
    expect(since.filter(({ name }) => SWITCH_AND_ENDS.has(name)).map(({ name }) => name)).toEqual([
      'onSwitchRoom',
    ]);
    const told = since.filter(({ args }) => args[0] === 'bob' || args[0] === 'carol');
    expect(told.map(({ name, args }) => [name, args[0]])).toContainEqual(['onRemoteUserEnterRoom', 'carol']);
    expect(
      told.filter(({ args }) => args[0] === 'bob'),
      'leaving is no event about others',
    ).toEqual([]);
    const order = since.map(({ name }) => name);
    expect(order.indexOf('onSwitchRoom')).toBeLessThan(order.indexOf('onRemoteUserEnterRoom'));
    expect(await anchor.liveTracks()).toBe(2);
  });

  it('leaves a user who can be removed from the new room, and not from the old one', async () => {
    const { here, there, anchor, carol } = await twoRooms();
    await switchTo(anchor, there);
    await carol.waitFor('onUserVideoAvailable', ['anchor', 1]);
    await stage.api.removeUser(here, 'anchor');
    await carol.watch('anchor');
    const mark = await carol.last();
    await stage.api.removeUser(there, 'anchor');
    await expectReleased(anchor, 1);
    await carol.waitFor('onRemoteUserLeaveRoom', ['anchor', 2], { after: mark });
  });

  it('takes a viewer from picture to picture, and back', async () => {
    const { here, there } = await twoRooms();
    const viewer = await stage.user('viewer');
    await viewer.enter({ room: here, scene: SCENE.live, role: ROLE.audience });
    await viewer.watch('anchor');
    await switchTo(viewer, there);
    await viewer.watch('carol');
    await viewer.hears(1);
    expect(await viewer.received('anchor')).toBeUndefined();
    await switchTo(viewer, here);
    await viewer.watch('anchor');
    await viewer.call('exitRoom');
    await expectReleased(viewer, 0);
  });

  it('that is refused changes nothing for anybody', async () => {
    const { here, anchor, bob } = await twoRooms();
    const mark = await bob.last();
    await anchor.call('switchRoom', { roomId: here });
    await anchor.waitFor('onSwitchRoom', [-3340]);
    await anchor.call('switchRoom', { strRoomId: 'elsewhere' });
    await anchor.waitFor('onSwitchRoom', [-3318]);
    await bob.sees('anchor');
    await bob.hears(1);
    expect(await presenceOf(bob, 'anchor', mark)).toEqual([]);
    await anchor.call('exitRoom');
    await expectReleased(anchor, 0);
  });

  it('in a hurry ends in the room that was asked for last', async () => {
    const { here, there, anchor, bob, carol } = await twoRooms();
    const mark = await carol.last();
    await anchor.call('switchRoom', { roomId: there });
    await anchor.call('switchRoom', { roomId: here });
    await carol.waitFor('onRemoteUserLeaveRoom', ['anchor', 0], { after: mark });
    await bob.waitFor('onRemoteUserLeaveRoom', ['anchor', 0]);
    await bob.watch('anchor');
    await anchor.call('exitRoom');
    await expectReleased(anchor, 0);
  });
});

describe('a sub-instance', () => {
  it('sees and hears another room at the same time, as the same user, and leaves with the main instance', async () => {
    const { here, there, bob, carol } = await twoRooms();
    const viewer = await stage.user('viewer');
    await viewer.enter({ room: here, scene: SCENE.live });
    await viewer.enterWithSub({ room: there, scene: SCENE.live });
    await viewer.watch('anchor');
    await viewer.callSub('startRemoteView', 'carol', { view: 'carol-main' }, 0);
    await viewer.sees('carol');
    await viewer.sees('anchor');
    await viewer.hears(2);
    await viewer.callSub('startLocalPreview', { view: 'self' });
    await carol.waitFor('onUserVideoAvailable', ['viewer', 1]);
    await carol.watch('viewer');
    expect(await presenceOf(bob, 'viewer'), 'sends to one room only').toEqual([
      ['onRemoteUserEnterRoom', 'viewer'],
    ]);

    await viewer.callSub('exitRoom');
    await viewer.waitFor('sub.onExitRoom', [0]);
    await carol.waitFor('onRemoteUserLeaveRoom', ['viewer', 0]);
    expect(await viewer.liveTracks()).toBe(0);
    await viewer.sees('anchor');

    await viewer.enterWithSub({ room: there, scene: SCENE.live });
    await viewer.callSub('startLocalPreview', { view: 'self' });
    await carol.waitFor('onRemoteUserEnterRoom', ['viewer'], {
      after: await carol.waitFor('onRemoteUserLeaveRoom', ['viewer']),
    });
    const mark = await carol.last();
    await viewer.destroy();
    await carol.waitFor('onRemoteUserLeaveRoom', ['viewer', 0], { after: mark });
    await bob.waitFor('onRemoteUserLeaveRoom', ['viewer', 0]);
    expect(await viewer.liveTracks()).toBe(0);
    const exits = (await viewer.journal()).filter(({ name }) => name.endsWith('onExitRoom'));
    expect(exits.map(({ name }) => name)).toEqual(['sub.onExitRoom']);
  });

  it('is removed from its room while the other stays', async () => {
    const { here, there, bob, carol } = await twoRooms();
    const viewer = await stage.user('viewer');
    await viewer.enter({ room: here, scene: SCENE.live });
    await viewer.enterWithSub({ room: there, scene: SCENE.live });
    await stage.api.removeUser(there, 'viewer');
    await viewer.waitFor('sub.onExitRoom', [1]);
    await carol.waitFor('onRemoteUserLeaveRoom', ['viewer', 2]);
    await viewer.watch('anchor');
    expect((await viewer.journal()).filter(({ name }) => name === 'onExitRoom')).toEqual([]);
    await stage.api.removeUser(here, 'viewer');
    await expectReleased(viewer, 1, await viewer.waitFor('sub.onExitRoom'));
    await bob.waitFor('onRemoteUserLeaveRoom', ['viewer', 2]);
  });
});

/** Frames that were decoded of each picture; the server's probes for bandwidth are none. */
async function decoded(who: Participant): Promise<number[]> {
  const frames = (await who.arriving()).map(({ framesDecoded }) => framesDecoded);
  return frames.filter((count) => count > 0);
}

describe('a picture that nobody has asked for', () => {
  it('is being decoded when it is asked for, and is dropped when it is not', async () => {
    const [alice, viewer, idler] = await stage.users('alice', 'viewer', 'idler');
    const room = stage.room();
    await alice.enterTalking({ room });
    await Promise.all([viewer.enter({ room }), idler.enter({ room })]);
    for (const who of [viewer, idler]) {
      await until('frames are decoded without a view', async () => ((await decoded(who))[0] ?? 0) > 5);
    }
    const [before] = await decoded(viewer);
    await viewer.watch('alice');
    expect(await decoded(viewer), 'the same stream').toHaveLength(1);
    expect((await viewer.received('alice'))?.framesDecoded).toBeGreaterThan(before ?? 0);

    await until('nothing is decoded any more', async () => {
      const earlier = await decoded(idler);
      await pause(1_000);
      return (await decoded(idler)).join() === earlier.join();
    });
    await idler.hears(1);
    await viewer.sees('alice');
    await idler.watch('alice');
  });

  it('does not arrive if the application wants none', async () => {
    const [alice, viewer] = await stage.users('alice', 'viewer');
    const room = stage.room();
    await alice.enterTalking({ room });
    await viewer.call('setDefaultStreamRecvMode', true, false);
    await viewer.enter({ room });
    await viewer.waitFor('onUserVideoAvailable', ['alice', 1]);
    await viewer.hears(1);
    expect(await decoded(viewer)).toEqual([]);
    await viewer.watch('alice');
  });
});
