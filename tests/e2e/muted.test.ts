import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

/** Long enough for a dozen pictures to be captured while the server is asked. */
const SLOW_MS = 1_000;

let stage: Stage;
let alice: Participant;
let bob: Participant;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await Promise.all([alice.enter({ room }), bob.enter({ room })]);
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** Makes Alice's path for media, on which nothing else has to be waited for then, and delays all that she says to the server. */
async function talkOnSlowLink(): Promise<void> {
  await alice.call('startLocalAudio', 2);
  await bob.hears(1);
  await slowDown();
}

async function slowDown(): Promise<void> {
  await alice.page.evaluate((ms) => {
    const send = Reflect.get(WebSocket.prototype, 'send');
    WebSocket.prototype.send = function (this: WebSocket, data: string) {
      setTimeout(() => send.call(this, data), ms);
    };
  }, SLOW_MS);
}

/** Waits until a picture has been published for a while, and looks what has left the machine. */
async function nothingLeaves(streamType: number = STREAM.big): Promise<void> {
  await until('there is a sender', async () => (await alice.sent()).length > 0);
  await pause(3 * SLOW_MS);
  const sent = await alice.sent();
  expect(sent.map(({ framesSent, bytesSent }) => [framesSent, bytesSent])).toEqual(sent.map(() => [0, 0]));
  expect((await bob.arriving()).filter(({ framesReceived }) => framesReceived > 0)).toEqual([]);
  const told = (await alice.journal()).map(({ name, args }) => `${name} ${args.join(' ')}`);
  expect(told).not.toContain(`onSendFirstLocalVideoFrame ${streamType}`);
}

it('nothing of a camera that is muted before it starts is sent, also while the server is asked', async () => {
  await talkOnSlowLink();
  await alice.call('muteLocalVideo', true);
  await alice.call('startLocalPreview', { view: 'self' });
  await nothingLeaves();

  await alice.call('enableSmallVideoStream', false);
  await until('it began anew', async () => (await alice.sent()).length === 1);
  await nothingLeaves();

  await alice.call('muteLocalVideo', false);
  await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
  await alice.waitFor('onSendFirstLocalVideoFrame', [STREAM.big]);
  await bob.watch('alice');
});

it('nothing of a camera that is muted while it is being published is sent', async () => {
  await talkOnSlowLink();
  await alice.call('startLocalPreview', { view: 'self' });
  await alice.waitFor('onCameraDidReady');
  await alice.call('muteLocalVideo', true);
  await nothingLeaves();

  await alice.call('muteLocalVideo', false);
  await alice.waitFor('onSendFirstLocalVideoFrame', [STREAM.big]);
  await bob.watch('alice');
});

it('nothing of a muted screen is sent; it comes when it is not muted any more, and leaves the camera alone', async () => {
  await talkOnSlowLink();
  await alice.call('muteLocalVideo', true, STREAM.sub);
  await alice.call('startScreenCapture', null, STREAM.sub);
  await alice.waitFor('onScreenCaptureStarted');
  await nothingLeaves(STREAM.sub);

  await alice.call('muteLocalVideo', false, STREAM.sub);
  await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
  await bob.watch('alice', STREAM.sub);
  await alice.call('startLocalPreview', { view: 'self' });
  await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
  await Promise.all([bob.watch('alice'), bob.sees('alice', STREAM.sub)]);
});

it('silence is all that is heard of a microphone that is muted before it starts', async () => {
  await alice.call('startLocalPreview', { view: 'self' });
  await bob.watch('alice');
  await slowDown();
  await alice.call('muteLocalAudio', true);
  await alice.call('startLocalAudio', 2);
  const packets = async (): Promise<number> => (await bob.heard())[0]?.packetsReceived ?? 0;
  await until('silence comes', async () => (await packets()) > 5);
  expect((await bob.heard())[0]!.totalAudioEnergy).toBeLessThan(1e-6);

  await alice.call('muteLocalAudio', false);
  await until('sound comes', async () => (await bob.heard())[0]!.totalAudioEnergy > 1e-4);
});
