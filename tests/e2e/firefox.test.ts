import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased, expectToldOfLeave, inCall, presenceOf } from './support/expectations.ts';
import type { Firefox } from './support/firefox.ts';
import type { AnyPage } from './support/any-page.ts';
import { ROLE, SCENE, STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
let firefox: Firefox;
beforeAll(async () => {
  stage = await Stage.open();
  firefox = await stage.openFirefox();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

type User = Participant<AnyPage>;

const LISTENING_MS = 500;
/** Of the browser's own measure, in that time. Both invented microphones are far above it, silence is far below. */
const AUDIBLE_ENERGY = 1e-5;

/** Measured where it is decoded: a Firefox without an audio device runs no audio graph. */
async function expectSound(listener: User, { audible }: { audible: boolean }): Promise<void> {
  const energy = async (): Promise<number> =>
    (await listener.heard()).reduce((sum, { totalAudioEnergy }) => sum + totalAudioEnergy, 0);
  await until(`${listener.userId} hears ${audible ? 'something' : 'silence'}`, async () => {
    const before = await energy();
    await pause(LISTENING_MS);
    return (await energy()) - before > AUDIBLE_ENERGY === audible;
  });
}

describe.each(['Firefox', 'Chromium'] as const)('Firefox in a room with %s', (other) => {
  /** Alice is at a Firefox, Bob at the other browser. */
  function users(alice = 'alice', bob = 'bob'): Promise<[User, User]> {
    return Promise.all([
      stage.userOf(firefox, alice),
      other === 'Firefox' ? stage.userOf(firefox, bob) : stage.user(bob),
    ]);
  }

  async function call(room: number | string): Promise<[User, User]> {
    const pair = await users();
    await inCall(room, pair);
    return pair;
  }

  it('sees and hears, and is seen and heard', async () => {
    const [alice, bob] = await call(stage.room());
    await Promise.all([alice.hears(1), bob.hears(1)]);
    await Promise.all([expectSound(alice, { audible: true }), expectSound(bob, { audible: true })]);
    expect(await bob.received('alice')).toMatchObject({ codec: 'video/VP8' });
    await alice.waitFor('onFirstVideoFrame', ['bob', STREAM.big]);
    await alice.waitFor('onFirstAudioFrame', ['bob']);
    await bob.waitFor('onFirstVideoFrame', ['alice', STREAM.big]);
    await bob.waitFor('onFirstAudioFrame', ['alice']);
  });

  it('mutes and comes back, without letting go of its devices', async () => {
    const [alice, bob] = await call(stage.room());
    const before = await bob.last();
    await alice.call('muteLocalVideo', true);
    await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: before });
    await alice.call('muteLocalAudio', true);
    await bob.waitFor('onUserAudioAvailable', ['alice', 0], { after: before });
    await expectSound(bob, { audible: false });
    expect(await alice.liveTracks()).toBe(2);
    const muted = await bob.last();
    await alice.call('muteLocalVideo', false);
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: muted });
    await alice.call('muteLocalAudio', false);
    await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: muted });
    await bob.sees('alice');
    await expectSound(bob, { audible: true });
  });

  it('sends and receives custom messages as they were sent', async () => {
    const [alice, bob] = await users();
    const room = stage.room();
    await Promise.all([alice.enter({ room }), bob.enter({ room })]);
    const text = `${String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code))} \uFEFF👋`;
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      expect(await from.call('sendCustomCmdMsg', 1, text, true, true)).toBe(true);
      const { args } = await to.waitFor('onRecvCustomCmdMsg', [from.userId]);
      expect(args).toEqual([from.userId, 1, 1, text]);
    }
  });

  it('becomes anchor in a live room and audience again', async () => {
    const [viewer, anchor] = await users('viewer', 'anchor');
    const room = stage.room();
    await anchor.enterTalking({ room, scene: SCENE.live });
    await viewer.enter({ room, scene: SCENE.live, role: ROLE.audience });
    await viewer.waitFor('onUserVideoAvailable', ['anchor', 1]);
    await viewer.watch('anchor');
    await viewer.call('switchRole', ROLE.anchor);
    await viewer.waitFor('onSwitchRole', [0]);
    await viewer.call('startLocalPreview', { view: 'self' });
    await viewer.call('startLocalAudio', 2);
    await anchor.waitFor('onUserVideoAvailable', ['viewer', 1]);
    await anchor.waitFor('onUserAudioAvailable', ['viewer', 1]);
    await anchor.watch('viewer');
    const mark = await anchor.last();
    await viewer.call('switchRole', ROLE.audience);
    await expectToldOfLeave(anchor, 'viewer', 3, mark);
    await viewer.sees('anchor');
  });

  it('leaves with exitRoom: the other is told, devices are released, onExitRoom(0)', async () => {
    const [alice, bob] = await call(stage.room());
    const mark = await bob.last();
    await alice.call('exitRoom');
    await expectToldOfLeave(bob, 'alice', 0, mark);
    await expectReleased(alice, 0);
  });

  it('is removed with RemoveUser: the other is told, devices are released, onExitRoom(1)', async () => {
    const room = stage.room();
    const [alice, bob] = await call(room);
    const mark = await bob.last();
    await stage.api.removeUser(room, 'alice');
    await expectToldOfLeave(bob, 'alice', 2, mark);
    await expectReleased(alice, 1);
  });

  it('is sent out with DismissRoom: devices are released, onExitRoom(2)', async () => {
    const room = stage.stringRoom();
    const [alice, bob] = await call(room);
    await stage.api.dismissRoom(room);
    await Promise.all([expectReleased(alice, 2), expectReleased(bob, 2)]);
    expect(await presenceOf(alice, 'bob')).not.toContainEqual(['onRemoteUserLeaveRoom', 'bob', 2]);
  });

  it.each([
    ['left', (alice: User) => alice.page.goto('about:blank')],
    ['closed', (alice: User) => alice.page.close()],
  ] as const)('is gone for the other when its page is %s', async (_how, vanish) => {
    const [alice, bob] = await call(stage.room());
    const mark = await bob.last();
    await vanish(alice);
    await expectToldOfLeave(bob, 'alice', 0, mark);
  });
});

describe('Firefox and a user who publishes H.264', () => {
  it('sees the picture, whether it decodes H.264 or not', async () => {
    const alice = await stage.user('alice');
    const bob = await stage.userOf(firefox, 'bob');
    await alice.call('callExperimentalAPI', '{"api":"setVideoCodec","params":{"codec":"h264"}}');
    await inCall(stage.room(), [alice, bob]);
  });
});
