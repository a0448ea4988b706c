import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ROLE, SCENE, STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  await stage.clear();
});
afterAll(async () => {
  await stage?.close();
});

/** Holds what would be taken for a start code, or for an escape of one. */
const TRICKY = [0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 3, 0, 0, 0, 3, 255, 0, 0];

const send = (from: Participant, bytes: readonly number[], repeatCount = 1): Promise<unknown> =>
  from.call('sendSEIMsg', { bytes }, repeatCount);

/** The bytes of each message, in the order of arrival. */
async function received(by: Participant, from: string): Promise<readonly unknown[]> {
  const told = (await by.journal()).filter(({ name, args }) => name === 'onRecvSEIMsg' && args[0] === from);
  return told.map(({ args }) => args[1]);
}

async function waitForMessages(by: Participant, from: string, count: number): Promise<readonly unknown[]> {
  await until(`${by.userId} got ${count} messages`, async () => (await received(by, from)).length >= count);
  // A copy that was not recognised would come with the next pictures.
  await by.sees(from, STREAM.big, 4);
  return received(by, from);
}

/** Alice is seen by bob, who listens unless told otherwise. */
async function pair({
  codec = 'vp8',
  listening = ['alice', 'bob'],
}: { codec?: string; listening?: readonly string[] } = {}): Promise<[Participant, Participant]> {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  for (const user of [alice, bob]) if (listening.includes(user.userId)) await user.listenTo('onRecvSEIMsg');
  await alice.call('callExperimentalAPI', JSON.stringify({ api: 'setVideoCodec', params: { codec } }));
  await bob.enter({ room });
  await alice.enterTalking({ room });
  await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
  await bob.watch('alice');
  return [alice, bob];
}

/** A decoder that stumbled over messages would lose half of the frames or more; on a busy machine some come too late anyhow. */
const MOST = 0.7;

/** Sends a message a step, as many as the budget allows, and looks at what the other decodes meanwhile. */
async function sendWhileDecoding(alice: Participant, bob: Participant): Promise<number> {
  const before = await bob.received('alice');
  for (let index = 0; index < 24; index++) {
    await until('the budget has room', async () => (await send(alice, Array(1000).fill(index))) === true);
  }
  await bob.sees('alice', STREAM.big, 10);
  const after = await bob.received('alice');
  if (!before || !after) throw new Error('nothing was received');
  return (after.framesDecoded - before.framesDecoded) / (after.framesReceived - before.framesReceived);
}

describe.each(['vp8', 'h264'])('messages on pictures in %s', (codec) => {
  it('arrive byte for byte, in order and once, however often they are repeated', async () => {
    const [alice, bob] = await pair({ codec });
    expect((await bob.received('alice'))?.codec.toLowerCase()).toContain(codec);
    const sent = [TRICKY, [], Array.from({ length: 1024 }, (_, index) => index % 256)];
    for (let index = 0; index < 20; index++) sent.push([index, ...TRICKY]);
    for (const [index, bytes] of sent.entries()) expect(await send(alice, bytes, 1 + (index % 4))).toBe(true);
    expect(await waitForMessages(bob, 'alice', sent.length)).toEqual(sent);
    expect(await received(alice, 'alice')).toEqual([]);
  });

  it('cost who receives them no picture', async () => {
    const [alice, bob] = await pair({ codec });
    expect(await sendWhileDecoding(alice, bob)).toBeGreaterThan(MOST);
    expect(await received(bob, 'alice')).toHaveLength(24);
  });

  it('do not disturb who does not listen', async () => {
    const [alice, bob] = await pair({ codec, listening: ['alice'] });
    expect(await sendWhileDecoding(alice, bob)).toBeGreaterThan(MOST);
    expect(await received(bob, 'alice')).toEqual([]);
  });
});

it('messages arrive with whatever layer is received, also while it changes', async () => {
  const [alice, bob] = await pair();
  const sent: number[][] = [];
  for (const layer of [STREAM.small, STREAM.big, STREAM.small]) {
    await bob.call('setRemoteVideoStreamType', 'alice', layer);
    const wide = layer === STREAM.big;
    await until(`the layer is ${wide ? 'big' : 'small'}`, async () => {
      const message = [layer, sent.length];
      if ((await send(alice, message)) === true) sent.push(message);
      return ((await bob.received('alice'))?.width ?? 0) > 320 === wide;
    });
  }
  expect(sent.length).toBeGreaterThan(6);
  expect(await waitForMessages(bob, 'alice', sent.length)).toEqual(sent);
});

it('the first message gets through although nobody prepared for it, on a stream that begins anew', async () => {
  const [alice, bob] = await pair({ listening: ['bob'] });
  const before = await bob.last();
  expect(await send(alice, [1, 2, 3])).toBe(true);
  await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: before });
  expect(await waitForMessages(bob, 'alice', 1)).toEqual([[1, 2, 3]]);
  const restarted = await bob.last();
  expect(await send(alice, [4])).toBe(true);
  expect(await waitForMessages(bob, 'alice', 2)).toEqual([[1, 2, 3], [4]]);
  const later = (await bob.since(restarted)).map(({ name }) => name);
  expect(later).not.toContain('onUserVideoAvailable');
});

