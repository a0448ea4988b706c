import { describe, expect, it } from 'vitest';
import type { TRTCVideoStreamType } from '@rotunda/protocol';
import { FakePlatform } from '../../testing/fake-platform.ts';
import { FakeServer } from '../../testing/fake-server.ts';
import { TRTCCloud } from '../cloud.ts';
import { TRTCParams } from '../params.ts';
import { createUser } from '../user.contract.ts';

/** Alice in a room with Bob, who has his camera on. */
async function enter() {
  const server = new FakeServer();
  server.addUser('bob', ['video']);
  const alice = createUser('alice', server);
  await alice.enter();
  alice.take();
  return { ...alice, server };
}

const LOGO = 'logo.png';
/** One pixel, BGRA: blue 1, green 2, red 3. */
const PIXEL = { buffer: Uint8Array.of(1, 2, 3, 255).buffer, length: 4, width: 1, height: 1 };

/** Alice, whose camera is being sent. */
async function sending() {
  const user = await enter();
  const { cloud, fake, server } = user;
  cloud.startLocalPreview(null);
  await fake.settle();
  server.requests.length = 0;
  user.take();
  return {
    ...user,
    settle: () => fake.settle(),
    sent: () => fake.engines.last.sent.get('video'),
    camera: fake.devices.live[0],
    watermark: (url: string | null, ...place: [number?, number?, number?]) =>
      cloud.setWaterMark(0, url, 0, 0, 0, place[0] ?? 0.1, place[1] ?? 0.2, place[2] ?? 0.3),
  };
}

