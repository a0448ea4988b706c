import { describe, expect, it } from 'vitest';
import { TRTCCloud } from '../native/cloud.ts';
import { TRTCParams } from '../native/params.ts';
import { FakePlatform } from '../testing/fake-platform.ts';
import { FakeServer } from '../testing/fake-server.ts';

function user(userId: string, server = new FakeServer()) {
  const fake = new FakePlatform(server);
  const cloud = new TRTCCloud(undefined, fake.platform);
  const heard: string[] = [];
  const warnings: number[] = [];
  cloud.on('onWarning', (code) => warnings.push(code));
  const enter = async (role: 20 | 21 = 20): Promise<void> => {
    cloud.enterRoom(new TRTCParams(1400000001, userId, 'ticket', 77, '', role), 1);
    await fake.settle();
  };
  const show = async (): Promise<void> => {
    cloud.startLocalPreview(null);
    await fake.settle();
  };
  const hear = (from: string, bytes: ArrayBuffer): void => {
    heard.push(`${from} ${new Uint8Array(bytes).join(' ')}`);
  };
  const listen = (): void => {
    cloud.on('onRecvSEIMsg', hear);
  };
  const say = (bytes: readonly number[], repeatCount = 1): boolean =>
    cloud.sendSEIMsg(Uint8Array.from(bytes), repeatCount);
  return { fake, cloud, server, heard, hear, warnings, enter, show, listen, say };
}

/** Numbers of the messages that were handed over, from 0, with their copies. */
function ridden({ fake }: ReturnType<typeof user>): string[] {
  const [first] = fake.engines.last.ridden;
  return fake.engines.last.ridden.map(
    ({ source, message, copies }) =>
      `${source} ${(message.number ?? NaN) - (first?.message.number ?? 0)} ${[...message.bytes].join(' ')} x${copies}`,
  );
}

const published = ({ server }: ReturnType<typeof user>): number =>
  server.requests.filter((method) => method === 'publish').length;

describe('sending with pictures', () => {
  it('hands every message over with a number of its own and one copy more than asked', async () => {
    const alice = user('alice');
    await alice.enter();
    await alice.show();
    expect([alice.say([1]), alice.say([2], 3), alice.say([], 0), alice.say([4], 1_000)]).not.toContain(false);
    expect(ridden(alice)).toEqual(['video 0 1 x2', 'video 1 2 x4', 'video 2  x2', 'video 3 4 x31']);
  });

  it('begins the stream anew for the first message, once, and not for who listened before', async () => {
    const alice = user('alice');
    await alice.enter();
    await alice.show();
    expect(published(alice)).toBe(1);
    alice.say([1]);
    expect(alice.say([2]), 'while the stream begins anew').toBe(true);
    await alice.fake.settle();
    alice.say([3]);
    await alice.fake.settle();
    expect(published(alice)).toBe(2);
    alice.cloud.exitRoom();
    await alice.fake.settle();
    await alice.enter();
    await alice.show();
    alice.say([4]);
    await alice.fake.settle();
    expect(published(alice), 'it is known in the next stay').toBe(3);

    const bob = user('bob');
    bob.listen();
    await bob.enter();
    await bob.show();
    bob.say([1]);
    await bob.fake.settle();
    expect(published(bob)).toBe(1);
  });

  it('leaves a shared screen alone while the camera carries messages', async () => {
    const alice = user('alice');
    await alice.enter();
    await alice.show();
    alice.cloud.startScreenCapture();
    await alice.fake.settle();
    const before = alice.server.stays[0]?.streams.find(({ source }) => source === 'sub')?.streamId;
    alice.say([1]);
    await alice.fake.settle();
    const streams = alice.server.stays[0]?.streams ?? [];
    expect(streams.find(({ source }) => source === 'sub')?.streamId).toBe(before);
    expect(published(alice)).toBe(3);
  });

  it('uses the shared screen while only that is sent', async () => {
    const alice = user('alice');
    await alice.enter();
    alice.cloud.startScreenCapture();
    await alice.fake.settle();
    expect(alice.say([1])).toBe(true);
    await alice.show();
    expect(alice.say([2])).toBe(true);
    expect(ridden(alice)).toEqual(['sub 0 1 x2', 'video 1 2 x2']);
  });

  it('refuses what has no picture to ride on', async () => {
    const alice = user('alice');
    expect(alice.say([1]), 'outside').toBe(false);
    await alice.enter(21);
    await alice.show();
    expect(alice.say([1]), 'in the audience').toBe(false);
    alice.cloud.switchRole(20);
    await alice.fake.settle();
    expect(alice.say([1])).toBe(true);
    alice.cloud.muteLocalVideo(true);
    expect(alice.say([1]), 'muted').toBe(false);
    alice.cloud.muteLocalVideo(false);
    expect(alice.say([1])).toBe(true);
    alice.fake.network.breakAll();
    await alice.fake.settle();
    expect(alice.say([1]), 'without a link').toBe(false);
    alice.cloud.exitRoom();
    expect(alice.say([1]), 'leaving').toBe(false);
    expect(alice.warnings.filter((code) => code === -4)).toEqual([]);
  });

  it('refuses what is out of bounds', async () => {
    const alice = user('alice');
    await alice.enter();
    await alice.show();
    const wrong: readonly unknown[] = ['text', 7, null, undefined, {}];
    for (const data of wrong) {
      expect(alice.cloud.sendSEIMsg(data as ArrayBuffer, 1)).toBe(false);
    }
    expect(alice.cloud.sendSEIMsg(new ArrayBuffer(3), NaN)).toBe(false);
    expect(alice.cloud.sendSEIMsg(new ArrayBuffer(1_025), 1)).toBe(false);
    expect(alice.cloud.sendSEIMsg(new DataView(new ArrayBuffer(1_024)), 1)).toBe(true);
  });

  it('shares its budget with custom messages', async () => {
    const alice = user('alice');
    await alice.enter();
    await alice.show();
    for (let index = 0; index < 15; index++) {
      expect(alice.say([index])).toBe(true);
      expect(alice.cloud.sendCustomCmdMsg(1, 'x', true, true)).toBe(true);
    }
    expect([alice.say([1]), alice.cloud.sendCustomCmdMsg(1, 'x', true, true)]).toEqual([false, false]);
    await alice.fake.advance(1_000);
    expect(alice.say([1])).toBe(true);
  });

  it('warns once where it is impossible: VP9, no transforms, or a page that turns out to allow none', async () => {
    const alice = user('alice');
    await alice.enter();
    await alice.show();
    alice.cloud.callExperimentalAPI('{"api":"setVideoCodec","params":{"codec":"vp9"}}');
    await alice.fake.settle();
    expect([alice.say([1]), alice.say([1])]).toEqual([false, false]);
    expect(alice.warnings).toEqual([-4]);

    const bob = user('bob');
    await bob.enter();
    await bob.show();
    bob.fake.engines.last.canCarrySei = false;
    expect([bob.say([1]), bob.say([1])]).toEqual([false, false]);
    expect(bob.warnings).toEqual([-4]);

    const carol = user('carol');
    await carol.enter();
    await carol.show();
    expect(carol.say([1])).toBe(true);
    carol.fake.engines.last.loseSei();
    carol.fake.engines.last.loseSei();
    expect(carol.say([1])).toBe(false);
    expect(carol.warnings).toEqual([-4]);
  });
});

