import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../../testing/fake-platform.ts';
import { FakeServer } from '../../testing/fake-server.ts';
import { TRTCCloud } from '../cloud.ts';
import { TRTCParams } from '../params.ts';
import { TRTCAudioRecordingParams } from '../recording.ts';

const CALLBACKS = [
  'onError',
  'onLocalRecordBegin',
  'onLocalRecording',
  'onLocalRecordFragment',
  'onLocalRecordComplete',
  'onExitRoom',
] as const;

function createCloud(server = new FakeServer()) {
  const fake = new FakePlatform(server);
  const cloud = new TRTCCloud(undefined, fake.platform);
  const told: unknown[][] = [];
  for (const name of CALLBACKS) {
    cloud.on(name, (...args: unknown[]) => told.push([name, ...args].slice(0, name === 'onError' ? 2 : 3)));
  }
  const saved = async (): Promise<string[][]> =>
    Promise.all(fake.recording.saved.map(async ({ name, file }) => [name, await file.text()]));
  return { fake, cloud, told, saved };
}

/** Alice with camera and microphone in a room, where Bob speaks. */
async function talking() {
  const server = new FakeServer();
  server.addUser('bob', ['audio']);
  const all = createCloud(server);
  const { cloud, fake } = all;
  cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
  cloud.startLocalPreview(null);
  cloud.startLocalAudio();
  await fake.settle();
  return all;
}

const PIXEL = { buffer: Uint8Array.of(1, 2, 3, 255).buffer, length: 4, width: 1, height: 1 };
const MP4 = { filePath: 'C:\\calls\\call.mp4' };