describe('what goes out of the camera', () => {
  it('is its own track while nothing is done to it, otherwise what is drawn of it; the stream goes on', async () => {
    const { cloud, fake, server, settle, sent, camera, watermark } = await sending();
    expect(sent()?.track).toBe(camera);
    watermark(LOGO);
    await settle();
    const [compositor] = fake.pictures.open;
    expect(sent()?.track).toBe(compositor?.output);
    expect(compositor?.shown).toMatchObject({
      composition: {
        kind: 'capture',
        watermark: { still: { source: { url: LOGO } }, place: { x: 0.1, y: 0.2, width: 0.3 } },
      },
      fps: 15,
    });
    cloud.setVideoEncoderMirror(true);
    cloud.setVideoEncoderRotation(2);
    watermark(null);
    await settle();
    expect(compositor?.shown?.composition).toEqual({
      kind: 'capture',
      upsideDown: true,
      mirrored: true,
      watermark: null,
    });
    expect(sent()?.track).toBe(compositor?.output);
    cloud.setVideoEncoderMirror(false);
    cloud.setVideoEncoderRotation(0);
    await settle();
    expect(sent()?.track).toBe(camera);
    expect(fake.pictures.open).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('is drawn as often as it is encoded', async () => {
    const { cloud, fake, settle, watermark } = await sending();
    watermark(LOGO);
    await settle();
    cloud.setVideoEncoderParam({ videoFps: 24 });
    await settle();
    expect(fake.pictures.open[0]?.shown?.fps).toBe(24);
  });

  it('carries the image that was asked for last, however long an older one takes to load', async () => {
    const { fake, settle, watermark } = await sending();
    const arrive = fake.gates.hold('load image slow.png');
    watermark('slow.png');
    watermark(LOGO);
    await settle();
    arrive();
    await settle();
    expect(fake.pictures.open[0]?.shown).toMatchObject({
      composition: { watermark: { still: { source: { url: LOGO } } } },
    });
    const again = fake.gates.hold('load image slow.png');
    watermark('slow.png');
    watermark(null);
    again();
    await settle();
    expect(fake.pictures.open).toEqual([]);
  });

  it('is drawn of the next camera, in the next room, and before entering', async () => {
    const { cloud, fake, settle, watermark, sent } = await sending();
    watermark(LOGO);
    await settle();
    cloud.stopLocalPreview();
    await settle();
    expect(fake.pictures.open).toEqual([]);
    cloud.startLocalPreview(null);
    await settle();
    expect(fake.pictures.open).toHaveLength(1);
    cloud.exitRoom();
    await settle();
    expect(fake.pictures.open).toEqual([]);
    cloud.startLocalPreview(null);
    await settle();
    cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
    await settle();
    expect(sent()?.track).toBe(fake.pictures.open[0]?.output);
  });

  it('is drawn of the camera that takes over in a call, muted or not', async () => {
    const { cloud, fake, server, settle, watermark, sent } = await sending();
    watermark(LOGO);
    cloud.setVideoMuteImage(PIXEL);
    await settle();
    for (const [camera, muted] of [
      ['camera-2', false],
      ['camera-1', true],
    ] as const) {
      cloud.muteLocalVideo(muted);
      cloud.setCurrentCameraDevice(camera);
      await settle();
      expect(fake.pictures.open).toMatchObject([{ captureId: fake.devices.live[0]?.id }]);
      expect(fake.devices.live[0]?.settings.deviceId).toBe(camera);
      expect(sent()).toMatchObject({ track: fake.pictures.open[0]?.output, muted: false });
    }
    expect(server.requests).toEqual([]);
  });

  it('is as it is captured, with one warning, where nothing can be drawn', async () => {
    const { cloud, fake, settle, take, watermark, sent, camera } = await sending();
    fake.pictures.state = 'unsupported';
    watermark(LOGO);
    cloud.setVideoEncoderMirror(true);
    cloud.setVideoMuteImage(PIXEL, 5);
    await settle();
    expect(take()).toEqual(['onWarning -4 … ']);
    expect(sent()).toMatchObject({ track: camera, muted: false });
    cloud.muteLocalVideo(true);
    await settle();
    expect(sent()?.muted).toBe(true);
  });

  it('is drawn no more before onExitRoom, and a late image changes nothing', async () => {
    const { cloud, fake, settle, watermark } = await sending();
    watermark(LOGO);
    await settle();
    const arrive = fake.gates.hold('load image late.png');
    watermark('late.png');
    const atExit: unknown[] = [];
    cloud.on('onExitRoom', (reason) => atExit.push(reason, fake.pictures.open.length));
    cloud.exitRoom();
    arrive();
    await settle();
    expect(atExit).toEqual([0, 0]);
    expect(fake.pictures.open).toEqual([]);
  });

  it('of the screen has a watermark of its own', async () => {
    const { cloud, fake, settle, sent, camera } = await sending();
    cloud.startScreenCapture(null);
    cloud.setWaterMark(2, LOGO, 0, 0, 0, 0, 0, 1);
    await settle();
    const [compositor] = fake.pictures.open;
    expect(fake.engines.last.sent.get('sub')?.track).toBe(compositor?.output);
    expect(sent()?.track).toBe(camera);
  });

  it.each([
    ['a number as file', [0, 5, 0, 0, 0, 0, 0, 0.5]],
    ['text as pixels', [0, 'logo.png', 1, 1, 1, 0, 0, 0.5]],
    ['too few pixels', [0, new ArrayBuffer(15), 2, 2, 2, 0, 0, 0.5]],
    ['half a pixel', [0, new ArrayBuffer(16), 2, 1.5, 2, 0, 0, 0.5]],
    ['another kind', [0, new ArrayBuffer(16), 3, 2, 2, 0, 0, 0.5]],
    ['a place outside', [0, LOGO, 0, 0, 0, 1.5, 0, 0.5]],
    ['no place', [0, LOGO, 0, 0, 0, undefined, 0, 0.5]],
    ['no width', [0, LOGO, 0, 0, 0, 0, 0, Number.NaN]],
    ['an image that is not there', [0, 'missing.png', 0, 0, 0, 0, 0, 0.5]],
  ])('stays as it is when the watermark is %s', async (_what, args) => {
    const { cloud, fake, settle, take } = await sending();
    fake.pictures.missing.add('missing.png');
    Reflect.apply(
      (...given: Parameters<typeof cloud.setWaterMark>) => cloud.setWaterMark(...given),
      null,
      args,
    );
    expect(take()).toEqual([]);
    await settle();
    expect(take()).toEqual(['onError -2 …']);
    expect(fake.pictures.open).toEqual([]);
  });

  it('takes pixels as they are at the moment of the call', async () => {
    const { cloud, fake, settle } = await sending();
    const bytes = Uint8Array.of(1, 2, 3, 4);
    cloud.setWaterMark(0, bytes.buffer, 1, 1, 1, 0, 0, 1);
    bytes.fill(0);
    await settle();
    const rgba = Uint8ClampedArray.of(3, 2, 1, 4);
    expect(fake.pictures.open[0]?.shown?.composition).toMatchObject({
      watermark: { still: { source: { rgba } } },
    });
  });
});

describe('an image in place of a muted camera', () => {
  it('is sent at its own rate, and the others are told of nothing', async () => {
    const { cloud, fake, server, settle, sent, camera, take } = await sending();
    cloud.setVideoMuteImage(PIXEL, 99);
    await settle();
    expect(sent()?.track).toBe(camera);
    cloud.muteLocalVideo(true);
    await settle();
    const [compositor] = fake.pictures.open;
    expect(sent()).toMatchObject({ track: compositor?.output, muted: false });
    expect(compositor?.shown).toMatchObject({
      composition: { kind: 'still', still: { source: { rgba: Uint8ClampedArray.of(3, 2, 1, 255) } } },
      fps: 10,
    });
    cloud.muteLocalVideo(false);
    await settle();
    expect(sent()).toMatchObject({ track: camera, muted: false });
    expect(fake.pictures.open).toEqual([]);
    expect(server.requests).toEqual([]);
    expect(take()).toEqual([]);
  });

  it('that comes and goes while muted begins and ends a stream that the others see', async () => {
    const { cloud, server, settle, sent } = await sending();
    cloud.muteLocalVideo(true);
    await settle();
    expect(sent()?.muted).toBe(true);
    cloud.setVideoMuteImage(PIXEL);
    await settle();
    expect(sent()?.muted).toBe(false);
    cloud.setVideoMuteImage(null);
    await settle();
    expect(sent()?.muted).toBe(true);
    expect(server.requests).toEqual(['mute', 'mute', 'mute']);
  });

  it('never lets the camera through, whatever is done in between and however long each step takes', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const fake = new FakePlatform(new FakeServer(), seed);
      const cloud = new TRTCCloud(undefined, fake.platform);
      const errors: number[] = [];
      cloud.on('onError', (code) => errors.push(code));
      cloud.setVideoMuteImage(PIXEL);
      cloud.startLocalPreview(null);
      cloud.muteLocalVideo(true);
      cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
      await fake.settle();
      const camera = fake.devices.live[0];
      const leaks: string[] = [];
      fake.gates.onStep((_index, name) => {
        const sent = fake.engines.last.sent.get('video');
        if (sent?.track === camera && !sent?.muted) leaks.push(`before ${name}`);
      });
      for (const image of [null, PIXEL, null, PIXEL, PIXEL, null]) {
        cloud.setVideoMuteImage(image);
        cloud.setVideoEncoderMirror(image === null);
        await Promise.resolve();
        cloud.setVideoMuteImage(image && null);
        await fake.settle();
      }
      expect({ leaks, errors }, `seed ${seed}`).toEqual({ leaks: [], errors: [] });
      expect(fake.engines.last.sent.get('video')?.muted).toBe(true);
    }
  });

  it.each([
    ['no image', {}],
    ['too few pixels', { ...PIXEL, width: 2 }],
  ])('is refused when it is %s', async (_what, image) => {
    const { cloud, settle, take } = await sending();
    cloud.setVideoMuteImage(image as typeof PIXEL, 5);
    await settle();
    expect(take()).toEqual(['onError -2 …']);
  });
});