describe('receiving with pictures', () => {
  async function watching({ listening }: { listening: boolean }) {
    const server = new FakeServer();
    server.addUser('bob', ['video', 'sub']);
    const alice = user('alice', server);
    if (listening) alice.listen();
    await alice.enter();
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    const engine = alice.fake.engines.last;
    const [consumerId = ''] = engine.received;
    const arrive = (number: number | null, byte: number, consumer = consumerId): void =>
      engine.receiveSei(consumer, { number, bytes: Uint8Array.of(byte) });
    return { alice, server, engine, consumerId, arrive };
  }

  it('tells each message once, however many copies arrive', async () => {
    const { alice, arrive } = await watching({ listening: true });
    for (const number of [5, 5, 6, 5, 0, 6]) arrive(number, number);
    arrive(null, 9);
    arrive(null, 9);
    expect(alice.heard).toEqual(['bob 5', 'bob 6', 'bob 0', 'bob 9', 'bob 9']);
  });

  it('looks only into the frames of who listens', async () => {
    expect((await watching({ listening: false })).engine.lookedInto.size).toBe(0);
    const { engine, consumerId } = await watching({ listening: true });
    expect([...engine.lookedInto]).toEqual([consumerId]);
  });

  it('receives anew what is shown when the first listener comes in the room, and only then', async () => {
    const { alice, server, engine, consumerId } = await watching({ listening: false });
    const [picture] = alice.fake.playback.pictures;
    let first = 0;
    alice.cloud.on('onFirstVideoFrame', () => first++);
    alice.listen();
    await alice.fake.settle();
    const [renewed = ''] = engine.received;
    expect(renewed).not.toBe(consumerId);
    expect([...engine.lookedInto]).toEqual([renewed]);
    expect([...server.consumers.keys()], 'the old one is given back').toEqual([renewed]);
    expect([...alice.fake.playback.pictures]).toEqual([picture]);
    expect(picture).toMatchObject({ trackId: renewed, paused: false });
    engine.receiveSei(renewed, { number: 1, bytes: Uint8Array.of(1) });
    expect(alice.heard).toEqual(['bob 1']);
    alice.listen();
    await alice.fake.settle();
    expect([...engine.received]).toEqual([renewed]);
    expect(first).toBe(0);
  });

  it('looks no longer when the last listener goes, and again, in the same pictures, when one comes', async () => {
    const { alice, engine, consumerId, arrive } = await watching({ listening: true });
    const { cloud, hear } = alice;
    cloud.on('onRecvSEIMsg', hear);
    cloud.off('onRecvSEIMsg', hear);
    expect(engine.readingSei, 'one is left').toBe(true);
    const ends: (() => void)[] = [
      () => cloud.off('onRecvSEIMsg', hear),
      () => cloud.removeAllListeners('onRecvSEIMsg'),
      () => cloud.removeAllListeners(),
    ];
    for (const [index, end] of ends.entries()) {
      end();
      expect(engine.readingSei).toBe(false);
      arrive(index, 1);
      cloud.once('onRecvSEIMsg', hear);
      expect(engine.readingSei).toBe(true);
      arrive(index + 10, 2);
      expect(engine.readingSei, 'once is over').toBe(false);
      alice.listen();
    }
    expect(alice.heard).toEqual(['bob 2', 'bob 2', 'bob 2']);
    await alice.fake.settle();
    expect([...engine.received]).toEqual([consumerId]);
    expect([...alice.fake.playback.pictures]).toMatchObject([{ paused: false }]);
  });

  it('receives anew for a listener that comes again only what began without one', async () => {
    const { alice, engine, consumerId } = await watching({ listening: true });
    alice.cloud.off('onRecvSEIMsg', alice.hear);
    alice.cloud.startRemoteView('bob', null, 2);
    await alice.fake.settle();
    const [, screen = ''] = engine.received;
    expect([...engine.lookedInto]).toEqual([consumerId]);
    alice.listen();
    await alice.fake.settle();
    const [, renewed = ''] = engine.received;
    expect([...engine.received]).toEqual([consumerId, renewed]);
    expect(renewed).not.toBe(screen);
    expect([...engine.lookedInto]).toEqual([consumerId, renewed]);
    expect([...alice.fake.playback.pictures].map(({ paused }) => paused)).toEqual([false, false]);
  });

  it('receives nothing anew where it is known to be impossible', async () => {
    const { alice, engine, consumerId } = await watching({ listening: false });
    engine.loseSei();
    alice.listen();
    await alice.fake.settle();
    expect([...engine.received]).toEqual([consumerId]);
  });

  it('leads nothing through in the next stay of who listens no more', async () => {
    const { alice } = await watching({ listening: true });
    await alice.show();
    alice.cloud.off('onRecvSEIMsg', alice.hear);
    alice.cloud.exitRoom();
    await alice.fake.settle();
    await alice.enter();
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.show();
    const engine = alice.fake.engines.last;
    expect([engine.received.size, engine.lookedInto.size]).toEqual([1, 0]);
    expect(engine.sent.get('video')?.options).toMatchObject({ carriesSei: false });
  });

  it('also looks into a stream that is just being subscribed to, whenever the listener comes', async () => {
    const subscribe = async (at: number | null) => {
      const server = new FakeServer();
      server.addUser('bob', ['video']);
      const alice = user('alice', server);
      alice.cloud.setDefaultStreamRecvMode(true, false);
      await alice.enter();
      const { gates, engines } = alice.fake;
      const from = gates.count;
      gates.onStep((index) => {
        if (at !== null && index === from + at) alice.listen();
      });
      alice.cloud.startRemoteView('bob', null, 0);
      await alice.fake.settle();
      return { steps: gates.count - from, server, engine: engines.last };
    };
    const { steps } = await subscribe(null);
    expect(steps).toBeGreaterThan(4);
    for (let at = 0; at < steps; at++) {
      const { server, engine } = await subscribe(at);
      const { received, lookedInto } = engine;
      expect([...lookedInto].at(-1), `step ${at}`).toBe([...received][0]);
      expect([...server.consumers.keys()], `step ${at}`).toEqual([...received]);
      expect(received.size, `step ${at}`).toBe(1);
    }
  });

  it('leaves no picture when a stream cannot be received anew, or ends meanwhile', async () => {
    const { alice, server } = await watching({ listening: false });
    server.refusals.set('subscribe', { code: -102023, message: 'not now' });
    alice.listen();
    await alice.fake.settle();
    expect(alice.fake.playback.pictures.size).toBe(0);

    const other = await watching({ listening: false });
    other.server.ignored.add('subscribe');
    other.alice.listen();
    await other.alice.fake.settle();
    expect([...other.alice.fake.playback.pictures]).toMatchObject([{ paused: true }]);
    other.server.stopStream('bob', 'video');
    await other.alice.fake.settle();
    expect(other.alice.fake.playback.pictures.size).toBe(0);
  });

  it('knows nothing of a stream that is not received any more, or of another stay', async () => {
    const { alice, arrive } = await watching({ listening: true });
    arrive(1, 1, 'unknown');
    alice.cloud.stopRemoteView('bob', 0);
    await alice.fake.settle();
    arrive(2, 2);
    alice.cloud.exitRoom();
    arrive(3, 3);
    expect(alice.heard).toEqual([]);
  });
});
