import { describe, expect, it, vi } from 'vitest';
import type { FakeSampleTap } from '../../testing/fake-audio.ts';
import { FakePlatform } from '../../testing/fake-platform.ts';
import { FakeServer } from '../../testing/fake-server.ts';
import { TRTCCloud } from '../cloud.ts';
import { TRTCParams } from '../params.ts';
import type { TRTCAudioFrameCallback, TRTCGivenAudioFrame } from '../raw-frames.ts';

/** Alice, who can enter a room where Bob speaks. */
function setUp() {
  const server = new FakeServer();
  server.addUser('bob', ['audio']);
  const fake = new FakePlatform(server);
  const cloud = new TRTCCloud(undefined, fake.platform);
  const told: string[] = [];
  for (const name of ['onError', 'onWarning'] as const)
    cloud.on(name, (code) => told.push(`${name} ${code}`));
  const enter = async (): Promise<void> => {
    cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
    await fake.settle();
  };
  const openTaps = (): FakeSampleTap[] =>
    fake.audio.graphs.flatMap(({ sampleTaps }) => sampleTaps.filter(({ closed }) => !closed));
  const kindOf = ({ buses, trackId }: FakeSampleTap): string => {
    if (!trackId) return buses.join('+');
    return fake.devices.live.some(({ id }) => id === trackId) ? 'microphone' : 'user';
  };
  /** What each open tap is of. */
  const tapped = (): string[] => openTaps().map(kindOf).toSorted();
  return { fake, cloud, told, enter, server, openTaps, kindOf, tapped };
}

/** Writes down what it is given. */
function listenToAll() {
  const given: { name: string; frame: TRTCGivenAudioFrame; userId: string | undefined }[] = [];
  const write =
    (name: string) =>
    (frame: TRTCGivenAudioFrame, userId?: string): void =>
      void given.push({ name, frame, userId });
  const callback: Required<TRTCAudioFrameCallback> = {
    onCapturedAudioFrame: write('captured'),
    onLocalProcessedAudioFrame: write('processed'),
    onPlayAudioFrame: write('user'),
    onMixedPlayAudioFrame: write('heard'),
    onMixedAllAudioFrame: write('all'),
  };
  return { given, callback };
}

/** Enough for one frame. */
const block = (value: number): number[] => Array.from<number>({ length: 2 * 1_000 }).fill(value);
const nothing = (): void => undefined;