describe('a local recording', () => {
  it('has the camera and what the others hear, and ends with a file before its last callback', async () => {
    const { cloud, fake, told, saved } = await talking();
    const { filePath } = MP4;
    cloud.startLocalRecording({ filePath, interval: 1_000 });
    expect(told).toEqual([]);
    await fake.settle();
    expect(told.splice(0)).toEqual([['onLocalRecordBegin', 0, filePath]]);
    const { tracks, type } = fake.recording.last;
    expect(type).toBe('video/mp4');
    const [picture] = fake.pictures.switchers;
    expect(tracks).toEqual([picture?.output, fake.audio.last.taps[0]?.output]);
    expect(picture?.shown).toBe(fake.devices.live.find(({ kind }) => kind === 'video'));
    expect(picture?.options).toEqual({ width: 640, height: 360, fps: 15 });
    expect(fake.audio.last.taps[0]?.buses).toEqual(['publish']);
    expect([...fake.audio.last.inputs]).toMatchObject([{ gains: { publish: 1 } }]);
    fake.recording.last.give('one ');
    await fake.advance(2_100);
    expect(told.splice(0)).toEqual([
      ['onLocalRecording', 1_000, filePath],
      ['onLocalRecording', 2_000, filePath],
    ]);
    cloud.stopLocalRecording();
    let savedBefore = 0;
    cloud.on('onLocalRecordComplete', () => (savedBefore = fake.recording.saved.length));
    await fake.settle();
    expect(told).toEqual([['onLocalRecordComplete', 0, filePath]]);
    expect(savedBefore).toBe(1);
    expect(await saved()).toEqual([['call.mp4', 'one rest']]);
    expect(fake.audio.last.taps[0]?.closed).toBe(true);
    expect(fake.pictures.drawn).toBe(0);
    await fake.advance(2_000);
    expect(told).toHaveLength(1);
  });

  it('leaves what the others get as it is', async () => {
    const { cloud, fake } = await talking();
    const [microphone] = fake.devices.live.filter(({ kind }) => kind === 'audio');
    cloud.startLocalRecording(MP4);
    await fake.settle();
    expect(fake.engines.last.sent.get('audio')?.track).toBe(microphone);
  });

  it.each([
    [0, 'audio/mp4', ['audio']],
    [1, 'video/mp4', ['video']],
  ] as const)('of type %i is %s', async (recordType, type, kinds) => {
    const { cloud, fake } = await talking();
    cloud.startLocalRecording({ ...MP4, recordType });
    await fake.settle();
    expect(fake.recording.last.type).toBe(type);
    expect(fake.recording.last.tracks.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('is silent while the user is muted', async () => {
    const { cloud, fake } = await talking();
    cloud.startLocalRecording(MP4);
    cloud.muteLocalAudio(true);
    expect(fake.audio.last.taps[0]?.output.enabled).toBe(false);
    cloud.muteLocalAudio(false);
    expect(fake.audio.last.taps[0]?.output.enabled).toBe(true);
  });

  it('is one file with whatever the others see: black while the camera is muted or closed', async () => {
    const { cloud, fake, told, saved } = await talking();
    fake.devices.live[0]!.settings = { width: 320, height: 240 };
    const cameras = (): unknown[] => fake.devices.live.filter(({ kind }) => kind === 'video');
    cloud.startLocalRecording(MP4);
    const [picture] = fake.pictures.switchers;
    expect(picture?.options).toMatchObject({ width: 320, height: 240 });
    cloud.muteLocalVideo(true);
    expect(picture?.shown, 'at once').toBeNull();
    cloud.muteLocalVideo(false);
    expect([picture?.shown]).toEqual(cameras());
    cloud.setCurrentCameraDevice('camera-2');
    await fake.settle();
    expect([picture?.shown]).toEqual(cameras());
    cloud.setVideoEncoderMirror(true);
    expect(picture?.shown).toBe(fake.pictures.open[0]?.output);
    cloud.stopLocalPreview();
    expect(picture?.shown).toBeNull();
    cloud.startLocalPreview(null);
    await fake.settle();
    expect(picture?.shown).toBe(fake.pictures.open[0]?.output);
    cloud.stopLocalRecording();
    await fake.settle();
    expect(fake.recording.recorders).toHaveLength(1);
    expect(told).toEqual([
      ['onLocalRecordBegin', 0, MP4.filePath],
      ['onLocalRecordComplete', 0, MP4.filePath],
    ]);
    expect(await saved()).toEqual([['call.mp4', 'rest']]);
  });

  it('begins with a muted camera that is being opened, in black', async () => {
    const { cloud, fake, told } = createCloud();
    cloud.muteLocalVideo(true);
    cloud.startLocalPreview(null);
    cloud.startLocalRecording(MP4);
    await fake.settle();
    expect(told).toEqual([['onLocalRecordBegin', 0, MP4.filePath]]);
    expect(fake.pictures.switchers.map(({ shown }) => shown)).toEqual([null]);
    cloud.muteLocalVideo(false);
    expect(fake.pictures.switchers.map(({ shown }) => shown)).toEqual([
      fake.devices.live.find(({ kind }) => kind === 'video'),
    ]);
  });

  it('has the image that is sent in the place of a muted camera', async () => {
    const { cloud, fake } = await talking();
    cloud.setVideoMuteImage(PIXEL);
    await fake.settle();
    cloud.startLocalRecording({ ...MP4, recordType: 1 });
    cloud.muteLocalVideo(true);
    const [picture] = fake.pictures.switchers;
    expect(picture?.shown).toBe(fake.pictures.open[0]?.output);
    cloud.setVideoMuteImage(null);
    await fake.settle();
    expect(picture?.shown).toBeNull();
  });

  it('waits for a camera that is being opened', async () => {
    const { cloud, fake, told } = createCloud();
    cloud.startLocalPreview(null);
    cloud.startLocalRecording(MP4);
    await fake.settle();
    expect(told).toEqual([['onLocalRecordBegin', 0, MP4.filePath]]);
    expect(fake.recording.open).toBe(1);
  });

  it.each([
    ['without a camera', -1, MP4, () => undefined],
    [
      'with a camera that cannot be opened',
      -1,
      MP4,
      (fake, cloud) => {
        fake.devices.failWith = 'NotReadableError';
        cloud.startLocalPreview(null);
      },
    ],
    ['of a format that is not written', -2, { filePath: 'call.avi' }, () => undefined],
    ['of a format that this browser does not write', -2, MP4, (fake) => fake.recording.types.clear()],
    ['without a path', -1, {}, () => undefined],
    ['of an unknown type', -1, { ...MP4, recordType: 3 }, () => undefined],
    ['of a type that is no number', -1, { ...MP4, recordType: 'constructor' }, () => undefined],
    ['in files that are too short', -1, { ...MP4, maxDurationPerFile: 9_999 }, () => undefined],
    [
      'with a recorder that does not begin',
      -1,
      { ...MP4, recordType: 0 },
      (fake) => {
        fake.recording.failWith = 'NotSupportedError';
      },
    ],
    [
      'where pictures cannot be drawn',
      -1,
      MP4,
      (fake, cloud) => {
        fake.pictures.state = 'unsupported';
        cloud.startLocalPreview(null);
      },
    ],
    [
      'with a camera, where sound cannot be mixed',
      -1,
      MP4,
      (fake, cloud) => {
        fake.audio.state = 'unsupported';
        cloud.startLocalPreview(null);
      },
    ],
    [
      'where sound cannot be mixed',
      -1,
      { ...MP4, recordType: 0 },
      (fake) => {
        fake.audio.state = 'unsupported';
      },
    ],
  ] as [string, number, object, (fake: FakePlatform, cloud: TRTCCloud) => void][])(
    '%s does not begin: %i',
    async (_what, code, options, prepare) => {
      const { cloud, fake, told } = createCloud();
      prepare(fake, cloud);
      cloud.startLocalRecording(options);
      await fake.settle();
      const begins = told.filter(([name]) => name === 'onLocalRecordBegin');
      expect(begins).toEqual([['onLocalRecordBegin', code, 'filePath' in options ? options.filePath : '']]);
      expect(fake.recording.open).toBe(0);
      expect(fake.pictures.drawn).toBe(0);
      expect(fake.audio.graphs.flatMap(({ taps }) => taps).every(({ closed }) => closed)).toBe(true);
    },
  );

  it('is refused beside another one, and possible after it', async () => {
    const { cloud, fake, told } = await talking();
    cloud.startLocalRecording(MP4);
    cloud.startLocalRecording({ filePath: 'second.mp4' });
    await fake.settle();
    cloud.stopLocalRecording();
    await fake.settle();
    cloud.startLocalRecording({ filePath: 'third.webm' });
    await fake.settle();
    expect(told).toEqual([
      ['onLocalRecordBegin', 0, MP4.filePath],
      ['onLocalRecordBegin', -6, 'second.mp4'],
      ['onLocalRecordComplete', 0, MP4.filePath],
      ['onLocalRecordBegin', 0, 'third.webm'],
    ]);
  });

  it('tells a failure and keeps what there is, and -3 without anything', async () => {
    const { cloud, fake, told, saved } = await talking();
    cloud.startLocalRecording({ filePath: 'one.mp4' });
    await fake.settle();
    fake.recording.last.give('part');
    fake.recording.last.fail();
    fake.recording.rest = '';
    cloud.startLocalRecording({ filePath: 'two.mp4' });
    cloud.stopLocalRecording();
    await fake.settle();
    expect(told.filter(([name]) => name === 'onLocalRecordComplete')).toEqual([
      ['onLocalRecordComplete', -1, 'one.mp4'],
      ['onLocalRecordComplete', -3, 'two.mp4'],
    ]);
    expect(await saved()).toEqual([['one.mp4', 'part']]);
  });

  it('limited in duration is several files, each of which begins before the one before ends', async () => {
    const { cloud, fake, told, saved } = await talking();
    cloud.startLocalRecording({ ...MP4, maxDurationPerFile: 10_000 });
    await fake.settle();
    const [first] = fake.recording.recorders;
    fake.clock.advance(10_000);
    expect(fake.recording.recorders.map(({ state }) => state)).toEqual(['ending', 'recording']);
    await fake.settle();
    expect(first?.state).toBe('ended');
    cloud.stopLocalRecording();
    await fake.settle();
    expect(told.slice(1)).toEqual([
      ['onLocalRecordFragment', 'C:\\calls\\call_1.mp4'],
      ['onLocalRecordFragment', 'C:\\calls\\call_2.mp4'],
      ['onLocalRecordComplete', 0, MP4.filePath],
    ]);
    expect((await saved()).map(([name]) => name)).toEqual(['call_1.mp4', 'call_2.mp4']);
  });

  it('is finished before onExitRoom, and none begins until then', async () => {
    const { cloud, fake, told, saved } = await talking();
    cloud.startLocalRecording(MP4);
    await fake.settle();
    told.length = 0;
    cloud.exitRoom();
    cloud.startLocalRecording({ filePath: 'late.mp4', recordType: 0 });
    await fake.settle();
    expect(told).toEqual([
      ['onLocalRecordBegin', -6, 'late.mp4'],
      ['onLocalRecordComplete', 0, MP4.filePath],
      ['onExitRoom', 0],
    ]);
    expect(await saved()).toHaveLength(1);
    cloud.startLocalRecording({ filePath: 'later.mp4', recordType: 0 });
    await fake.settle();
    expect(told.at(-1)).toEqual(['onLocalRecordBegin', 0, 'later.mp4']);
  });

  it('that does not come to its end in time is told as failed before onExitRoom', async () => {
    const { cloud, fake, told } = await talking();
    cloud.startLocalRecording(MP4);
    await fake.settle();
    told.length = 0;
    fake.gates.hold('end recorder');
    cloud.on('onLocalRecordComplete', () => cloud.startLocalRecording({ filePath: 'late.mp4' }));
    cloud.exitRoom();
    await fake.advance(1_500);
    expect(told).toEqual([
      ['onLocalRecordComplete', -1, MP4.filePath],
      ['onLocalRecordBegin', -1, 'late.mp4'],
      ['onExitRoom', 0],
    ]);
  });

  it('is finished without a callback when the instance is destroyed', async () => {
    const { cloud, fake, told, saved } = await talking();
    cloud.startLocalRecording(MP4);
    await fake.settle();
    told.length = 0;
    cloud.destroy();
    await fake.settle();
    expect(told).toEqual([]);
    expect(await saved()).toEqual([['call.mp4', 'rest']]);
    expect(fake.clock.pending).toBe(0);
  });
});

describe('an audio recording', () => {
  it.each([
    [0, ['own', 'others'], ['mic', 'bob']],
    [1, ['own'], ['mic']],
    [2, ['others'], ['mic', 'bob']],
  ] as const)('of content %i mixes %j', async (recordingContent, buses, _heard) => {
    const { cloud, fake } = await talking();
    cloud.setRemoteAudioVolume('bob', 50);
    expect(cloud.startAudioRecording({ filePath: 'a.wav', recordingContent, maxDurationPerFile: 0 })).toBe(0);
    const graph = fake.audio.last;
    expect(graph.sampleTaps[0]?.buses).toEqual(buses);
    const own = [...graph.inputs].filter(({ gains }) => gains.own === 1);
    const others = [...graph.inputs].filter(({ gains }) => gains.others === 0.5);
    expect([own.length, others.length]).toEqual([1, recordingContent === 1 ? 0 : 1]);
    cloud.setAudioPlayoutVolume(50);
    expect(others.every(({ gains }) => gains.others === 0.25)).toBe(true);
    cloud.stopAudioRecording();
    expect([...graph.inputs].some(({ gains }) => gains.others)).toBe(false);
    expect(graph.sampleTaps[0]?.closed).toBe(true);
  });

  it('hears users from where they are', async () => {
    const { cloud, fake } = await talking();
    cloud.enable3DSpatialAudioEffect(true);
    cloud.startAudioRecording({ filePath: 'a.wav', recordingContent: 2, maxDurationPerFile: 0 });
    cloud.updateRemote3DSpatialPosition('bob', [0, 4, 0]);
    const voices = (): unknown[] => [...fake.audio.last.inputs].filter(({ direction }) => direction !== null);
    expect(voices()).toMatchObject([{ gains: { playout: 0.25, others: 0.25 } }]);
    cloud.stopAudioRecording();
    expect(voices()).toMatchObject([{ gains: { playout: 0.25, others: 0 } }]);
  });

  it('hears who comes while it is being recorded, and music as loud as it is played', async () => {
    const { cloud, fake } = await talking();
    cloud.startAudioRecording('a.wav');
    cloud.startPlayMusic({ id: 1, path: 'blob:song', publish: false });
    cloud.setMusicPlayoutVolume(1, 60);
    expect(fake.audio.last.music[0]?.gains.own).toBe(0.6);
    const before = fake.audio.last.inputs.size;
    fake.server.addUser('carol', ['audio']);
    await fake.settle();
    expect(fake.audio.last.inputs.size).toBe(before + 1);
  });

  it('is a WAV file of the samples', async () => {
    const { cloud, fake } = await talking();
    cloud.startAudioRecording(new TRTCAudioRecordingParams('/tmp/a.wav'));
    const [tap] = fake.audio.last.sampleTaps;
    for (let block = 0; block < 60; block++) tap?.give(block, -block);
    cloud.stopAudioRecording();
    await fake.settle();
    const [saved] = fake.recording.saved;
    expect(saved?.name).toBe('a.wav');
    const bytes = new DataView(await saved!.file.arrayBuffer());
    expect(bytes.byteLength).toBe(44 + 60 * 4);
    const text = (at: number): string => String.fromCharCode(...new Uint8Array(bytes.buffer, at, 4));
    expect([text(0), text(8), text(12), text(36)]).toEqual(['RIFF', 'WAVE', 'fmt ', 'data']);
    expect(bytes.getUint32(4, true)).toBe(36 + 240);
    expect([20, 22].map((at) => bytes.getUint16(at, true))).toEqual([1, 2]);
    expect([24, 28].map((at) => bytes.getUint32(at, true))).toEqual([48_000, 192_000]);
    expect([32, 34].map((at) => bytes.getUint16(at, true))).toEqual([4, 16]);
    expect(bytes.getUint32(40, true)).toBe(240);
    expect([44, 46, 280, 282].map((at) => bytes.getInt16(at, true))).toEqual([0, 0, 59, -59]);
  });

  it('is what the browser writes for other extensions, and nothing but samples for .pcm', async () => {
    const { cloud, fake } = await talking();
    expect(cloud.startAudioRecording('a.M4A')).toBe(0);
    expect(fake.recording.last).toMatchObject({
      type: 'audio/mp4',
      tracks: [fake.audio.last.taps[0]?.output],
    });
    cloud.stopAudioRecording();
    cloud.startAudioRecording('a.pcm');
    fake.audio.last.sampleTaps[0]?.give(1, 2);
    cloud.stopAudioRecording();
    await fake.settle();
    expect(fake.recording.saved.map(({ name, file }) => [name, file.size])).toEqual([
      ['a.pcm', 4],
      ['a.M4A', 4],
    ]);
  });

  it('answers why it does not begin', async () => {
    const { cloud, fake } = createCloud();
    const params = { filePath: 'a.wav', recordingContent: 0, maxDurationPerFile: 0 } as const;
    expect(cloud.startAudioRecording({ ...params, filePath: null })).toBe(-4);
    expect(cloud.startAudioRecording({ ...params, maxDurationPerFile: 9_999 })).toBe(-4);
    expect(cloud.startAudioRecording({ ...params, recordingContent: 3 as never })).toBe(-4);
    expect(cloud.startAudioRecording({ ...params, recordingContent: 'constructor' as never })).toBe(-4);
    expect(cloud.startAudioRecording(null as never)).toBe(-4);
    for (const path of ['a.mp3', 'a.aac', 'a', '.wav', 'wav'])
      expect(cloud.startAudioRecording(path)).toBe(-3);
    expect(cloud.startAudioRecording(params)).toBe(0);
    expect(cloud.startAudioRecording(params)).toBe(-1);
    cloud.exitRoom();
    expect(cloud.startAudioRecording(params)).toBe(-2);
    await fake.settle();
    fake.audio.state = 'unsupported';
    expect(cloud.startAudioRecording(params)).toBe(-2);
  });

  it('gives its files to the application if that asks for them', async () => {
    const { cloud, fake } = await talking();
    const files: [string, number][] = [];
    cloud.setRecordedFileReceiver((path, file) => files.push([path, file.size]));
    cloud.startAudioRecording({ filePath: 'd/a.wav', recordingContent: 0, maxDurationPerFile: 10_000 });
    fake.audio.last.sampleTaps[0]?.give(1, 2);
    fake.clock.advance(10_000);
    fake.audio.last.sampleTaps[0]?.give(3, 4, 5, 6);
    cloud.exitRoom();
    await fake.settle();
    expect(files).toEqual([
      ['d/a_1.wav', 48],
      ['d/a_2.wav', 52],
    ]);
    expect(fake.recording.saved).toEqual([]);
  });

  it('in several files has each sample in exactly one of them, in order', async () => {
    const { cloud, fake } = await talking();
    cloud.startAudioRecording({ filePath: 'a.pcm', recordingContent: 0, maxDurationPerFile: 10_000 });
    const [tap] = fake.audio.last.sampleTaps;
    for (const second of [1, 2, 3]) {
      tap?.give(second, second);
      fake.clock.advance(5_000);
      tap?.give(-second, -second);
      fake.clock.advance(5_000);
    }
    tap?.give(4, 4);
    cloud.stopAudioRecording();
    tap?.give(5, 5);
    await fake.settle();
    expect(fake.audio.last.sampleTaps).toHaveLength(1);
    const files = await Promise.all(fake.recording.saved.map(({ file }) => file.arrayBuffer()));
    expect(files.map((file) => [...new Int16Array(file)])).toEqual([
      [1, 1, -1, -1],
      [2, 2, -2, -2],
      [3, 3, -3, -3],
      [4, 4],
    ]);
  });

  it('tells when the browser refuses to give samples, and can begin again', async () => {
    const { cloud, fake, told } = await talking();
    cloud.startAudioRecording('a.wav');
    fake.audio.last.sampleTaps[0]?.fail();
    expect(told).toEqual([['onError', -1]]);
    expect(cloud.startAudioRecording('a.wav')).toBe(0);
  });

  it('tells when it has recorded nothing', async () => {
    const { cloud, fake, told } = await talking();
    cloud.startAudioRecording('a.wav');
    cloud.stopAudioRecording();
    await fake.settle();
    expect(told).toEqual([['onError', -1]]);
    expect(fake.recording.saved).toEqual([]);
  });
});
