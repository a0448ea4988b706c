import { FakeClock } from '@rotunda/base';
import { describe, expect, it } from 'vitest';
import type { LocalTrack } from '../devices/platform.ts';
import { createMediasoupEngine } from '../media/mediasoup-engine.ts';
import type { Platform } from '../session/platform.ts';
import { FakePlatform } from '../testing/fake-platform.ts';
import { TRTC } from './trtc.ts';
import type { ConnectionState } from './types.ts';

const ENTRY = { sdkAppId: 1400000001, userId: 'alice', userSig: 'ticket', roomId: 7 };

/** A machine with one camera, without a network. */
function platform(over: Partial<Platform> = {}): Platform {
  const track: LocalTrack = {
    id: 't',
    kind: 'video',
    readyState: 'live',
    enabled: true,
    stop: () => undefined,
    applyConstraints: () => Promise.resolve(),
    getSettings: () => ({}),
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  };
  const sink = {
    setViews: () => undefined,
    setRender: () => undefined,
    setTrack: () => undefined,
    setPaused: () => undefined,
    setVisible: () => undefined,
    setFrameListener: () => undefined,
    snapshot: () => null,
  };
  return {
    clock: new FakeClock(),
    log: new FakePlatform().log,
    page: {
      holdBeacon: () => () => undefined,
      nextTask: () => Promise.resolve(),
      hidden: () => false,
      network: () => undefined,
      post: () => Promise.reject(new Error('no network')),
      defaultServerUrl: () => 'https://rtc.example',
    },
    sockets: () => ({ send: () => undefined, close: () => undefined }),
    createEngine: createMediasoupEngine,
    devices: {
      open: (source) =>
        source === 'video'
          ? Promise.resolve(track)
          : Promise.reject(new DOMException('denied', 'NotAllowedError')),
      canCaptureScreen: true,
      list: () => Promise.resolve([]),
      onChange: () => () => undefined,
    },
    playback: {
      readsFrames: false,
      setSpeaker: () => Promise.resolve(),
      setSpeakerGain: () => undefined,
      setPicturesVisible: () => undefined,
      openVideo: () => ({ ...sink, close: () => undefined }),
      openAudio: () => ({ setVolume: () => undefined, close: () => undefined }),
    },
    openSpeedChannel: () => Promise.reject(new Error('no network')),
    openAudioGraph: () => {
      throw new DOMException('no sound here', 'NotSupportedError');
    },
    pictures: {
      compose: () => {
        throw new DOMException('no pictures here', 'NotSupportedError');
      },
      openSwitcher: () => {
        throw new DOMException('no pictures here', 'NotSupportedError');
      },
      load: () => Promise.reject(new DOMException('no pictures here', 'NotSupportedError')),
    },
    recording: {
      supports: () => false,
      record: () => {
        throw new DOMException('no recorder here', 'NotSupportedError');
      },
      save: () => undefined,
    },
    random: () => 0,
    ...over,
  };
}

const refusal = (code: number, extraCode: number, functionName: string): unknown =>
  expect.objectContaining({ name: 'RtcError', code, extraCode, functionName });

describe('TRTC outside of a room', () => {
  it('lets everything that ends something succeed', async () => {
    const trtc = new TRTC(platform());
    await trtc.exitRoom();
    await trtc.stopLocalVideo();
    await trtc.stopLocalAudio();
    await trtc.stopScreenShare();
    await trtc.stopRemoteVideo({ userId: '*' });
    await expect(trtc.muteRemoteAudio('bob', true)).resolves.toBeUndefined();
  });

  it('refuses what needs a room', async () => {
    const trtc = new TRTC(platform());
    const stream = { userId: 'bob', streamType: 'main' } as const;
    await expect(trtc.switchRole('audience')).rejects.toEqual(refusal(5100, 5101, 'switchRole'));
    await expect(trtc.startRemoteVideo(stream)).rejects.toEqual(refusal(5100, 5101, 'startRemoteVideo'));
    await expect(trtc.updateRemoteVideo(stream)).rejects.toEqual(refusal(5100, 5101, 'updateRemoteVideo'));
  });

  it('refuses a view that the page does not have', async () => {
    const trtc = new TRTC(platform());
    await expect(trtc.startLocalVideo({ view: 'nowhere' })).rejects.toEqual(
      refusal(5000, 5009, 'startLocalVideo'),
    );
  });
});

