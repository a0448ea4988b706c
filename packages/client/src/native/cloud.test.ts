import { describe, expect, it } from 'vitest';
import { FakeServer } from '../testing/fake-server.ts';
import type { TRTCParams } from './params.ts';
import { createUser, expectNothingLeft } from './user.contract.ts';

describe('entering', () => {
  it('tells the milliseconds it took, then who is there and what they publish', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['video', 'audio']);
    const alice = createUser('alice', server);
    await alice.enter();
    const [entered, ...rest] = alice.take();
    expect(entered).toMatch(/^onEnterRoom [1-9]\d*$/);
    expect(rest).toEqual([
      'onRemoteUserEnterRoom bob',
      'onUserVideoAvailable bob 1',
      'onUserAudioAvailable bob 1',
    ]);
  });

  it.each([
    ['no parameters', null, -3316],
    ['no sdkAppId', { sdkAppId: 0 }, -3317],
    ['neither room', { roomId: 0, strRoomId: '' }, -3318],
    ['a fractional room', { roomId: 1.5 }, -3318],
    ['a room given as text in the wrong field', { roomId: '77' }, -3318],
    ['no user', { userId: '' }, -3319],
    ['no ticket', { userSig: '' }, -3320],
    ['an unknown role', { role: 7 }, -100011],
  ])('refuses %s with its code', async (_what, change, code) => {
    const alice = createUser('alice');
    const params = change && Object.assign(alice.params(), change);
    alice.cloud.enterRoom(params as TRTCParams, 0);
    expect(alice.told).toEqual([]);
    await alice.fake.settle();
    expect(alice.take()).toEqual([`onEnterRoom ${code}`, `onError ${code} …`]);
  });

  it('prefers the numeric room', async () => {
    const alice = createUser('alice');
    alice.cloud.enterRoom(Object.assign(alice.params(), { strRoomId: '??? not allowed: 😀' }), 0);
    await alice.fake.settle();
    expect(alice.take()).toEqual([expect.stringMatching(/^onEnterRoom \d+$/)]);
  });

  it("passes the server's refusal on, and can try again", async () => {
    const alice = createUser('alice');
    alice.fake.server.refusals.set('enter', { code: -70001, message: 'expired' });
    await alice.enter();
    expect(alice.take()).toEqual(['onEnterRoom -70001', 'onError -70001 expired']);
    expectNothingLeft(alice);
    alice.fake.server.refusals.clear();
    await alice.enter();
    expect(alice.take()).toEqual([expect.stringMatching(/^onEnterRoom \d+$/)]);
  });

  it('gives up after five seconds without a server', async () => {
    const alice = createUser('alice');
    alice.fake.network.state = 'refusing';
    await alice.enter();
    await alice.fake.advance(4_900);
    expect(alice.take()).toEqual([]);
    await alice.fake.advance(200);
    expect(alice.take()).toEqual(['onEnterRoom -3308', 'onError -3308 …']);
    expectNothingLeft(alice);
  });

  it('is refused while in a room, and the stay goes on', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    await alice.enter();
    expect(alice.take()).toEqual(['onEnterRoom -3340', 'onError -3340 …']);
    expect(alice.fake.server.stays).toHaveLength(1);
  });
});