describe('an audio frame callback', () => {
  it('is given frames of 20 ms of each sound, and of whom it is', async () => {
    const { cloud, told, enter, openTaps, kindOf } = setUp();
    const { given, callback } = listenToAll();
    cloud.setAudioFrameCallback(callback);
    cloud.startLocalAudio();
    await enter();
    const kinds = openTaps().map(kindOf);
    const values = new Map(kinds.map((kind, at) => [kind, 100 * (at + 1)]));
    for (const tap of openTaps()) tap.give(...block(values.get(kindOf(tap)) ?? 0));
    const heard = given.map(({ name, frame, userId }) => [name, new Int16Array(frame.data)[500], userId]);
    expect(heard).toHaveLength(5);
    expect(heard).toEqual(
      expect.arrayContaining([
        ['captured', values.get('microphone'), ''],
        ['processed', values.get('publish'), ''],
        ['user', values.get('user'), 'bob'],
        ['heard', values.get('playout+beside'), ''],
        ['all', values.get('own+others'), ''],
      ]),
    );
    for (const { frame } of given) {
      expect(frame).toMatchObject({ audioFormat: 1, length: 1_920, sampleRate: 48_000, channel: 1 });
      expect(frame.data.byteLength).toBe(1_920);
    }
    expect(told).toEqual([]);
  });

  it('costs nothing before it is set, and taps nothing that is not asked for', async () => {
    const { fake, cloud, enter, tapped } = setUp();
    cloud.startLocalAudio();
    await enter();
    expect(fake.audio.graphs).toEqual([]);
    cloud.setAudioFrameCallback({ onPlayAudioFrame: null });
    cloud.setAudioFrameCallback({});
    expect(fake.audio.graphs).toEqual([]);
    cloud.setAudioFrameCallback({ onPlayAudioFrame: nothing });
    expect(tapped()).toEqual(['user']);
    expect(fake.audio.last.inputs.size, 'nothing is mixed').toBe(1);
    cloud.setAudioFrameCallback({ onMixedPlayAudioFrame: nothing });
    expect(tapped()).toEqual(['playout+beside']);
    expect([...fake.audio.last.inputs].some(({ gains }) => gains.beside === 1)).toBe(true);
    cloud.setAudioFrameCallback(null);
    expect(tapped()).toEqual([]);
    expect([...fake.audio.last.inputs].some(({ gains }) => gains.beside === 1)).toBe(false);
  });

  it('follows what there is: microphones, users, and whether there is a room', async () => {
    const { fake, cloud, server, enter, tapped, openTaps } = setUp();
    cloud.setAudioFrameCallback(listenToAll().callback);
    expect(tapped()).toEqual([]);
    cloud.startLocalAudio();
    await fake.settle();
    expect(tapped(), 'outside').toEqual(['microphone', 'publish']);
    await enter();
    expect(tapped()).toEqual(['microphone', 'own+others', 'playout+beside', 'publish', 'user']);
    server.addUser('carol', ['audio']);
    await fake.settle();
    expect(tapped().filter((each) => each === 'user')).toHaveLength(2);
    cloud.muteRemoteAudio('carol', true);
    await fake.settle();
    expect(tapped().filter((each) => each === 'user')).toHaveLength(1);
    const before = fake.devices.live[0]?.id;
    cloud.setCurrentMicDevice('mic-2');
    await fake.settle();
    const ids = openTaps().map(({ trackId }) => trackId);
    expect(ids).toContain(fake.devices.live[0]?.id);
    expect(ids).not.toContain(before);
    cloud.stopLocalAudio();
    await fake.settle();
    expect(tapped()).toEqual(['own+others', 'playout+beside', 'user']);
  });

  it('is given nothing after the exit, and goes on in the next room', async () => {
    const { fake, cloud, enter, tapped } = setUp();
    cloud.setAudioFrameCallback(listenToAll().callback);
    cloud.startLocalAudio();
    await enter();
    const atExit: unknown[] = [];
    cloud.on('onExitRoom', () => atExit.push(tapped(), fake.audio.openGraphs));
    cloud.exitRoom();
    cloud.setAudioFrameCallback(listenToAll().callback);
    await fake.settle();
    expect(atExit).toEqual([[], 0]);
    expect(tapped()).toEqual([]);
    expect(fake.audio.openGraphs).toBe(0);
    await enter();
    expect(tapped()).toEqual(['own+others', 'playout+beside', 'user']);
    cloud.destroy();
    cloud.setAudioFrameCallback(listenToAll().callback);
    await fake.settle();
    expect(tapped()).toEqual([]);
    expect(fake.audio.openGraphs).toBe(0);
  });

  it('is not given what comes late', async () => {
    const { cloud, enter, openTaps } = setUp();
    const { given, callback } = listenToAll();
    cloud.setAudioFrameCallback(callback);
    await enter();
    const taps = openTaps();
    cloud.setAudioFrameCallback(null);
    for (const tap of taps) tap.give(...block(1));
    expect(given).toEqual([]);
  });

  it('leaves a recording of the same sound alone', async () => {
    const { fake, cloud, enter, tapped } = setUp();
    cloud.setAudioFrameCallback({ onMixedAllAudioFrame: nothing });
    await enter();
    cloud.startAudioRecording('a.wav');
    const others = (): number => [...fake.audio.last.inputs].filter(({ gains }) => gains.others).length;
    expect(others()).toBe(1);
    cloud.setAudioFrameCallback(null);
    expect([tapped(), others()]).toEqual([['own+others'], 1]);
    cloud.setAudioFrameCallback({ onMixedAllAudioFrame: nothing });
    cloud.stopAudioRecording();
    expect([tapped(), others()]).toEqual([['own+others'], 1]);
  });

  it('hears whom the graph places as loud as everybody else, not twice', async () => {
    const { fake, cloud, enter } = setUp();
    cloud.setAudioFrameCallback({ onMixedPlayAudioFrame: nothing });
    await enter();
    const gains = (): unknown => [...fake.audio.last.inputs].find((input) => input.gains.others)?.gains;
    expect(gains()).toEqual({ playout: 0, others: 1, beside: 1 });
    cloud.enable3DSpatialAudioEffect(true);
    cloud.updateSelf3DSpatialPosition([0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]);
    cloud.updateRemote3DSpatialPosition('bob', [1, 0, 0]);
    expect(gains()).toEqual({ playout: 1, others: 1, beside: 0 });
    cloud.enable3DSpatialAudioEffect(false);
    expect(gains()).toEqual({ playout: 0, others: 1, beside: 1 });
  });

  it('may throw, and is given the next frame all the same', async () => {
    const { cloud, enter, openTaps } = setUp();
    const thrown: unknown[] = [];
    const frames: unknown[] = [];
    cloud.setAudioFrameCallback({
      onPlayAudioFrame: (frame) => {
        frames.push(frame);
        throw new Error('broken');
      },
    });
    await enter();
    const queued = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => thrown.push(run));
    for (const tap of openTaps()) tap.give(...block(1), ...block(1));
    queued.mockRestore();
    expect(frames).toHaveLength(2);
    expect(thrown).toHaveLength(2);
    expect(thrown[0]).toThrow('broken');
  });

  it('that the browser cannot give anything is told so, once, and forgotten', async () => {
    const { fake, cloud, told, enter, openTaps, tapped } = setUp();
    cloud.setAudioFrameCallback(listenToAll().callback);
    await enter();
    const [first] = openTaps();
    first?.fail();
    expect(told).toEqual(['onWarning -4']);
    expect(tapped()).toEqual([]);
    cloud.startLocalAudio();
    await fake.settle();
    expect(tapped()).toEqual([]);
  });

  it('where sound cannot be mixed is answered by a warning', async () => {
    const { fake, cloud, told, enter } = setUp();
    fake.audio.state = 'unsupported';
    cloud.setAudioFrameCallback(listenToAll().callback);
    await enter();
    expect(told).toEqual(['onWarning -4']);
  });

  it.each<[string, unknown]>([
    ['a function', nothing],
    ['a text', 'callback'],
    ['an object of texts', { onPlayAudioFrame: 'callback' }],
  ])('is refused when it is %s', async (_what, malformed) => {
    const { fake, cloud, told } = setUp();
    cloud.setAudioFrameCallback(malformed as TRTCAudioFrameCallback);
    expect(told).toEqual([]);
    await fake.settle();
    expect(told).toEqual(['onError -2']);
  });
});
