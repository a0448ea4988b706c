import { describe, expect, it } from 'vitest';
import { createUser } from '../user.contract.ts';

/** Alice, with what her SDK told her of tests. */
function create() {
  const alice = createUser('alice');
  const volumes: number[] = [];
  const played: number[] = [];
  alice.cloud.on('onTestMicVolume', (volume) => volumes.push(volume));
  alice.cloud.on('onTestSpeakerVolume', (volume) => played.push(volume));
  return { ...alice, volumes, played };
}

describe('tests of devices that open as the room is left', () => {
  it('end with it, whichever comes first', async () => {
    for (let ahead = 0; ahead < 20; ahead++) {
      const { cloud, fake, enter, take } = create();
      await enter();
      const arrive = [fake.gates.hold('open audio'), fake.gates.hold('open video')];
      cloud.startMicDeviceTest(200, false);
      cloud.startCameraDeviceTest(null);
      await fake.settle();
      for (const open of arrive) open();
      for (let turn = 0; turn < ahead; turn++) await Promise.resolve();
      cloud.exitRoom();
      await fake.advance(1_000);
      expect(take().at(-1), `${ahead} turns ahead`).toBe('onExitRoom 0');
      const { devices, audio, playback, clock } = fake;
      const left = [devices.live.length, audio.openGraphs, playback.pictures.size, clock.pending];
      expect(left, `${ahead} turns ahead`).toEqual([0, 0, 0, 0]);
    }
  });
});

describe('a test of the camera', () => {
  it('shows it, beside what is being sent, and gives it back', async () => {
    const { cloud, fake, enter, take } = create();
    await enter();
    cloud.startLocalPreview(null);
    await fake.settle();
    take();
    const requests = fake.server.requests.length;
    cloud.startCameraDeviceTest(null);
    await fake.settle();
    expect(fake.devices.live).toHaveLength(2);
    [...fake.playback.pictures].at(-1)?.firstFrame(640, 480);
    expect(take()).toEqual(['onFirstVideoFrame  0 640 480']);
    cloud.stopCameraDeviceTest();
    await fake.settle();
    expect(fake.devices.live).toHaveLength(1);
    expect(fake.playback.pictures.size).toBe(1);
    expect(fake.server.requests.length).toBe(requests);
    expect(take()).toEqual([]);
  });

  it('tells which camera is used, and makes the names of all known', async () => {
    const { cloud, fake } = create();
    const changes: unknown[][] = [];
    cloud.on('onDeviceChange', (...change) => changes.push(change));
    fake.devices.allowed = false;
    await fake.settle();
    fake.devices.allowed = true;
    cloud.startCameraDeviceTest(null);
    await fake.settle();
    expect(changes).toEqual([['camera-1', 2, 2]]);
    expect(cloud.getMicDevicesList().map(({ deviceName }) => deviceName)).toEqual([
      'Fake mic-1',
      'Fake mic-2',
    ]);
  });

  it('goes over to another camera', async () => {
    const { cloud, fake, take } = create();
    cloud.startCameraDeviceTest(null);
    await fake.settle();
    cloud.setCurrentCameraDevice('camera-2');
    await fake.settle();
    expect(fake.devices.live.map(({ settings }) => settings.deviceId)).toEqual(['camera-2']);
    expect([...fake.playback.pictures].map(({ trackId }) => trackId)).toEqual(['video-1']);
    fake.devices.plug('videoinput', 'camera-3');
    await fake.settle();
    fake.devices.failWith = 'NotReadableError';
    cloud.setCurrentCameraDevice('camera-3');
    await fake.settle();
    expect(take()).toEqual(['onError -1316 …']);
    expect(fake.devices.live).toHaveLength(1);
  });

  it('that cannot begin, or loses its camera, says why', async () => {
    const { cloud, fake, take } = create();
    fake.devices.failWith = 'NotAllowedError';
    cloud.startCameraDeviceTest(null);
    await fake.settle();
    expect(take()).toEqual(['onError -1314 …']);
    fake.devices.failWith = null;
    cloud.startCameraDeviceTest(null);
    await fake.settle();
    fake.devices.unplug('camera-1');
    await fake.settle();
    expect(take()).toEqual(['onError -1301 …']);
    expect(fake.playback.pictures.size).toBe(0);
  });
});

describe('a test of the microphone', () => {
  it('tells its volume at the interval until it is stopped', async () => {
    const { cloud, fake, volumes } = create();
    cloud.startMicDeviceTest(300);
    await fake.settle();
    const [input] = fake.audio.last.inputs;
    input!.loudness = 0.25;
    await fake.advance(600);
    expect(volumes).toEqual([50, 50]);
    expect(input!.gains).toEqual({});
    cloud.stopMicDeviceTest();
    await fake.advance(600);
    expect(volumes).toHaveLength(2);
    expect([fake.audio.openGraphs, fake.devices.live.length, fake.clock.pending]).toEqual([0, 0, 0]);
  });

  it('is heard when that is asked for, at most ten times a second, and begins anew', async () => {
    const { cloud, fake, volumes } = create();
    cloud.startMicDeviceTest(1, true);
    await fake.settle();
    cloud.startMicDeviceTest(1, true);
    await fake.settle();
    expect([...fake.audio.last.inputs][0]?.gains).toEqual({ playout: 1 });
    expect([fake.audio.openGraphs, fake.devices.live.length]).toEqual([1, 1]);
    await fake.advance(1_000);
    expect(volumes).toHaveLength(10);
    cloud.destroy();
    expect([fake.audio.openGraphs, fake.devices.live.length]).toEqual([0, 0]);
  });

  it('goes over to another microphone', async () => {
    const { cloud, fake } = create();
    cloud.startMicDeviceTest(300);
    await fake.settle();
    cloud.setCurrentMicDevice('mic-2');
    await fake.settle();
    expect(fake.devices.live.map(({ settings }) => settings.deviceId)).toEqual(['mic-2']);
    expect([...fake.audio.last.inputs].map(({ trackId }) => trackId)).toEqual([fake.devices.live[0]?.id]);
    expect(fake.audio.openGraphs).toBe(1);
  });

  it('is a warning where sound cannot be measured', async () => {
    const { cloud, fake, take } = create();
    fake.audio.state = 'unsupported';
    cloud.startMicDeviceTest(300);
    await fake.settle();
    expect(take()).toEqual([expect.stringMatching(/^onWarning -4 /)]);
    expect(fake.devices.live).toEqual([]);
  });
});

