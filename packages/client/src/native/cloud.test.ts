import { describe, expect, it } from 'vitest';
import { TRTC_TIMERS } from '@rotunda/protocol';
import { FakePlatform } from '../testing/fake-platform.ts';
import { FakeServer } from '../testing/fake-server.ts';
import { TRTCCloud } from './cloud.ts';
import { TRTCParams } from './params.ts';

const ALL = [
  'onError',
  'onWarning',
  'onEnterRoom',
  'onExitRoom',
  'onSwitchRole',
  'onRemoteUserEnterRoom',
  'onRemoteUserLeaveRoom',
  'onUserVideoAvailable',
  'onUserSubStreamAvailable',
  'onUserAudioAvailable',
  'onFirstVideoFrame',
  'onFirstAudioFrame',
  'onSendFirstLocalVideoFrame',
  'onSendFirstLocalAudioFrame',
  'onConnectionLost',
  'onTryToReconnect',
  'onConnectionRecovery',
  'onCameraDidReady',
  'onMicDidReady',
  'onScreenCaptureStarted',
  'onScreenCaptureStopped',
] as const;

/** One user with an SDK: what it was told, as readable lines. */
function createUser(userId: string, server = new FakeServer()) {
  const fake = new FakePlatform(server);
  const cloud = new TRTCCloud(undefined, fake.platform);
  const told: string[] = [];
  for (const name of ALL) {
    cloud.on(name, (...args: unknown[]) => {
      told.push(
        [name, ...args.map((arg) => (typeof arg === 'string' && arg.includes(' ') ? '…' : arg))].join(' '),
      );
    });
  }
  const params = (): TRTCParams => new TRTCParams(1400000001, userId, 'ticket', 77);
  return {
    fake,
    cloud,
    told,
    params,
    enter: async (scene: 0 | 1 = 0, role: 20 | 21 = 20): Promise<void> => {
      cloud.enterRoom(Object.assign(params(), { role }), scene);
      await fake.settle();
    },
    take: (): string[] => told.splice(0),
  };
}

/** Nothing of a stay is left. */
function expectNothingLeft({ fake }: ReturnType<typeof createUser>): void {
  expect(fake.clock.pending).toBe(0);
  expect(fake.network.openSockets).toBe(0);
  expect(fake.engines.openTransports).toBe(0);
  expect(fake.page.listeners).toBe(0);
  expect(fake.playback.sounds.size).toBe(0);
}

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

describe('leaving', () => {
  it('releases everything at once and tells last', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    alice.take();
    alice.cloud.exitRoom();
    expect(alice.told).toEqual([]);
    expect(alice.fake.devices.live).toHaveLength(0);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0']);
    expect(alice.fake.server.stays).toHaveLength(0);
    expectNothingLeft(alice);
  });

  it('waits for a camera that is still being opened, and stops it before onExitRoom', async () => {
    const alice = createUser('alice');
    await alice.enter();
    const open = alice.fake.gates.hold('open video');
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).not.toContain('onExitRoom 0');
    open();
    await alice.fake.settle();
    expect(alice.fake.devices.tracks).toHaveLength(1);
    expect(alice.fake.devices.live).toHaveLength(0);
    expect(alice.take()).toEqual(['onExitRoom 0']);
  });

  it('does not wait for a camera for longer than the budget of an exit, and stops it when it arrives', async () => {
    const alice = createUser('alice');
    await alice.enter();
    const open = alice.fake.gates.hold('open video');
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.cloud.exitRoom();
    await alice.fake.clock.advanceAsync(1_100);
    expect(alice.take().at(-1)).toBe('onExitRoom 0');
    open();
    await alice.fake.settle();
    expect(alice.fake.devices.tracks).toHaveLength(1);
    expect(alice.fake.devices.live).toHaveLength(0);
    expect(alice.take()).toEqual([]);
  });

  it('is answered each time outside of a room, and once for two calls inside', async () => {
    const alice = createUser('alice');
    alice.cloud.exitRoom();
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0', 'onExitRoom 0']);
    await alice.enter();
    alice.take();
    alice.cloud.exitRoom();
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0']);
  });

  it('cancels an entry without an error', async () => {
    const alice = createUser('alice');
    alice.cloud.enterRoom(alice.params(), 0);
    alice.cloud.exitRoom();
    expect(alice.told).toEqual([]);
    await alice.fake.advance(1_100);
    expect(alice.take()).toEqual(['onEnterRoom -3340', 'onExitRoom 0']);
    expect(alice.fake.server.stays).toHaveLength(0);
    expectNothingLeft(alice);
  });

  it('waits no longer than its budget for a silent server, then goes on telling it', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.network.state = 'cut';
    alice.fake.page.status = 0;
    alice.cloud.exitRoom();
    await alice.fake.advance(900);
    expect(alice.take()).toHaveLength(1);
    await alice.fake.advance(200);
    expect(alice.take()).toEqual(['onExitRoom 0']);
    expect(alice.fake.server.stays).toHaveLength(1);
    alice.fake.page.status = 204;
    await alice.fake.advance(4_000);
    expect(alice.fake.server.stays).toHaveLength(0);
    expectNothingLeft(alice);
  });

  it('stops telling an unreachable server once the stay is given up there', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.network.state = 'cut';
    alice.fake.page.status = 0;
    alice.cloud.exitRoom();
    await alice.fake.advance(16_000);
    expectNothingLeft(alice);
  });

  it('can enter again from within onExitRoom', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.once('onExitRoom', () => alice.cloud.enterRoom(alice.params(), 0));
    alice.take();
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0', expect.stringMatching(/^onEnterRoom \d+$/)]);
  });

  it('sends a beacon when the page goes', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.page.go();
    expect(alice.fake.page.beacons).toEqual([
      {
        url: 'http://rotunda.test/v1/leave',
        body: expect.stringContaining('"cause":"pageClosed"') as string,
      },
    ]);
  });

  it('destroy leaves in silence', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.take();
    alice.cloud.destroy();
    expect(alice.fake.devices.live).toHaveLength(0);
    await alice.fake.settle();
    expect(alice.told).toEqual([]);
    expect(alice.fake.server.stays).toHaveLength(0);
    expectNothingLeft(alice);
  });
});

