import { describe, expect, it } from 'vitest';
import { FakeServer } from '../../testing/fake-server.ts';
import { createUser, expectNothingLeft } from '../user.contract.ts';

const MIC = 0;
const SPEAKER = 1;
const CAMERA = 2;
const [ADDED, REMOVED, ACTIVE, DEFAULT] = [0, 1, 2, 3];

/** Alice in a room, with what her SDK told her of devices. */
async function enter() {
  const server = new FakeServer();
  const alice = createUser('alice', server);
  await alice.enter();
  const changes: unknown[][] = [];
  alice.cloud.on('onDeviceChange', (...change) => changes.push(change));
  const start = async (...what: ('startLocalPreview' | 'startLocalAudio')[]): Promise<void> => {
    for (const method of what) {
      if (method === 'startLocalPreview') alice.cloud.startLocalPreview(null);
      else alice.cloud.startLocalAudio();
    }
    await alice.fake.settle();
    alice.take();
    changes.length = 0;
    server.requests.length = 0;
  };
  const used = (source: 'video' | 'audio'): string | undefined =>
    alice.fake.engines.last.sent.get(source)?.track.getSettings().deviceId;
  return { ...alice, server, changes, start, used };
}

describe('the lists', () => {
  it('hold what there is, by kind, and what is used', async () => {
    const { cloud } = await enter();
    expect(cloud.getCameraDevicesList().map(({ deviceId }) => deviceId)).toEqual(['camera-1', 'camera-2']);
    expect(cloud.getMicDevicesList()[1]).toMatchObject({ deviceId: 'mic-2', deviceName: 'Fake mic-2' });
    expect(cloud.getSpeakerDevicesList()).toHaveLength(2);
    expect(cloud.getCurrentCameraDevice().deviceId).toBe('camera-1');
    expect(cloud.getCurrentMicDevice().deviceId).toBe('mic-1');
    expect(cloud.getCurrentSpeakerDevice().deviceId).toBe('speaker-1');
  });

  it('name devices that the browser does not name yet, and know them when a device has been opened', async () => {
    const alice = createUser('alice');
    alice.fake.devices.allowed = false;
    await alice.fake.settle();
    expect(alice.cloud.getMicDevicesList()).toMatchObject([{ deviceId: '', deviceName: 'Microphone 1' }]);
    alice.fake.devices.allowed = true;
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    expect(alice.cloud.getMicDevicesList().map(({ deviceId }) => deviceId)).toEqual(['mic-1', 'mic-2']);
  });

  it('are empty, and nothing is current, where there is nothing', async () => {
    const alice = createUser('alice');
    alice.fake.devices.plugged = [];
    await alice.fake.settle();
    expect(alice.cloud.getCameraDevicesList()).toEqual([]);
    expect(alice.cloud.getCurrentCameraDevice()).toMatchObject({ deviceId: '', deviceName: '' });
  });
});