/** As Firefox, which does not list devices for a page that is not looked at. */
describe.each([
  ['camera', 'camera-1', 'onError -1301 …', ['startCameraDeviceTest', 'stopCameraDeviceTest']],
  ['microphone', 'mic-1', 'onError -1302 …', ['startMicDeviceTest', 'stopMicDeviceTest']],
] as const)('a test that loses its %s where the browser does not say why', (_what, id, error, methods) => {
  async function lose() {
    const { cloud, fake, take } = create();
    const [start, stop] = methods;
    const begin = (): void => {
      if (start === 'startCameraDeviceTest') cloud[start](null);
      else cloud[start](300);
    };
    begin();
    await fake.settle();
    fake.gates.hold('list devices');
    fake.devices.unplug(id);
    await fake.advance(500);
    expect(take()).toEqual([]);
    return { fake, take, begin, end: () => cloud[stop]() };
  }

  it('says so within a second', async () => {
    const { fake, take } = await lose();
    await fake.advance(500);
    expect(take()).toEqual([error]);
  });

  it('says nothing more once it is stopped', async () => {
    const { fake, take, end } = await lose();
    end();
    await fake.advance(2_000);
    expect([take(), fake.clock.pending]).toEqual([[], 0]);
  });

  it('says nothing of that once it is begun anew', async () => {
    const { fake, take, begin } = await lose();
    begin();
    await fake.advance(2_000);
    expect(take()).toEqual([]);
    expect(fake.devices.live).toHaveLength(1);
  });
});

describe('a test of the speaker', () => {
  it('plays a file here, tells how loud it is, and ends with it', async () => {
    const { cloud, fake, played, take } = create();
    cloud.startSpeakerDeviceTest('ring.mp3');
    const [file] = fake.audio.last.music;
    file!.load(1_000);
    expect(file).toMatchObject({ url: 'ring.mp3', state: 'playing', gains: { playout: 1 } });
    file!.loudness = 0.25;
    await fake.advance(400);
    expect(played).toEqual([50, 50]);
    file!.finish();
    await fake.advance(400);
    expect(played).toEqual([50, 50, 0]);
    expect([fake.audio.openGraphs, fake.clock.pending]).toEqual([0, 0]);
    expect(take()).toEqual([]);
  });

  it('can be stopped, and begins anew', async () => {
    const { cloud, fake, played } = create();
    cloud.startSpeakerDeviceTest('ring.mp3');
    cloud.startSpeakerDeviceTest('ring.mp3');
    expect(fake.audio.openGraphs).toBe(1);
    cloud.stopSpeakerDeviceTest();
    await fake.advance(1_000);
    expect([fake.audio.openGraphs, fake.clock.pending, played]).toEqual([0, 0, []]);
  });

  it('says when the file cannot be played, and when the browser cannot measure', async () => {
    const { cloud, fake, take } = create();
    cloud.startSpeakerDeviceTest('nothing.mp3');
    fake.audio.last.music[0]!.fail();
    await fake.settle();
    expect(take()).toEqual(['onError -1321 …']);
    expect(fake.audio.openGraphs).toBe(0);
    fake.audio.state = 'unsupported';
    cloud.startSpeakerDeviceTest('ring.mp3');
    expect(take()).toEqual([]);
    await fake.settle();
    expect(take()).toEqual([expect.stringMatching(/^onWarning -4 /)]);
  });
});

describe('leaving', () => {
  it('ends every test before onExitRoom, and refuses new ones until then', async () => {
    const { cloud, fake, enter, take } = create();
    await enter();
    cloud.startCameraDeviceTest(null);
    cloud.startMicDeviceTest(300);
    cloud.startSpeakerDeviceTest('ring.mp3');
    await fake.settle();
    take();
    const left: unknown[] = [];
    cloud.on('onExitRoom', () => left.push(fake.devices.live.length, fake.audio.openGraphs));
    cloud.exitRoom();
    cloud.startCameraDeviceTest(null);
    cloud.startMicDeviceTest(300);
    cloud.startSpeakerDeviceTest('ring.mp3');
    await fake.settle();
    expect(left).toEqual([0, 0]);
    expect(take().toSorted()).toEqual([
      'onError -1301 …',
      'onError -1302 …',
      'onError -1321 …',
      'onExitRoom 0',
    ]);
    cloud.startMicDeviceTest(300);
    await fake.settle();
    expect(fake.devices.live).toHaveLength(1);
  });

  it('waits for a test that is still being begun', async () => {
    const { cloud, fake, enter, take } = create();
    await enter();
    take();
    const arrive = fake.gates.hold('open audio');
    cloud.startMicDeviceTest(300);
    await fake.settle();
    cloud.exitRoom();
    await fake.settle();
    expect(take()).toEqual([]);
    arrive();
    await fake.settle();
    expect(take()).toEqual(['onExitRoom 0']);
    expect(fake.devices.live).toEqual([]);
    expect(fake.audio.graphs).toEqual([]);
  });
});
