import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased, expectToldOfLeave, presenceOf } from './support/expectations.ts';
import { ROLE, SCENE, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

interface LiveRoom {
  readonly room: number;
  readonly anchor: Participant;
  readonly viewer: Participant;
}

/** A live room with an anchor on the air and somebody who watches. */
async function liveRoom(name: string): Promise<LiveRoom> {
  const [anchor, viewer] = await stage.users(name, `viewer-of-${name}`);
  const room = stage.room();
  await anchor.enterTalking({ room, scene: SCENE.live });
  await viewer.enter({ room, scene: SCENE.live, role: ROLE.audience });
  await viewer.waitFor('onUserVideoAvailable', [name, 1]);
  return { room, anchor, viewer };
}

async function connect(from: LiveRoom, to: LiveRoom): Promise<void> {
  const after = await from.anchor.last();
  const { userId } = to.anchor;
  await from.anchor.call('connectOtherRoom', JSON.stringify({ roomId: to.room, userId }));
  await from.anchor.waitFor('onConnectOtherRoom', [userId, 0], { after });
}

/** Two rooms whose anchors are linked, and seen by the viewer of the other. */
async function linkedRooms(): Promise<readonly [LiveRoom, LiveRoom]> {
  const rooms = [await liveRoom('ann'), await liveRoom('bea')] as const;
  const [one, two] = rooms;
  await connect(one, two);
  for (const [here, there] of [
    [one, two],
    [two, one],
  ] as const) {
    await here.viewer.waitFor('onUserVideoAvailable', [there.anchor.userId, 1]);
    await here.viewer.waitFor('onUserAudioAvailable', [there.anchor.userId, 1]);
    await here.viewer.watch(there.anchor.userId);
  }
  return rooms;
}

/** Both in the other room are told of the end of the anchor's streams and its leave, once. */
async function expectUnlinked(anchor: string, from: LiveRoom, reason: number): Promise<void> {
  for (const peer of [from.anchor, from.viewer]) {
    const [came] = (await peer.journal()).filter(
      ({ name, args }) => name === 'onUserAudioAvailable' && args[0] === anchor,
    );
    await expectToldOfLeave(peer, anchor, reason, came);
    expect(await peer.received(anchor), 'nothing of the picture is received any more').toBeUndefined();
  }
}

describe('two rooms that are connected', () => {
  it('see and hear the anchor of the other, who is announced before its streams', async () => {
    const [one, two] = await linkedRooms();
    for (const [viewer, anchor] of [
      [one.viewer, 'bea'],
      [two.viewer, 'ann'],
      [one.anchor, 'bea'],
      [two.anchor, 'ann'],
    ] as const) {
      const told = await presenceOf(viewer, anchor);
      expect(told[0]).toEqual(['onRemoteUserEnterRoom', anchor]);
      expect(told).toHaveLength(3);
      expect(told).toContainEqual(['onUserAudioAvailable', anchor, 1]);
      expect(told).toContainEqual(['onUserVideoAvailable', anchor, 1]);
    }
    // The own anchor and the other one.
    await Promise.all([one.viewer.hears(2), two.viewer.hears(2)]);
    await one.anchor.watch('bea');
    // Nobody of the audience is announced anywhere.
    expect(await presenceOf(two.anchor, 'viewer-of-ann')).toEqual([]);
  });

  it('see what the other anchor starts and mutes meanwhile, and show both anchors to who comes later', async () => {
    const [one, two] = await linkedRooms();
    const mark = await two.viewer.last();
    await one.anchor.call('muteLocalVideo', true);
    await two.viewer.waitFor('onUserVideoAvailable', ['ann', 0], { after: mark });
    await one.anchor.call('muteLocalVideo', false);
    await two.viewer.waitFor('onUserVideoAvailable', ['ann', 1], { after: mark });
    await two.viewer.sees('ann');
    await one.anchor.call('stopLocalAudio');
    await two.viewer.waitFor('onUserAudioAvailable', ['ann', 0], { after: mark });
    await one.anchor.call('startLocalAudio', 2);
    await two.viewer.waitFor('onUserAudioAvailable', ['ann', 1], { after: mark });

    const late = await stage.user('late');
    await late.enter({ room: two.room, scene: SCENE.live, role: ROLE.audience });
    await late.waitFor('onUserVideoAvailable', ['ann', 1]);
    await late.watch('ann');
    await late.watch('bea');
    await late.hears(2);
  });
});

describe('the link ends', () => {
  it('by disconnectOtherRoom', async () => {
    const [one, two] = await linkedRooms();
    await one.anchor.call('disconnectOtherRoom');
    await one.anchor.waitFor('onDisconnectOtherRoom', [0]);
    await Promise.all([expectUnlinked('ann', two, 0), expectUnlinked('bea', one, 0)]);
    // Each room goes on as it was before.
    await one.viewer.watch('ann');
    await two.viewer.watch('bea');
    await connect(two, one);
    await one.viewer.watch('bea');
  });

  it('by the exit of an anchor', async () => {
    const [one, two] = await linkedRooms();
    await one.anchor.call('exitRoom');
    await Promise.all([expectUnlinked('ann', two, 0), expectReleased(one.anchor, 0)]);
    await two.viewer.watch('bea');
    expect(await two.anchor.journal()).not.toContainEqual(
      expect.objectContaining({ name: 'onDisconnectOtherRoom' }),
    );
  });

  it('by the removal of an anchor from its own room', async () => {
    const [one, two] = await linkedRooms();
    await stage.api.removeUser(one.room, 'ann');
    await Promise.all([expectUnlinked('ann', two, 0), expectReleased(one.anchor, 1)]);
    await one.viewer.waitFor('onRemoteUserLeaveRoom', ['ann', 2]);
    await one.viewer.waitFor('onRemoteUserLeaveRoom', ['bea', 0]);
  });

  it('by the removal of a guest from the other room, which stays in its own', async () => {
    const [one, two] = await linkedRooms();
    await stage.api.removeUser(two.room, 'ann');
    await Promise.all([expectUnlinked('ann', two, 2), expectUnlinked('bea', one, 0)]);
    await one.viewer.watch('ann');
  });

  it('by the dismissal of a room', async () => {
    const [one, two] = await linkedRooms();
    await stage.api.dismissRoom(one.room);
    await expectUnlinked('ann', two, 0);
    await Promise.all([expectReleased(one.anchor, 2), expectReleased(one.viewer, 2)]);
    expect(await presenceOf(one.viewer, 'bea')).not.toContainEqual(['onRemoteUserLeaveRoom', 'bea', 0]);
    await two.viewer.watch('bea');
  });
});

it('connects three rooms with one at once, and ends all of it together', async () => {
  const [one, two, three, four] = [
    await liveRoom('ann'),
    await liveRoom('bea'),
    await liveRoom('cid'),
    await liveRoom('dot'),
  ];
  for (const other of [two, three, four]) await connect(one, other);
  for (const { anchor } of [two, three, four]) await one.viewer.watch(anchor.userId);
  for (const { viewer } of [two, three, four]) await viewer.watch('ann');
  await one.viewer.hears(4);
  await one.anchor.call('disconnectOtherRoom');
  await one.anchor.waitFor('onDisconnectOtherRoom', [0]);
  for (const other of [two, three, four]) {
    await expectUnlinked('ann', other, 0);
    await expectUnlinked(other.anchor.userId, one, 0);
    expect(await presenceOf(other.viewer, other === two ? 'cid' : 'bea')).toEqual([]);
  }
});

it('is refused to the audience with -3330, and the reason of any other refusal is told', async () => {
  const one = await liveRoom('ann');
  const two = await liveRoom('bea');
  const ask = async (who: Participant, params: object, userId: string, code: number): Promise<void> => {
    await who.call('connectOtherRoom', JSON.stringify(params));
    await who.waitFor('onConnectOtherRoom', [userId, code]);
  };
  await ask(one.viewer, { roomId: two.room, userId: 'bea' }, 'bea', -3330);
  await one.viewer.call('disconnectOtherRoom');
  await one.viewer.waitFor('onDisconnectOtherRoom', [-3330]);
  await ask(one.anchor, { roomId: 999_999, userId: 'bea' }, 'bea', -102046);
  await ask(one.anchor, { roomId: two.room, userId: 'nobody' }, 'nobody', -102048);
  await ask(one.anchor, { userId: 'bea' }, 'bea', -3328);
  await ask(one.anchor, { roomId: one.room, userId: 'ann' }, 'ann', -3328);
  expect(await presenceOf(two.anchor, 'ann')).toEqual([]);
});
