import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATION, userSig } from './support/application.ts';
import { enterOnWeb } from './support/page/web-face.ts';
import type { Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** Alice calls with the native-like face, Bob with the web face. */
async function callOfBothFaces(roomId: number): Promise<{ alice: Participant; bob: Participant }> {
  const [alice, bob] = await stage.users('alice', 'bob');
  await alice.enterTalking({ room: roomId });
  await enterWeb(bob, roomId);
  await alice.watch('bob');
  return { alice, bob };
}

async function enterWeb(user: Participant, roomId: number): Promise<void> {
  const { userId } = user;
  const entry = { sdkAppId: APPLICATION.sdkAppId, userId, userSig: userSig({ userId }), roomId };
  await user.page.evaluate(enterOnWeb, entry);
}

async function heardOn(user: Participant, event: string): Promise<unknown> {
  const payload = async (): Promise<unknown> =>
    user.page.evaluate((name) => window.told.find(([told]) => told === name)?.[1], event);
  await until(`${user.userId} is told ${event}`, async () => (await payload()) !== undefined);
  return payload();
}

describe('the web face', () => {
  it('shows the picture of a user of the other face, and leaves by a promise', async () => {
    const { alice, bob } = await callOfBothFaces(stage.room());
    expect(await heardOn(bob, 'remote-user-enter')).toEqual({ userId: 'alice' });
    expect(await heardOn(bob, 'remote-video-available')).toEqual({ userId: 'alice', streamType: 'main' });
    await bob.page.evaluate(() =>
      window.trtc.startRemoteVideo({ userId: 'alice', streamType: 'main', view: 'other' }),
    );
    await until('bob sees alice', async () => {
      const picture = await bob.page.evaluate(() => window.driver.picture('other'));
      return (picture?.spread ?? 0) > 10;
    });

    await bob.page.evaluate(() => window.trtc.exitRoom());
    await alice.waitFor('onRemoteUserLeaveRoom', ['bob', 0]);
    expect(await bob.openConnections()).toBe(0);
    // The preview belongs to the application.
    expect(await bob.liveTracks()).toBe(2);
    await bob.page.evaluate(() => Promise.all([window.trtc.stopLocalVideo(), window.trtc.stopLocalAudio()]));
    expect(await bob.liveTracks()).toBe(0);
  });

  it('is kicked out as banned by RemoveUser, as room_disband by DismissRoom, as kick by a second entry', async () => {
    const roomId = stage.room();
    const { alice, bob } = await callOfBothFaces(roomId);
    await stage.api.removeUser(roomId, 'bob');
    expect(await heardOn(bob, 'kicked-out')).toEqual({ reason: 'banned' });
    await alice.waitFor('onRemoteUserLeaveRoom', ['bob', 2]);
    expect(await bob.openConnections()).toBe(0);

    const [carol, dave] = await stage.users('carol', 'dave');
    await enterWeb(carol, roomId);
    await enterWeb(dave, roomId);
    const otherTab = await stage.user('carol');
    await otherTab.enter({ room: roomId });
    expect(await heardOn(carol, 'kicked-out')).toEqual({ reason: 'kick' });
    await stage.api.dismissRoom(roomId);
    expect(await heardOn(dave, 'kicked-out')).toEqual({ reason: 'room_disband' });
  });
});