describe('TRTC captures', () => {
  it('starts once, updates what is started, and starts again after a stop', async () => {
    const trtc = new TRTC(platform());
    await expect(trtc.updateLocalVideo({ mute: true })).rejects.toEqual(refusal(5998, 0, 'updateLocalVideo'));
    await trtc.startLocalVideo();
    await expect(trtc.startLocalVideo()).rejects.toEqual(refusal(5998, 0, 'startLocalVideo'));
    await trtc.updateLocalVideo({ mute: true, option: { profile: '720p' } });
    await trtc.stopLocalVideo();
    await expect(trtc.startLocalVideo()).resolves.toBeUndefined();
  });

  it('rejects with what the device answered', async () => {
    const trtc = new TRTC(platform());
    await expect(trtc.startLocalAudio()).rejects.toEqual(refusal(5300, 5302, 'startLocalAudio'));
  });

  it('rejects a start that a stop overtakes', async () => {
    const trtc = new TRTC(platform());
    const started = trtc.startLocalVideo();
    await trtc.stopLocalVideo();
    await expect(started).rejects.toEqual(refusal(5998, 0, 'startLocalVideo'));
  });
});

describe('TRTC entering', () => {
  it('fails without the address of a server', async () => {
    const { page } = platform();
    const trtc = new TRTC(platform({ page: { ...page, defaultServerUrl: () => null } }));
    await expect(trtc.enterRoom(ENTRY)).rejects.toEqual(refusal(5500, 0, 'enterRoom'));
  });

  it('refuses a second entry, and an exit aborts the first', async () => {
    const trtc = new TRTC(platform());
    const states: ConnectionState[] = [];
    trtc.on('connection-state-changed', ({ state }) => states.push(state));
    const entered = trtc.enterRoom(ENTRY);
    const aborted = expect(entered).rejects.toEqual(refusal(5998, 0, 'enterRoom'));
    await expect(trtc.enterRoom(ENTRY)).rejects.toEqual(refusal(5100, 5104, 'enterRoom'));
    expect(() => trtc.destroy()).toThrow(expect.objectContaining({ code: 5500, functionName: 'destroy' }));
    await trtc.exitRoom();
    await aborted;
    expect(states).toEqual(['CONNECTING']);
  });

  it('is of no use once destroyed, and may be destroyed twice', async () => {
    const trtc = new TRTC(platform());
    trtc.destroy();
    trtc.destroy();
    await expect(trtc.exitRoom()).rejects.toEqual(refusal(5100, 0, 'exitRoom'));
  });
});

describe('permission tickets', () => {
  it('are shown with enterRoom and switchRole; one that is not good enough ends in KICKED_OUT', async () => {
    const fake = new FakePlatform();
    const trtc = new TRTC(fake.platform);
    const kicked: unknown[] = [];
    trtc.on(TRTC.EVENT.KICKED_OUT, (event) => kicked.push(event));
    const entered = trtc.enterRoom({ ...ENTRY, scene: 'live', role: 'audience', privateMapKey: 'first' });
    await fake.settle();
    await entered;
    await fake.advance(1);
    fake.server.refusals.set('switchRole', { code: -100006, message: 'not allowed' });
    const refused = trtc.switchRole('anchor', { privateMapKey: 'second' });
    await Promise.all([expect(refused).rejects.toEqual(refusal(5400, -100006, 'switchRole')), fake.settle()]);
    fake.server.end('alice', 'permissionLost');
    await fake.settle();
    const shown = fake.server.received.filter(({ method }) => /enter|switchRole/.test(method));
    expect(shown.map(({ params }) => params)).toMatchObject([
      { privateMapKey: 'first' },
      { privateMapKey: 'second' },
    ]);
    expect(kicked).toEqual([expect.objectContaining({ reason: 'banned' })]);
  });
});