describe('another camera or microphone', () => {
  it('takes over in a call without a word to the others, and the one before is closed', async () => {
    const { cloud, fake, server, start, used, changes, take } = await enter();
    await start('startLocalPreview', 'startLocalAudio');
    cloud.setCurrentCameraDevice('camera-2');
    cloud.setCurrentMicDevice('mic-2');
    await fake.settle();
    expect([used('video'), used('audio')]).toEqual(['camera-2', 'mic-2']);
    expect(server.requests).toEqual([]);
    expect(take()).toEqual([]);
    expect(fake.devices.live.map(({ settings }) => settings.deviceId)).toEqual(['camera-2', 'mic-2']);
    expect([...fake.playback.pictures].map(({ trackId }) => trackId)).toEqual(['video-2']);
    expect(changes).toEqual([
      ['camera-2', CAMERA, ACTIVE],
      ['mic-2', MIC, ACTIVE],
    ]);
    expect(cloud.getCurrentCameraDevice().deviceId).toBe('camera-2');
  });

  it('that is closed before it is known which one it is, is not told', async () => {
    const { cloud, fake, changes } = await enter();
    const answer = fake.gates.hold('list devices');
    cloud.startLocalPreview(null);
    await fake.settle();
    cloud.exitRoom();
    await fake.settle();
    answer();
    await fake.settle();
    expect(changes).toEqual([]);
  });

  it('stays muted', async () => {
    const { cloud, fake, start } = await enter();
    await start('startLocalAudio');
    cloud.muteLocalAudio(true);
    cloud.setCurrentMicDevice('mic-2');
    await fake.settle();
    expect(fake.devices.live).toMatchObject([{ enabled: false, settings: { deviceId: 'mic-2' } }]);
  });

  it('counts for what is started later', async () => {
    const { cloud, fake, used } = await enter();
    cloud.setCurrentCameraDevice('camera-2');
    expect(cloud.getCurrentCameraDevice().deviceId).toBe('camera-2');
    expect(fake.devices.requests).toBe(0);
    cloud.startLocalPreview(null);
    await fake.settle();
    expect(used('video')).toBe('camera-2');
  });

  it('takes over from one that is still being opened', async () => {
    const { cloud, fake, used } = await enter();
    const open = fake.gates.hold('open video');
    cloud.startLocalPreview(null);
    await fake.settle();
    cloud.setCurrentCameraDevice('camera-2');
    open();
    await fake.settle();
    expect(used('video')).toBe('camera-2');
    expect(fake.devices.live).toHaveLength(1);
  });

  it('is not opened any more when the preview is stopped meanwhile', async () => {
    const { cloud, fake, start, changes } = await enter();
    await start('startLocalPreview');
    const open = fake.gates.hold('open video');
    cloud.setCurrentCameraDevice('camera-2');
    await fake.settle();
    cloud.stopLocalPreview();
    open();
    await fake.settle();
    expect(fake.devices.live).toEqual([]);
    expect(changes).toEqual([]);
  });

  it.each([
    ['setCurrentCameraDevice', -1301],
    ['setCurrentMicDevice', -1302],
    ['setCurrentSpeakerDevice', -1321],
  ] as const)('that does not exist is refused by %s with %i', async (method, code) => {
    const { cloud, fake, start, take, used } = await enter();
    await start('startLocalPreview', 'startLocalAudio');
    const { requests } = fake.devices;
    cloud[method]('nowhere');
    expect(take()).toEqual([]);
    await fake.settle();
    expect(take()).toEqual([`onError ${code} …`]);
    expect(fake.devices.requests).toBe(requests);
    expect([used('video'), used('audio')]).toEqual(['camera-1', 'mic-1']);
  });

  it('that turns out to be gone is told with the same code', async () => {
    const alice = createUser('alice');
    alice.fake.devices.allowed = false;
    await alice.fake.settle();
    alice.cloud.setCurrentCameraDevice('nowhere');
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -1301 …']);
  });

  it('that cannot be opened leaves the one before at work', async () => {
    const { cloud, fake, start, take, used } = await enter();
    await start('startLocalPreview');
    fake.devices.failWith = 'NotAllowedError';
    cloud.setCurrentCameraDevice('camera-2');
    await fake.settle();
    expect(take()).toEqual(['onError -1314 …']);
    expect(used('video')).toBe('camera-1');
    expect(fake.devices.live).toHaveLength(1);
    expect(cloud.getCurrentCameraDevice().deviceId).toBe('camera-1');
  });

  it('that is busy while another one is open is opened after that one is closed', async () => {
    const { cloud, fake, server, start, take, used } = await enter();
    await start('startLocalPreview');
    fake.devices.exclusive.add('camera-2');
    cloud.setCurrentCameraDevice('camera-2');
    await fake.settle();
    expect(take()).toEqual([]);
    expect(used('video')).toBe('camera-2');
    expect(server.requests).toEqual([]);
  });

  it.each(['mic-1', 'mic-2'])('is the newest choice, also when an older one fails: %s', async (newest) => {
    const { cloud, fake, start, take, used } = await enter();
    fake.devices.plug('audioinput', 'mic-3');
    cloud.setCurrentMicDevice('mic-2');
    await start('startLocalAudio');
    const open = fake.gates.hold('open audio');
    cloud.setCurrentMicDevice('mic-3');
    await fake.settle();
    cloud.setCurrentMicDevice(newest);
    fake.devices.unplug('mic-3');
    open();
    await fake.settle();
    expect(used('audio')).toBe(newest);
    expect(cloud.getCurrentMicDevice().deviceId).toBe(newest);
    expect(fake.devices.live).toHaveLength(1);
    expect(take()).toEqual([]);
  });

  it('gives way to the one at work, when every one that was chosen fails', async () => {
    const { cloud, fake, start, take, used } = await enter();
    fake.devices.plug('audioinput', 'mic-3');
    cloud.setCurrentMicDevice('mic-2');
    await start('startLocalAudio');
    fake.devices.busy.add('mic-1');
    const open = fake.gates.hold('open audio');
    cloud.setCurrentMicDevice('mic-3');
    await fake.settle();
    cloud.setCurrentMicDevice('mic-1');
    fake.devices.unplug('mic-3');
    open();
    await fake.settle();
    expect(used('audio')).toBe('mic-2');
    expect(take()).toEqual(['onError -1319 …']);
    fake.devices.busy.clear();
    cloud.stopLocalAudio();
    cloud.startLocalAudio();
    await fake.settle();
    expect(used('audio')).toBe('mic-2');
  });

  it('that is busy elsewhere gives the one before back', async () => {
    const { cloud, fake, server, start, take, used } = await enter();
    await start('startLocalPreview');
    fake.devices.busy.add('camera-2');
    cloud.setCurrentCameraDevice('camera-2');
    await fake.settle();
    expect(take()).toEqual(['onError -1316 …']);
    expect(used('video')).toBe('camera-1');
    expect(fake.devices.live).toHaveLength(1);
    expect(server.requests).toEqual([]);
  });
});