describe('render parameters', () => {
  it('change what is given, and refuse what does not exist', async () => {
    const { cloud, fake, settle, take } = await sending();
    const [own] = fake.playback.pictures;
    cloud.setLocalRenderParams({ rotation: 1 });
    expect(own?.render).toEqual({ fit: 'contain', mirror: true, rotation: 90 });
    cloud.setLocalRenderParams({ rotation: 0, fillMode: 0, mirrorType: 2 });
    expect(own?.render).toEqual({ fit: 'cover', mirror: false, rotation: 0 });
    for (const wrong of [{ rotation: 4 }, { fillMode: 2 }, { mirrorType: -1 }, { rotation: '1' }]) {
      cloud.setLocalRenderParams(wrong as never);
      cloud.setRemoteRenderParams('bob', 0, wrong as never);
      await settle();
      expect(take()).toEqual(['onError -2 …', 'onError -2 …']);
    }
    expect(own?.render).toEqual({ fit: 'cover', mirror: false, rotation: 0 });
  });
});

describe('a snapshot', () => {
  async function snapshots() {
    const { cloud, fake, take } = await enter();
    const taken: unknown[][] = [];
    cloud.on('onSnapshotComplete', (...args) => taken.push(args));
    cloud.startLocalPreview(null);
    cloud.startRemoteView('bob', null, 0);
    await fake.settle();
    const [own, remote] = [...fake.playback.pictures];
    if (!own || !remote) throw new Error('two pictures are shown');
    own.snapshot = { data: 'data:own', width: 640, height: 360 };
    remote.snapshot = { data: 'data:bob', width: 320, height: 180 };
    take();
    return { cloud, fake, take, taken };
  }

  it("is of one's own picture for an empty user, of the other's otherwise, and never comes from within the call", async () => {
    const { cloud, fake, take, taken } = await snapshots();
    cloud.snapshotVideo('', 0);
    cloud.snapshotVideo('bob', 0);
    expect(taken).toEqual([]);
    await fake.settle();
    expect(taken).toEqual([
      ['', 0, 'data:own', 640, 360],
      ['bob', 0, 'data:bob', 320, 180],
    ]);
    expect(take()).toEqual([]);
  });

  it.each([
    ['a user who is not shown', 'carol', 0],
    ['a stream that is not shown', 'bob', 2],
    ['a screen that is not shared', '', 2],
  ] as const)('of %s is an error and an empty answer', async (_what, userId, type: TRTCVideoStreamType) => {
    const { cloud, fake, take, taken } = await snapshots();
    cloud.snapshotVideo(userId, type);
    await fake.settle();
    expect(take()).toEqual(['onError -3 …']);
    expect(taken).toEqual([[userId, type, '', 0, 0]]);
  });
});