describe('what a backend does to a user', () => {
  it('is told: a block as an event, a removal with its reason', async () => {
    const fake = new FakePlatform();
    const trtc = new TRTC(fake.platform);
    const told: unknown[] = [];
    trtc.on(TRTC.EVENT.LOCAL_USER_BLOCKED, (event) => told.push(event));
    trtc.on(TRTC.EVENT.KICKED_OUT, (event) => told.push(event));
    const entered = trtc.enterRoom(ENTRY);
    await fake.settle();
    await entered;
    await fake.advance(1);
    fake.server.tell('alice', 'blocked', { audio: true, video: false });
    fake.server.tell('alice', 'ended', { reason: 'removed', message: 'spam' }, { ack: true });
    await fake.settle();
    expect(told).toEqual([
      { audio: true, video: false },
      { reason: 'banned', message: 'spam' },
    ]);
  });

  it('is told before another room is entered, if that is asked for meanwhile', async () => {
    const fake = new FakePlatform();
    const trtc = new TRTC(fake.platform);
    const order: string[] = [];
    trtc.on(TRTC.EVENT.KICKED_OUT, () => order.push('kicked out'));
    const entered = trtc.enterRoom(ENTRY);
    await fake.settle();
    await entered;
    await fake.advance(1);
    fake.gates.onStep((_index, step) => {
      if (step === 'task') void trtc.enterRoom(ENTRY).then(() => order.push('entered'));
    });
    fake.server.end('alice', 'removed');
    await fake.settle();
    expect(order).toEqual(['kicked out', 'entered']);
  });

  it('is told with the removal, and with an entry that is refused: until when the user is kept out', async () => {
    const fake = new FakePlatform();
    const trtc = new TRTC(fake.platform);
    const kicked: unknown[] = [];
    trtc.on(TRTC.EVENT.KICKED_OUT, (event) => kicked.push(event));
    const entered = trtc.enterRoom(ENTRY);
    await fake.settle();
    await entered;
    await fake.advance(1);
    const entryBlock = { until: 1_800_000_000_000, message: 'until tomorrow' };
    fake.server.tell('alice', 'ended', { reason: 'removed', entryBlock }, { ack: true });
    await fake.settle();
    expect(kicked).toEqual([{ reason: 'banned', blockedUntil: entryBlock.until }]);
    fake.server.refusals.set('enter', { code: -102011, message: entryBlock.message, entryBlock });
    const again = trtc.enterRoom(ENTRY);
    const told = {
      code: 5400,
      extraCode: -102011,
      message: 'until tomorrow',
      blockedUntil: entryBlock.until,
    };
    await Promise.all([
      expect(again).rejects.toMatchObject({ ...told, functionName: 'enterRoom' }),
      fake.settle(),
    ]);
  });

  it('is told when a return is refused because the user is kept out', async () => {
    const fake = new FakePlatform();
    const trtc = new TRTC(fake.platform);
    const errors: unknown[] = [];
    trtc.on(TRTC.EVENT.ERROR, (error) => errors.push(error));
    const entered = trtc.enterRoom(ENTRY);
    await fake.settle();
    await entered;
    await fake.advance(1);
    const entryBlock = { until: 1_800_000_000_000, message: 'until tomorrow' };
    fake.server.refusals.set('resume', { code: -102011, message: entryBlock.message, entryBlock });
    fake.network.breakAll();
    await fake.advance(10_000);
    expect(errors).toMatchObject([
      { code: 5500, extraCode: 5502, message: 'until tomorrow', blockedUntil: entryBlock.until },
    ]);
  });
});