describe('a device that is unplugged', () => {
  it('while the camera captures: the others are told, and the code', async () => {
    const { fake, server, start, take, changes } = await enter();
    await start('startLocalPreview');
    fake.devices.unplug('camera-1');
    await fake.settle();
    expect(server.requests).toEqual(['unpublish']);
    expect(take()).toEqual(['onError -1301 …']);
    expect(changes).toEqual([['camera-1', CAMERA, REMOVED]]);
    expect(fake.playback.pictures.size).toBe(0);
  });

  it('hands over to the default microphone without a word to the others', async () => {
    const { cloud, fake, server, start, take, changes, used } = await enter();
    cloud.setCurrentMicDevice('mic-2');
    await start('startLocalAudio');
    fake.devices.unplug('mic-2');
    await fake.settle();
    expect(used('audio')).toBe('mic-1');
    expect(server.requests).toEqual([]);
    expect(take()).toEqual([]);
    expect(changes).toEqual([
      ['mic-2', MIC, REMOVED],
      ['mic-1', MIC, ACTIVE],
    ]);
    expect(fake.devices.live).toHaveLength(1);
  });

  it('and was the only microphone: the others are told, and the code', async () => {
    const { fake, server, start, take } = await enter();
    fake.devices.unplug('mic-2');
    await start('startLocalAudio');
    fake.devices.unplug('mic-1');
    await fake.settle();
    expect(server.requests).toEqual(['unpublish']);
    expect(take()).toEqual(['onError -1302 …']);
  });

  it('and is stopped before another microphone takes over: the others are told, nothing is opened', async () => {
    const { cloud, fake, server, start, take } = await enter();
    await start('startLocalAudio');
    const answer = fake.gates.hold('list devices');
    fake.devices.unplug('mic-1');
    await fake.settle();
    cloud.stopLocalAudio();
    answer();
    await fake.settle();
    expect(server.requests).toEqual(['unpublish']);
    expect(fake.devices.live).toEqual([]);
    expect(take()).toEqual([]);
  });

  it.each(['it is gone', 'it is known why'])(
    'hands over to the microphone that is chosen before %s',
    async (when) => {
      const { cloud, fake, server, start, take, changes, used } = await enter();
      fake.devices.plug('audioinput', 'mic-3');
      await start('startLocalAudio');
      const answer = fake.gates.hold('list devices');
      if (when === 'it is gone') cloud.setCurrentMicDevice('mic-3');
      fake.devices.unplug('mic-1');
      await fake.settle();
      if (when === 'it is known why') cloud.setCurrentMicDevice('mic-3');
      answer();
      await fake.settle();
      expect(used('audio')).toBe('mic-3');
      expect(cloud.getCurrentMicDevice().deviceId).toBe('mic-3');
      expect(fake.devices.live).toHaveLength(1);
      expect(server.requests).toEqual([]);
      expect(take()).toEqual([]);
      expect(changes).toContainEqual(['mic-3', MIC, ACTIVE]);
      expect(changes).not.toContainEqual(['mic-2', MIC, ACTIVE]);
    },
  );

  it('hands over to the default microphone when the chosen one fails', async () => {
    const { cloud, fake, server, start, take, used } = await enter();
    fake.devices.plug('audioinput', 'mic-3');
    await start('startLocalAudio');
    fake.devices.busy.add('mic-3');
    const answer = fake.gates.hold('list devices');
    fake.devices.unplug('mic-1');
    await fake.settle();
    cloud.setCurrentMicDevice('mic-3');
    answer();
    await fake.settle();
    expect(used('audio')).toBe('mic-2');
    expect(server.requests).toEqual([]);
    expect(take()).toEqual(['onError -1319 …']);
  });

  it('hands over to the default microphone when the one that is being opened fails', async () => {
    const { cloud, fake, server, start, take, used } = await enter();
    fake.devices.plug('audioinput', 'mic-3');
    await start('startLocalAudio');
    fake.devices.busy.add('mic-3');
    const open = fake.gates.hold('open audio');
    cloud.setCurrentMicDevice('mic-3');
    await fake.settle();
    fake.devices.unplug('mic-1');
    open();
    await fake.settle();
    expect(used('audio')).toBe('mic-2');
    expect(cloud.getCurrentMicDevice().deviceId).toBe('mic-2');
    expect(server.requests).toEqual([]);
    expect(take()).toEqual(['onError -1319 …']);
  });

  it('and no microphone may be opened any more, the chosen one neither: told once, and to the others', async () => {
    const { cloud, fake, server, start, take } = await enter();
    await start('startLocalAudio');
    const answer = fake.gates.hold('list devices');
    fake.devices.revoke();
    await fake.settle();
    cloud.setCurrentMicDevice('mic-2');
    answer();
    await fake.settle();
    expect(server.requests).toEqual(['unpublish']);
    expect(take()).toEqual(['onError -1317 …']);
  });

  it('and is stopped after another microphone was chosen: nothing is opened', async () => {
    const { cloud, fake, server, start, take } = await enter();
    await start('startLocalAudio');
    const answer = fake.gates.hold('list devices');
    fake.devices.unplug('mic-1');
    await fake.settle();
    cloud.setCurrentMicDevice('mic-2');
    cloud.stopLocalAudio();
    answer();
    await fake.settle();
    expect(server.requests).toEqual(['unpublish']);
    expect(fake.devices.live).toEqual([]);
    expect(take()).toEqual([]);
  });

  it('is no error once the camera runs again', async () => {
    const { cloud, fake, start, take, used } = await enter();
    await start('startLocalPreview');
    const answer = fake.gates.hold('list devices');
    fake.devices.unplug('camera-1');
    await fake.settle();
    cloud.startLocalPreview(null);
    await fake.settle();
    expect(used('video')).toBe('camera-2');
    take();
    answer();
    await fake.settle();
    expect(take()).toEqual([]);
  });

  it('and is stopped before it is known why: there is no error', async () => {
    const { cloud, fake, start, take } = await enter();
    await start('startLocalPreview');
    const answer = fake.gates.hold('list devices');
    fake.devices.unplug('camera-1');
    await fake.settle();
    cloud.stopLocalPreview();
    answer();
    await fake.settle();
    expect(take()).toEqual([]);
  });

  it('while another camera is being opened: the code, and it can be started again at once', async () => {
    const { cloud, fake, start, take, used } = await enter();
    await start('startLocalPreview');
    const open = fake.gates.hold('open video');
    cloud.setCurrentCameraDevice('camera-2');
    await fake.settle();
    fake.devices.unplug('camera-1');
    await fake.settle();
    expect(take()).toEqual(['onError -1301 …']);
    cloud.startLocalPreview(null);
    open();
    await fake.settle();
    expect(used('video')).toBe('camera-2');
    expect(fake.devices.live).toHaveLength(1);
  });

  it('gives the speaker back to the default one', async () => {
    const { cloud, fake, changes } = await enter();
    cloud.setCurrentSpeakerDevice('speaker-2');
    await fake.settle();
    expect(fake.playback.speaker).toBe('speaker-2');
    fake.devices.unplug('speaker-2');
    await fake.settle();
    expect(fake.playback.speaker).toBe('');
    expect(changes).toEqual([
      ['speaker-2', SPEAKER, ACTIVE],
      ['speaker-2', SPEAKER, REMOVED],
      ['speaker-1', SPEAKER, ACTIVE],
    ]);
  });
});

