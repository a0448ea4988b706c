import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SCENE, STREAM, type Participant } from './support/participant.ts';
import { setScene } from './support/pictures.ts';
import { arriving, arrivesAs } from './support/rates.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const SIZE = { w160: 50, w320: 104, w640: 108, w1280: 112 } as const;
const UNSUPPORTED_RESOLUTION = -1305;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** Only one of them has the camera open: pages that share one cannot choose its format freely. */
async function watching(
  viewer: Participant,
  publisher: Participant,
  { scene = SCENE.videoCall }: { scene?: number } = {},
): Promise<void> {
  const room = stage.room();
  await publisher.enterTalking({ room, scene });
  await viewer.enter({ room, scene });
  await viewer.waitFor('onUserVideoAvailable', [publisher.userId, 1]);
  await viewer.watch(publisher.userId);
}

/** Waits until pictures of that size arrive at the viewer. */
async function seesSize(
  viewer: Participant,
  userId: string,
  [width, height]: readonly [number, number],
  streamType: number = STREAM.big,
): Promise<void> {
  await until(`${viewer.userId} receives ${width}x${height} of ${userId}`, async () => {
    const now = await viewer.received(userId, streamType);
    return now?.width === width && now.height === height;
  });
}

function encoder(videoResolution: number, resMode: number, videoFps: number, videoBitrate: number): object {
  return { videoResolution, resMode, videoFps, videoBitrate, minVideoBitrate: 0, enableAdjustRes: false };
}

describe('encoder parameters', () => {
  it('set the size, the bitrate and the frames per second that the others receive', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await alice.call('setVideoEncoderParam', encoder(SIZE.w320, 0, 10, 120));
    await watching(bob, alice);
    await seesSize(bob, 'alice', [320, 180]);
    const { kbps, fps } = await arriving(bob, 'alice');
    expect(kbps).toBeLessThan(120 * 1.3);
    expect(fps).toBeGreaterThan(6);
    expect(fps).toBeLessThan(12);
  });

  it('change the size while in a call, up and down and upright, without the stream ending', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await watching(bob, alice);
    await seesSize(bob, 'alice', [640, 360]);
    await bob.listenTo('onUserVideoSizeChanged');
    const mark = await bob.last();
    for (const [encoding, size] of [
      [encoder(SIZE.w1280, 0, 15, 1500), [1280, 720]],
      [encoder(SIZE.w640, 1, 15, 550), [360, 640]],
      [encoder(SIZE.w160, 0, 15, 100), [160, 120]],
    ] as const) {
      await alice.call('setVideoEncoderParam', encoding);
      await seesSize(bob, 'alice', size);
      await bob.waitFor('onUserVideoSizeChanged', ['alice', STREAM.big, ...size], { after: mark });
    }
    await bob.sees('alice');
    expect((await bob.since(mark)).filter(({ name }) => name === 'onUserVideoAvailable')).toEqual([]);
  });

  it('change the bitrate while in a call, down and up', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await setScene(alice, 'turning');
    await watching(bob, alice);
    const stream = { viewer: bob, userId: 'alice' };
    const uses = (kbps: number) =>
      arrivesAs({ ...stream, what: `at ${kbps} kbit/s` }, (now) => Math.abs(now.kbps / kbps - 1) < 0.25);
    await uses(550);
    await alice.call('setVideoEncoderParam', encoder(SIZE.w640, 0, 15, 200));
    await uses(200);
    await alice.call('setVideoEncoderParam', encoder(SIZE.w640, 0, 15, 550));
    await uses(550);
  });

  it.each([
    { scene: 'call', of: SCENE.videoCall, kbps: 500 },
    { scene: 'live', of: SCENE.live, kbps: 900 },
  ])('without a bitrate have that of the table for $scene scenes: $kbps kbit/s', async ({ of, kbps }) => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await setScene(alice, 'turning');
    await alice.call('setVideoEncoderParam', encoder(SIZE.w640, 0, 15, 0));
    await watching(bob, alice, { scene: of });
    await arrivesAs(
      { viewer: bob, userId: 'alice', what: `at ${kbps} kbit/s` },
      (now) => Math.abs(now.kbps / kbps - 1) < 0.2 && now.width === 640,
      { periodMs: 4_000 },
    );
  });

  it('refuse an unknown resolution and leave everything as it was', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await watching(bob, alice);
    await alice.call('setVideoEncoderParam', encoder(9, 0, 15, 550));
    await alice.waitFor('onError', [UNSUPPORTED_RESOLUTION]);
    await bob.sees('alice');
    await seesSize(bob, 'alice', [640, 360]);
  });

  it('set the size of a shared screen', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await watching(bob, alice);
    await alice.call('startScreenCapture', null, STREAM.sub, encoder(SIZE.w1280, 0, 10, 800));
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    await bob.watch('alice', STREAM.sub);
    await until('the shared screen fits the size', async () => {
      const width = (await bob.received('alice', STREAM.sub))?.width ?? 0;
      return width > 640 && width <= 1280;
    });
    await alice.call('setSubStreamEncoderParam', encoder(SIZE.w320, 0, 10, 300));
    await until('the shared screen becomes smaller', async () => {
      const width = (await bob.received('alice', STREAM.sub))?.width ?? 0;
      return width > 0 && width <= 320;
    });
  });

  it('encode less than what is captured when the camera captures more', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await alice.call('setCameraCaptureParams', { mode: 2, width: 0, height: 0 });
    await watching(bob, alice);
    await seesSize(bob, 'alice', [640, 360]);
    const own = await alice.waitFor('onFirstVideoFrame', ['']);
    expect(own.args.slice(2)).toEqual([1280, 720]);
  });
});

describe('the preference on a poor network', () => {
  it('reaches the sender', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await watching(bob, alice);
    const preferences = (): Promise<string[]> => alice.degradation();
    expect(await preferences()).toEqual(['maintain-resolution']);
    await alice.call('setNetworkQosParam', { preference: 1, controlMode: 1 });
    await until('smoothness is preferred', async () => (await preferences())[0] === 'maintain-framerate');
    await bob.sees('alice');
  });
});