describe('forced ends', () => {
  it.each([
    ['removed', ['onExitRoom 1']],
    ['dismissed', ['onExitRoom 2']],
    ['replaced', ['onError -102018 …', 'onExitRoom 1']],
    ['permissionLost', ['onError -100006 …', 'onExitRoom 1']],
    ['serverFault', ['onExitRoom 3']],
  ] as const)('%s: devices first, then the callback, acknowledged', async (reason, expected) => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.take();
    const live: number[] = [];
    alice.cloud.on('onExitRoom', () => live.push(alice.fake.devices.live.length));
    alice.fake.server.end('alice', reason);
    await alice.fake.settle();
    expect(alice.take()).toEqual(expected);
    expect(live).toEqual([0]);
    expect(alice.fake.server.acks).toHaveLength(1);
    expectNothingLeft(alice);
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0']);
  });
});

describe('a lost link', () => {
  it('comes back in time with the same transports, and tells what changed', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['audio']);
    const alice = createUser('alice', server);
    await alice.enter();
    alice.cloud.startLocalAudio();
    await alice.fake.advance(300);
    alice.take();
    const transportId = alice.fake.engines.last.transportId('send');
    alice.fake.network.breakAll();
    expect(alice.take()).toEqual(['onConnectionLost']);
    server.addUser('carol', ['video']);
    server.end('bob', 'exited');
    await alice.fake.advance(900);
    expect(alice.take()).toEqual([]);
    await alice.fake.advance(200);
    expect(alice.take()).toEqual([
      'onTryToReconnect',
      'onConnectionRecovery',
      'onUserAudioAvailable bob 0',
      'onRemoteUserLeaveRoom bob 0',
      'onRemoteUserEnterRoom carol',
      'onUserVideoAvailable carol 1',
    ]);
    expect(alice.fake.engines.last.transportId('send')).toBe(transportId);
    expect(server.requests.filter((method) => method === 'publish')).toHaveLength(1);
  });

  it('is noticed after four seconds of silence, and publishes again on new transports', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    alice.take();
    alice.fake.server.keepTransports = false;
    alice.fake.network.state = 'cut';
    await alice.fake.advance(5_200);
    expect(alice.take()).toEqual(['onSendFirstLocalAudioFrame', 'onConnectionLost', 'onTryToReconnect']);
    alice.fake.network.state = 'up';
    await alice.fake.advance(10_000);
    expect(alice.take()).toContain('onConnectionRecovery');
    expect(alice.fake.server.stays[0]?.streams).toHaveLength(1);
  });

  it('is never given up by itself, and ends at the word of the application', async () => {
    const alice = createUser('alice');
    alice.fake.server.timers = TRTC_TIMERS;
    await alice.enter();
    alice.take();
    alice.fake.network.state = 'refusing';
    alice.fake.network.breakAll();
    alice.fake.page.status = 0;
    await alice.fake.advance(200_000);
    expect(alice.told.filter((line) => line === 'onTryToReconnect').length).toBeGreaterThan(6);
    alice.take();
    alice.cloud.exitRoom();
    await alice.fake.advance(1_100);
    expect(alice.take()).toEqual(['onExitRoom 0']);
  });

  it.each([
    ['removed', 'onExitRoom 1'],
    ['dismissed', 'onExitRoom 2'],
  ] as const)('learns on return that it was %s, and stays away', async (reason, expected) => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalAudio();
    await alice.fake.advance(300);
    alice.take();
    alice.fake.network.breakAll();
    alice.fake.server.end('alice', reason);
    await alice.fake.advance(1_200);
    expect(alice.take()).toEqual(['onConnectionLost', 'onTryToReconnect', expected]);
    expect(alice.fake.devices.live).toHaveLength(0);
    await alice.fake.advance(30_000);
    expect(alice.take()).toEqual([]);
    expectNothingLeft(alice);
  });

  it('ends with 3 when the return is refused for another reason', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    alice.fake.server.refusals.set('resume', { code: -70001, message: 'expired' });
    alice.fake.network.breakAll();
    await alice.fake.advance(1_200);
    expect(alice.take().slice(2)).toEqual(['onError -70001 expired', 'onExitRoom 3']);
    expectNothingLeft(alice);
  });

  it('finishes a change of role that it interrupted', async () => {
    const alice = createUser('alice');
    await alice.enter(1, 21);
    alice.take();
    alice.fake.server.ignored.add('switchRole');
    alice.cloud.switchRole(20);
    await alice.fake.settle();
    alice.fake.network.breakAll();
    alice.fake.server.ignored.clear();
    await alice.fake.advance(1_200);
    expect(alice.take()).toEqual([
      'onConnectionLost',
      'onTryToReconnect',
      'onConnectionRecovery',
      'onSwitchRole 0 ',
    ]);
  });

  it('restarts ICE of a path that is lost while signalling lives', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.engines.last.setConnectionState('send', 'disconnected');
    await alice.fake.advance(1_200);
    expect(alice.fake.engines.last.restarts).toEqual(['send']);
    alice.fake.engines.last.setConnectionState('send', 'connected');
    await alice.fake.advance(10_000);
    expect(alice.fake.engines.last.restarts).toEqual(['send']);
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