it('a permission that is withdrawn has its own codes, and nobody is asked again', async () => {
  const { fake, server, start, take } = await enter();
  await start('startLocalPreview', 'startLocalAudio');
  const { requests } = fake.devices;
  fake.devices.revoke();
  await fake.settle();
  expect(take().toSorted()).toEqual(['onError -1314 …', 'onError -1317 …']);
  expect(server.requests).toEqual(['unpublish', 'unpublish']);
  expect(fake.devices.requests).toBe(requests);
});

/** As Firefox, which does not list devices for a page that is not looked at. */
describe('a device that is lost where the browser does not say which there are', () => {
  const errors = (told: readonly string[]): string[] => told.filter((line) => line.startsWith('onError'));

  it('is told with the code of its kind within a second, once', async () => {
    const { fake, server, start, take } = await enter();
    await start('startLocalPreview');
    const answer = fake.gates.hold('list devices');
    fake.devices.unplug('camera-1');
    await fake.advance(900);
    expect(server.requests).toEqual(['unpublish']);
    expect(take()).toEqual([]);
    await fake.advance(100);
    expect(take()).toEqual(['onError -1301 …']);
    answer();
    await fake.advance(2_000);
    expect(take()).toEqual([]);
  });

  it('is told of no more once it is started again: what comes of that is told', async () => {
    const { cloud, fake, start, take } = await enter();
    await start('startLocalPreview');
    fake.gates.hold('list devices');
    fake.devices.unplug('camera-1');
    await fake.advance(500);
    fake.devices.failWith = 'NotReadableError';
    cloud.startLocalPreview(null);
    await fake.settle();
    expect(take()).toEqual(['onError -1316 …']);
    await fake.advance(2_000);
    expect(take()).toEqual([]);
  });

  it('has a second of its own where it took the place of another one that was lost', async () => {
    const { cloud, fake, start, take } = await enter();
    await start('startLocalPreview');
    fake.gates.hold('list devices');
    fake.devices.unplug('camera-1');
    await fake.advance(500);
    cloud.startLocalPreview(null);
    await fake.settle();
    take();
    fake.devices.unplug('camera-2');
    await fake.advance(900);
    expect(errors(take())).toEqual([]);
    await fake.advance(100);
    expect(errors(take())).toEqual(['onError -1301 …']);
    await fake.advance(2_000);
    expect(take()).toEqual([]);
  });

  it('hands over to the default microphone within a second', async () => {
    const { cloud, fake, server, start, take, used } = await enter();
    cloud.setCurrentMicDevice('mic-2');
    await start('startLocalAudio');
    fake.gates.hold('list devices');
    fake.devices.unplug('mic-2');
    await fake.advance(1_000);
    expect(used('audio')).toBe('mic-1');
    expect(server.requests).toEqual([]);
    expect(errors(take())).toEqual([]);
  });

  it('is told as not allowed when no other microphone may be opened', async () => {
    const { fake, server, start, take } = await enter();
    await start('startLocalAudio');
    fake.gates.hold('list devices');
    fake.devices.revoke();
    await fake.advance(1_000);
    expect(server.requests).toEqual(['unpublish']);
    expect(errors(take())).toEqual(['onError -1317 …']);
  });

  it.each(['startLocalPreview', 'startLocalAudio'] as const)(
    'and whose room is left meanwhile: nothing more is told of what %s opened, nothing waits',
    async (method) => {
      const alice = await enter();
      await alice.start(method);
      const answer = alice.fake.gates.hold('list devices');
      for (const id of ['camera-1', 'mic-1']) alice.fake.devices.unplug(id);
      await alice.fake.settle();
      alice.cloud.exitRoom();
      await alice.fake.settle();
      expect(alice.take()).toEqual(['onExitRoom 0']);
      expectNothingLeft(alice);
      answer();
      await alice.fake.advance(2_000);
      expect(alice.take()).toEqual([]);
      expect(alice.fake.devices.live).toEqual([]);
    },
  );
});