describe('publishing', () => {
  it('opens the devices, publishes them and tells the first frames', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    alice.cloud.startLocalAudio(2);
    await alice.fake.settle();
    await alice.fake.advance(500);
    const lines = alice.take().slice(1);
    expect(lines.slice(0, 2)).toEqual(['onCameraDidReady', 'onMicDidReady']);
    expect(lines.slice(2).toSorted()).toEqual(['onSendFirstLocalAudioFrame', 'onSendFirstLocalVideoFrame 0']);
    expect([...alice.fake.engines.last.sent.keys()].toSorted()).toEqual(['audio', 'video']);
    expect(alice.fake.server.stays[0]?.streams).toHaveLength(2);
  });

  it('publishes what was opened before entering', async () => {
    const alice = createUser('alice');
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    await alice.enter();
    expect(alice.fake.server.stays[0]?.streams.map(({ source }) => source)).toEqual(['video']);
  });

  it('mutes without closing the device, and tells the server', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    alice.cloud.muteLocalVideo(true);
    alice.cloud.muteLocalAudio(true);
    await alice.fake.settle();
    expect(alice.fake.server.stays[0]?.streams.map(({ muted }) => muted)).toEqual([true, true]);
    expect(alice.fake.devices.live).toHaveLength(2);
    expect(alice.fake.devices.tracks.map(({ kind, enabled }) => `${kind} ${enabled}`).toSorted()).toEqual([
      'audio false',
      'video true',
    ]);
    alice.cloud.muteLocalVideo(false);
    await alice.fake.settle();
    expect(alice.fake.engines.last.sent.get('video')?.muted).toBe(false);
  });

  it('unpublishes and closes the device on stop', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.cloud.stopLocalPreview();
    expect(alice.fake.devices.live).toHaveLength(0);
    await alice.fake.settle();
    expect(alice.fake.server.stays[0]?.streams).toEqual([]);
  });

  it('warns an audience member and publishes once it is an anchor', async () => {
    const alice = createUser('alice');
    await alice.enter(1, 21);
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    expect(alice.take().slice(1)).toEqual(['onMicDidReady', 'onWarning 6001 … ']);
    alice.cloud.switchRole(20);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onSwitchRole 0 ']);
    expect(alice.fake.server.stays[0]?.streams).toHaveLength(1);
    alice.cloud.switchRole(21);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onSwitchRole 0 ']);
    expect(alice.fake.server.stays[0]?.streams).toHaveLength(0);
    expect(alice.fake.devices.live).toHaveLength(1);
  });

  it('ends a screen share that is refused', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    alice.fake.server.refusals.set('publish', { code: -102016, message: 'taken' });
    alice.cloud.startScreenCapture(null);
    await alice.fake.settle();
    expect(alice.take()).toEqual([
      'onScreenCaptureStarted',
      'onError -102016 taken',
      'onScreenCaptureStopped 0',
    ]);
    expect(alice.fake.devices.live).toHaveLength(0);
    alice.fake.server.refusals.clear();
    alice.cloud.startScreenCapture(null);
    await alice.fake.settle();
    expect(alice.fake.server.stays[0]?.streams.map(({ source }) => source)).toEqual(['sub']);
  });

  it("tells when the browser's own button ends the screen share", async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startScreenCapture(null);
    await alice.fake.settle();
    alice.take();
    alice.fake.devices.tracks[0]?.end();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onScreenCaptureStopped 0']);
    expect(alice.fake.server.stays[0]?.streams).toEqual([]);
  });

  it.each([
    ['NotAllowedError', -1314],
    ['NotFoundError', -1301],
    ['NotReadableError', -1316],
    ['OverconstrainedError', -1315],
  ])('tells %s of the camera as %i', async (name, code) => {
    const alice = createUser('alice');
    alice.fake.devices.failWith = name;
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    expect(alice.take()).toEqual([`onError ${code} …`]);
  });

  it('publishes again as VP8 when a viewer needs it', async () => {
    const alice = createUser('alice');
    alice.cloud.callExperimentalAPI(JSON.stringify({ api: 'setVideoCodec', params: { codec: 'h264' } }));
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    const codec = (): unknown => alice.fake.engines.last.sent.get('video')?.options;
    expect(codec()).toMatchObject({ codec: 'h264' });
    alice.fake.server.tell('alice', 'republish', { source: 'video', codec: 'vp8' });
    await alice.fake.settle();
    expect(codec()).toMatchObject({ codec: 'vp8' });
    expect(alice.fake.server.requests.filter((method) => method === 'publish')).toHaveLength(2);
  });
});

describe('layers that nobody receives', () => {
  it('are not sent until somebody does; a stream that begins anew is sent whole', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    const { server, engines } = alice.fake;
    const layers = (): unknown => engines.last.sent.get('video')?.options;
    const streamId = server.stays[0]!.streams[0]!.streamId;
    server.tell('alice', 'layersWanted', { source: 'video', streamId, layers: 'none' });
    await alice.fake.settle();
    expect(layers()).toMatchObject({ layers: 'none' });
    server.tell('alice', 'layersWanted', { source: 'video', streamId, layers: 'small' });
    await alice.fake.settle();
    expect(layers()).toMatchObject({ layers: 'small' });
    expect(server.requests.filter((method) => method === 'publish')).toHaveLength(1);
    alice.cloud.stopLocalPreview();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    expect(layers()).toMatchObject({ layers: 'all' });
  });
});

describe('watching', () => {
  it('hears everybody by itself and sees whom it asks for', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['video', 'audio']);
    const alice = createUser('alice', server);
    await alice.enter();
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    await alice.fake.advance(300);
    expect(alice.fake.playback.sounds.size).toBe(1);
    expect(alice.fake.playback.pictures.size).toBe(1);
    for (const picture of alice.fake.playback.pictures) picture.firstFrame(640, 360);
    expect(alice.take().slice(-2)).toEqual(['onFirstAudioFrame bob', 'onFirstVideoFrame bob 0 640 360']);
    alice.cloud.stopRemoteView('bob', 0);
    alice.cloud.muteRemoteAudio('bob', true);
    await alice.fake.settle();
    expect(alice.fake.engines.last.received.size).toBe(0);
  });

  it('tells unavailability before the leave, in order', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['sub', 'audio', 'video']);
    const alice = createUser('alice', server);
    await alice.enter();
    alice.take();
    server.end('bob', 'removed');
    await alice.fake.settle();
    const lines = alice.take();
    expect(lines.slice(0, 3).toSorted()).toEqual([
      'onUserAudioAvailable bob 0',
      'onUserSubStreamAvailable bob 0',
      'onUserVideoAvailable bob 0',
    ]);
    expect(lines.slice(3)).toEqual(['onRemoteUserLeaveRoom bob 2']);
    expect(alice.fake.playback.sounds.size).toBe(0);
  });
});

describe('listeners', () => {
  it('one that throws breaks nothing', async () => {
    const alice = createUser('alice');
    const reported: unknown[] = [];
    const report = (error: unknown): void => void reported.push(error);
    process.on('unhandledRejection', report);
    alice.cloud.once('onEnterRoom', () => {
      throw new Error('bad listener');
    });
    await alice.enter();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', report);
    expect(reported).toEqual([new Error('bad listener')]);
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take().at(-1)).toBe('onExitRoom 0');
  });
});