it('messages arrive with a picture that was shown before anybody listened, and the picture stays', async () => {
  const [alice, bob] = await pair({ listening: ['alice'] });
  const videos = (): Promise<number> =>
    bob.page.evaluate(() => document.querySelectorAll('#alice-main video').length);
  expect(await send(alice, [0])).toBe(true);
  await bob.sees('alice');
  await bob.page.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>('#alice-main video')!;
    Object.assign(window, { watched: video });
  });
  const before = await bob.last();
  await bob.listenTo('onRecvSEIMsg');
  await until('messages arrive', async () => {
    await send(alice, [1]);
    return (await received(bob, 'alice')).length > 0;
  });
  const known = (await received(bob, 'alice')).length;
  await bob.sees('alice');
  await until('the budget has room', async () => (await send(alice, TRICKY)) === true);
  await until('the last one arrived', async () => {
    const messages = await received(bob, 'alice');
    return messages.length > known && JSON.stringify(messages.at(-1)) === JSON.stringify(TRICKY);
  });
  expect((await received(bob, 'alice')).slice(0, -1)).not.toContainEqual([0]);
  expect(await videos()).toBe(1);
  expect(
    await bob.page.evaluate(
      () => Reflect.get(window, 'watched') === document.querySelector('#alice-main video'),
    ),
  ).toBe(true);
  expect((await bob.since(before)).map(({ name }) => name)).not.toContain('onFirstVideoFrame');
});

it('messages are not told while nobody listens, and again by the same picture when somebody does', async () => {
  const [alice, bob] = await pair();
  const trackId = (): Promise<string | undefined> =>
    bob.page.evaluate(() => {
      const { srcObject } = document.querySelector<HTMLVideoElement>('#alice-main video')!;
      return (srcObject as MediaStream).getVideoTracks()[0]?.id;
    });
  const track = await trackId();
  expect(await send(alice, [1])).toBe(true);
  expect(await waitForMessages(bob, 'alice', 1)).toEqual([[1]]);
  await bob.call('removeAllListeners', 'onRecvSEIMsg');
  expect(await send(alice, [2])).toBe(true);
  await bob.sees('alice', STREAM.big, 10);
  await bob.listenTo('onRecvSEIMsg');
  await until('messages arrive', async () => {
    await send(alice, [3]);
    return (await received(bob, 'alice')).length > 1;
  });
  expect(await received(bob, 'alice')).not.toContainEqual([2]);
  expect(await trackId()).toBe(track);
  await bob.sees('alice');
});

it('messages are refused without a picture to ride on, out of bounds, and over the budget', async () => {
  const [alice] = await stage.users('alice');
  expect(await send(alice, [1]), 'outside').toBe(false);
  await alice.enter({ room: stage.room(), scene: SCENE.live, role: ROLE.anchor });
  expect(await send(alice, [1]), 'no camera').toBe(false);
  await alice.call('startLocalPreview', { view: 'self' });
  await alice.waitFor('onSendFirstLocalVideoFrame');
  await alice.call('muteLocalVideo', true);
  expect(await send(alice, [1]), 'muted').toBe(false);
  await alice.call('muteLocalVideo', false);
  expect(await send(alice, Array(1025).fill(0)), 'too long').toBe(false);
  expect(await alice.call('sendSEIMsg', 'text', 1), 'text').toBe(false);
  const results = [];
  for (let index = 0; index < 6; index++) results.push(await send(alice, Array(1000).fill(0)));
  for (let index = 0; index < 6; index++) {
    results.push(await alice.call('sendCustomCmdMsg', 1, { bytes: Array(1000).fill(0) }, true, true));
  }
  const accepted = [...Array(8).fill(true), ...Array(4).fill(false)];
  expect(results, 'together with custom messages').toEqual(accepted);
  await alice.call('exitRoom');
  await alice.waitFor('onExitRoom');
  expect(await send(alice, [1]), 'outside again').toBe(false);
});

describe('a page', () => {
  /** Alice's page lacks something. */
  async function crippled(cripple: () => void): Promise<[Participant, Participant]> {
    const [alice, bob] = await stage.users('alice', 'bob');
    await alice.page.addInitScript(cripple);
    await alice.page.reload();
    await alice.listenTo('onRecvSEIMsg');
    await bob.listenTo('onRecvSEIMsg');
    const room = stage.room();
    await bob.enterTalking({ room });
    await alice.enterTalking({ room });
    await bob.watch('alice');
    await alice.watch('bob');
    return [alice, bob];
  }

  async function expectBothWays(alice: Participant, bob: Participant): Promise<void> {
    expect(await send(alice, TRICKY)).toBe(true);
    expect(await send(bob, [9])).toBe(true);
    expect(await waitForMessages(bob, 'alice', 1)).toEqual([TRICKY]);
    expect(await waitForMessages(alice, 'bob', 1)).toEqual([[9]]);
  }

  it('that only knows the older streams sends and receives', async () => {
    const [alice, bob] = await crippled(() => {
      Reflect.deleteProperty(globalThis, 'RTCRtpScriptTransform');
    });
    await expectBothWays(alice, bob);
  });

  it('that forbids workers from a blob does so itself', async () => {
    const [alice, bob] = await crippled(() => {
      document.addEventListener('DOMContentLoaded', () => {
        const policy = document.createElement('meta');
        policy.httpEquiv = 'Content-Security-Policy';
        policy.content = "worker-src 'self'";
        document.head.append(policy);
      });
    });
    await expectBothWays(alice, bob);
  });

  it('that has no transforms says so once, and is seen and sees as ever', async () => {
    const [alice, bob] = await crippled(() => {
      Reflect.deleteProperty(globalThis, 'RTCRtpScriptTransform');
      Reflect.deleteProperty(RTCRtpSender.prototype, 'createEncodedStreams');
      Reflect.deleteProperty(RTCRtpReceiver.prototype, 'createEncodedStreams');
    });
    expect(await send(bob, [9])).toBe(true);
    expect([await send(alice, [1]), await send(alice, [2])]).toEqual([false, false]);
    await bob.sees('alice');
    await alice.sees('bob');
    const warnings = (await alice.journal()).filter(({ name }) => name === 'onWarning');
    expect(warnings.map(({ args }) => args[0])).toEqual([-4]);
    expect(await received(alice, 'bob')).toEqual([]);
  });
});