describe('the default device', () => {
  it('is told when it is another one, and when one comes', async () => {
    const { fake, changes } = await enter();
    fake.devices.plug('audioinput', 'mic-3');
    await fake.settle();
    fake.devices.prefer('speaker-2');
    await fake.settle();
    expect(changes.slice(0, 2)).toEqual([
      ['mic-3', MIC, ADDED],
      ['speaker-2', SPEAKER, DEFAULT],
    ]);
  });

  it('is followed as long as none was chosen', async () => {
    const { fake, start, used, server } = await enter();
    await start('startLocalAudio');
    fake.devices.prefer('mic-2');
    await fake.settle();
    expect(used('audio')).toBe('mic-2');
    expect(server.requests).toEqual([]);
  });

  it('is not followed once one was chosen, unless that is asked for', async () => {
    const { cloud, fake, start, used } = await enter();
    await start('startLocalAudio');
    cloud.setCurrentMicDevice('mic-2');
    await fake.settle();
    fake.devices.plug('audioinput', 'mic-3', { first: true });
    await fake.settle();
    expect(used('audio')).toBe('mic-2');
    cloud.enableFollowingDefaultAudioDevice(MIC, true);
    fake.devices.prefer('mic-1');
    await fake.settle();
    expect(used('audio')).toBe('mic-1');
  });

  it('is not followed when that is not wanted', async () => {
    const { cloud, fake, start, used } = await enter();
    cloud.enableFollowingDefaultAudioDevice(MIC, false);
    await start('startLocalAudio');
    fake.devices.prefer('mic-2');
    await fake.settle();
    expect(used('audio')).toBe('mic-1');
  });

  it('of cameras cannot be followed', async () => {
    const { cloud, fake, take } = await enter();
    take();
    cloud.enableFollowingDefaultAudioDevice(CAMERA, true);
    await fake.settle();
    expect(take()).toEqual(['onError -2 …']);
  });
});

describe('the speaker', () => {
  it('is a warning where the browser cannot choose it', async () => {
    const { cloud, fake, take } = await enter();
    take();
    fake.playback.failWith = 'NotSupportedError';
    cloud.setCurrentSpeakerDevice('speaker-2');
    await fake.settle();
    expect(take()).toEqual([expect.stringMatching(/^onWarning -4 /)]);
    expect(cloud.getCurrentSpeakerDevice().deviceId).toBe('speaker-1');
  });

  it('that fails is told with its code', async () => {
    const { cloud, fake, take } = await enter();
    take();
    fake.playback.failWith = 'NotFoundError';
    cloud.setCurrentSpeakerDevice('speaker-2');
    await fake.settle();
    expect(take()).toEqual(['onError -1321 …']);
  });
});

describe('how loud a device is set', () => {
  it('of the microphone is what the others hear, without a word to them', async () => {
    const { cloud, fake, server, start } = await enter();
    await start('startLocalAudio');
    cloud.setAudioCaptureVolume(50);
    cloud.setCurrentMicDeviceVolume(40);
    await fake.settle();
    const [input] = fake.audio.last.inputs;
    expect(input?.gains.publish).toBeCloseTo(0.2);
    cloud.setCurrentMicDeviceMute(true);
    expect(input?.gains.publish).toBe(0);
    cloud.setCurrentMicDeviceMute(false);
    await fake.settle();
    expect(input?.gains.publish).toBeCloseTo(0.2);
    expect([cloud.getCurrentMicDeviceVolume(), cloud.getCurrentMicDeviceMute()]).toEqual([40, false]);
    expect(cloud.getAudioCaptureVolume()).toBe(50);
    expect(server.requests).toEqual([]);
  });

  it('of the speaker is how loud everything is here', async () => {
    const { cloud, fake } = await enter();
    cloud.startMicDeviceTest(300, true);
    await fake.settle();
    cloud.setCurrentSpeakerVolume(40);
    expect(fake.playback.speakerGain).toBe(0.4);
    expect(fake.audio.last.playoutGain).toBe(0.4);
    cloud.startSpeakerDeviceTest('ring.mp3');
    cloud.stopMicDeviceTest();
    cloud.startMicDeviceTest(300, true);
    await fake.settle();
    expect(fake.audio.graphs.map(({ playoutGain }) => playoutGain)).toEqual([0.4]);
    cloud.setCurrentSpeakerDeviceMute(true);
    expect(fake.playback.speakerGain).toBe(0);
    expect([cloud.getCurrentSpeakerVolume(), cloud.getCurrentSpeakerDeviceMute()]).toEqual([40, true]);
    cloud.setCurrentSpeakerDeviceMute(false);
    expect(fake.playback.speakerGain).toBe(0.4);
    expect(cloud.getAudioPlayoutVolume()).toBe(100);
  });
});

describe('a level that is set', () => {
  it('is told while volumes are evaluated, after the call, and only if it is another one', async () => {
    const { cloud, fake } = await enter();
    const told: unknown[][] = [];
    const names = ['onAudioDeviceCaptureVolumeChanged', 'onAudioDevicePlayoutVolumeChanged'] as const;
    for (const name of names) cloud.on(name, (...args: unknown[]) => told.push([name, ...args]));
    const set = async (volume: number): Promise<unknown[][]> => {
      cloud.setCurrentMicDeviceVolume(volume);
      cloud.setCurrentMicDeviceMute(volume === 0);
      cloud.setCurrentSpeakerVolume(volume);
      cloud.setCurrentSpeakerDeviceMute(volume === 0);
      expect(told).toEqual([]);
      await fake.settle();
      return told.splice(0);
    };
    expect(await set(80)).toEqual([]);
    cloud.enableAudioVolumeEvaluation(300);
    expect(await set(80), 'as before').toEqual([]);
    expect(await set(0)).toEqual([
      [names[0], 0, false],
      [names[0], 0, true],
      [names[1], 0, false],
      [names[1], 0, true],
    ]);
    cloud.enableAudioVolumeEvaluation(0);
    expect(await set(30)).toEqual([]);
  });
});

it('destroy gives back what listens for devices', async () => {
  const { cloud, fake, changes } = await enter();
  cloud.destroy();
  expect(fake.devices.listeners).toBe(0);
  fake.devices.plug('audioinput', 'mic-3');
  await fake.settle();
  expect(changes).toEqual([]);
});
