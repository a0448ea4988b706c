import { describe, expect, it } from 'vitest';
import type { FakeMusic } from '../../testing/fake-audio.ts';
import { FakePlatform } from '../../testing/fake-platform.ts';
import { TRTCCloud } from '../cloud.ts';
import { AudioMusicParam } from '../music.ts';
import { TRTCParams } from '../params.ts';

const URL = 'blob:song';

/** One user with an SDK and an open microphone, in a room. */
async function talking() {
  const fake = new FakePlatform();
  const cloud = new TRTCCloud(undefined, fake.platform);
  const told: string[] = [];
  const errors: number[] = [];
  cloud.on('onError', (code) => errors.push(code));
  cloud.on('onWarning', (code) => errors.push(code));
  cloud.setMusicObserver({
    onStart: (id, code) => told.push(`start ${id} ${code}`),
    onPlayProgress: (id, position, duration) => told.push(`${id} at ${position} of ${duration}`),
    onComplete: (id, code) => told.push(`complete ${id} ${code}`),
  });
  cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
  cloud.startLocalAudio();
  await fake.settle();
  const music = (index = 0): FakeMusic => {
    const found = fake.audio.last.music[index];
    if (!found) throw new Error('no such music');
    return found;
  };
  /** Lets music play on for that long. */
  const playOn = async (ms: number, which = music()): Promise<void> => {
    for (let left = ms; left > 0; left -= 50) {
      if (which.state === 'playing') which.positionMs += 50;
      await fake.advance(50);
    }
  };
  const take = (): string[] => told.splice(0);
  return { fake, cloud, errors, take, music, playOn, sent: () => fake.engines.last.sent.get('audio') };
}

function song(values: Partial<AudioMusicParam> = {}): AudioMusicParam {
  return Object.assign(new AudioMusicParam(1, URL), values);
}

describe('music', () => {
  it('tells that it plays, how far it is, and that it is over', async () => {
    const { cloud, take, music, playOn } = await talking();
    cloud.startPlayMusic(song());
    expect(music()).toMatchObject({ url: URL, state: 'loading' });
    expect([cloud.getMusicCurrentPosInMS(1), cloud.getMusicDurationInMS(URL)]).toEqual([0, -1]);
    music().load(10_000);
    expect(music().state).toBe('playing');
    await playOn(600);
    expect(take()).toEqual(['start 1 0', '1 at 300 of 10000', '1 at 600 of 10000']);
    expect([cloud.getMusicCurrentPosInMS(1), cloud.getMusicDurationInMS(URL)]).toEqual([600, 10_000]);
    music().finish();
    expect(take()).toEqual(['complete 1 0']);
    expect(music().state).toBe('closed');
    expect(cloud.getMusicCurrentPosInMS(1)).toBe(-1);
  });

  it.each([
    [true, { publish: 1, playout: 1, own: 1 }],
    [false, { publish: 0, playout: 1, own: 1 }],
  ])('goes out beside the microphone when publish is %s', async (publish, gains) => {
    const { fake, cloud, music, sent } = await talking();
    const [microphone] = fake.devices.live;
    cloud.startPlayMusic(song({ publish }));
    music().load(10_000);
    await fake.settle();
    expect(music().gains).toEqual(gains);
    expect(sent()?.track).toBe(publish ? fake.audio.last.output : microphone);
    if (publish) expect([...fake.audio.last.inputs]).toMatchObject([{ gains: { publish: 1 } }]);
    music().finish();
    await fake.settle();
    expect(sent()?.track).toBe(microphone);
  });

  it('without a microphone is heard here only, until one is opened', async () => {
    const { fake, cloud, music, sent } = await talking();
    cloud.stopLocalAudio();
    cloud.startPlayMusic(song());
    music().load(10_000);
    await fake.settle();
    expect(sent()).toBeUndefined();
    cloud.startLocalAudio();
    await fake.settle();
    expect(sent()?.track).toBe(fake.audio.last.output);
  });

  it('is silent for the others while the user is muted', async () => {
    const { fake, cloud, music, sent } = await talking();
    cloud.startPlayMusic(song());
    music().load(10_000);
    cloud.muteLocalAudio(true);
    await fake.settle();
    expect(sent()).toMatchObject({ muted: true, track: { id: fake.audio.last.output.id, enabled: false } });
  });

  it('is silent at once, also while the stream is being published', async () => {
    const { fake, cloud, music, sent } = await talking();
    cloud.stopLocalAudio();
    cloud.startPlayMusic(song());
    music().load(10_000);
    await fake.settle();
    const release = fake.gates.hold('publish');
    cloud.startLocalAudio();
    await fake.settle();
    expect(fake.audio.last.output.enabled).toBe(true);
    cloud.muteLocalAudio(true);
    expect(fake.audio.last.output.enabled).toBe(false);
    release();
    await fake.settle();
    expect(sent()).toMatchObject({ muted: true, track: { id: fake.audio.last.output.id, enabled: false } });
  });

  it('goes out alone when the voice has no volume', async () => {
    const { fake, cloud, music, sent } = await talking();
    cloud.setVoiceCaptureVolume(0);
    cloud.startPlayMusic(song());
    music().load(10_000);
    await fake.settle();
    expect(sent()?.track).toBe(fake.audio.last.output);
    expect([...fake.audio.last.inputs]).toMatchObject([{ gains: { publish: 0 } }]);
    expect(music().gains.publish).toBe(1);
  });

  it('plays a part of it, as often as was asked', async () => {
    const { cloud, take, music, playOn } = await talking();
    cloud.startPlayMusic(song({ loopCount: 1, startTimeMS: 2_000, endTimeMS: 2_400 }));
    music().load(10_000);
    expect(music().positionMs).toBe(2_000);
    await playOn(400);
    expect(take()).toEqual(['start 1 0', '1 at 2300 of 10000']);
    expect(music()).toMatchObject({ positionMs: 2_000, state: 'playing' });
    await playOn(400);
    expect(take()).toEqual(['1 at 2300 of 10000', 'complete 1 0']);
    expect(music().state).toBe('closed');
  });

  it('begins again at its end as often as was asked', async () => {
    const { cloud, take, music } = await talking();
    cloud.startPlayMusic(song({ loopCount: 2 }));
    music().load(1_000);
    for (const plays of [1, 2]) {
      music().finish();
      expect([music().positionMs, music().state], `after ${plays}`).toEqual([0, 'playing']);
    }
    music().finish();
    expect(take()).toEqual(['start 1 0', 'complete 1 0']);
  });

  it('stands still while it is paused', async () => {
    const { cloud, take, music, playOn } = await talking();
    cloud.startPlayMusic(song());
    music().load(10_000);
    await playOn(150);
    cloud.pausePlayMusic(1);
    expect(music().state).toBe('paused');
    await playOn(1_000);
    expect(take()).toEqual(['start 1 0']);
    cloud.resumePlayMusic(1);
    await playOn(300);
    expect(take()).toEqual(['1 at 450 of 10000']);
  });

  it('remembers what was asked of it while it was being loaded', async () => {
    const { cloud, music } = await talking();
    cloud.startPlayMusic(song());
    cloud.seekMusicToPosInTime(1, 3_000);
    cloud.pausePlayMusic(1);
    music().load(10_000);
    expect(music()).toMatchObject({ state: 'paused', positionMs: 3_000 });
    cloud.resumePlayMusic(1);
    cloud.seekMusicToPosInTime(1, 5_000);
    expect(music()).toMatchObject({ state: 'playing', positionMs: 5_000 });
  });

  it('tells nothing more once it is stopped', async () => {
    const { cloud, take, music, playOn } = await talking();
    cloud.startPlayMusic(song());
    music().load(10_000);
    cloud.stopPlayMusic(1);
    await playOn(1_000);
    expect(take()).toEqual(['start 1 0']);
    expect(music().state).toBe('closed');
  });

  it('takes the place of what played under the same id, beside what plays under others', async () => {
    const { cloud, take, music } = await talking();
    cloud.startPlayMusic(song());
    cloud.startPlayMusic(song({ id: 2, path: 'blob:other' }));
    cloud.startPlayMusic(song({ path: 'blob:next' }));
    expect([0, 1, 2].map((index) => music(index).state)).toEqual(['closed', 'loading', 'loading']);
    music(2).load(1_000);
    music(1).load(2_000);
    expect(take()).toEqual(['start 1 0', 'start 2 0']);
  });

  it.each([
    ['cannot be loaded', false, ['start 1 -4001']],
    ['cannot be decoded to its end', true, ['start 1 0', 'complete 1 -4002']],
  ])('that %s is told so, and is gone', async (_what, loaded, lines) => {
    const { fake, cloud, take, music, sent } = await talking();
    cloud.startPlayMusic(song());
    if (loaded) music().load(10_000);
    music().fail();
    await fake.settle();
    expect(take()).toEqual(lines);
    expect(cloud.getMusicCurrentPosInMS(1)).toBe(-1);
    expect(sent()?.track).toBe(fake.devices.live[0]);
  });

  it('cannot play where sound cannot be mixed', async () => {
    const { fake, cloud, errors, take } = await talking();
    fake.audio.state = 'unsupported';
    cloud.startPlayMusic(song());
    expect(take()).toEqual([]);
    await fake.settle();
    expect(take()).toEqual(['start 1 -4001']);
    expect(errors).toEqual([-4]);
  });

  it('has volumes for here and for the others, of one and of all', async () => {
    const { cloud, music } = await talking();
    cloud.setMusicPublishVolume(1, 30);
    cloud.startPlayMusic(song());
    cloud.startPlayMusic(song({ id: 2 }));
    expect([music(0).gains, music(1).gains]).toEqual([
      { publish: 0.3, playout: 1, own: 1 },
      { publish: 1, playout: 1, own: 1 },
    ]);
    cloud.setMusicPlayoutVolume(2, 50);
    cloud.setAudioPlayoutVolume(40);
    expect([music(0).gains, music(1).gains]).toEqual([
      { publish: 0.3, playout: 0.4, own: 0.4 },
      { publish: 1, playout: 0.2, own: 0.2 },
    ]);
    cloud.setAllMusicVolume(200);
    expect([music(0).gains, music(1).gains]).toEqual([
      { publish: 1.5, playout: 0.6, own: 0.6 },
      { publish: 1.5, playout: 0.6, own: 0.6 },
    ]);
  });

  it('is heard on the chosen speaker, now and in the next room', async () => {
    const { fake, cloud } = await talking();
    cloud.startPlayMusic(song());
    cloud.setCurrentSpeakerDevice('speaker-2');
    await fake.settle();
    expect(fake.audio.last.speaker).toBe('speaker-2');
    cloud.exitRoom();
    await fake.settle();
    cloud.startPlayMusic(song());
    expect(fake.audio.last.speaker).toBe('speaker-2');
    cloud.setCurrentSpeakerDevice('');
    await fake.settle();
    expect(fake.audio.last.speaker).toBe('');
  });

  it('ends before onExitRoom, without a word', async () => {
    const { fake, cloud, take, music, playOn } = await talking();
    cloud.startPlayMusic(song());
    music().load(10_000);
    take();
    const atExit: unknown[] = [];
    cloud.on('onExitRoom', () => atExit.push(music().state, fake.audio.openGraphs));
    cloud.exitRoom();
    cloud.startPlayMusic(song({ id: 2 }));
    await playOn(1_000);
    expect(atExit).toEqual(['closed', 0]);
    expect(take()).toEqual(['start 2 -4001']);
    expect(fake.audio.openGraphs).toBe(0);
    expect(fake.clock.pending).toBe(0);
  });

  it('plays outside of a room, and is ended by exitRoom there too', async () => {
    const fake = new FakePlatform();
    const cloud = new TRTCCloud(undefined, fake.platform);
    const told: number[][] = [];
    cloud.startPlayMusic(song(), { onStart: (...given) => told.push(given), onPlayProgress: null });
    fake.audio.last.music[0]?.load(1_000);
    await fake.advance(500);
    expect(told).toEqual([[1, 0]]);
    cloud.exitRoom();
    await fake.settle();
    expect(fake.audio.openGraphs).toBe(0);
    expect(fake.clock.pending).toBe(0);
  });

  it('tells nothing after destroy', async () => {
    const { fake, cloud, take, music } = await talking();
    cloud.startPlayMusic(song());
    cloud.destroy();
    music().fail();
    await fake.advance(2_000);
    expect(take()).toEqual([]);
    expect(fake.clock.pending).toBe(0);
  });

  it.each([
    ['no id', { id: 'one' }],
    ['no path', { path: '' }],
    ['a negative time', { startTimeMS: -1 }],
    ['an end before its start', { startTimeMS: 2_000, endTimeMS: 1_000 }],
    ['no number of repetitions', { loopCount: Number.NaN }],
  ])('with %s is an error', async (_what, values) => {
    const { fake, cloud, errors, take } = await talking();
    cloud.startPlayMusic(song(values as Partial<AudioMusicParam>));
    await fake.settle();
    expect(errors).toEqual([-2]);
    expect(take()).toEqual([]);
  });
});

describe('music of older versions', () => {
  it('is music under an id of its own', async () => {
    const { cloud, take, music } = await talking();
    cloud.playBGM(URL);
    music().load(4_000);
    cloud.setBGMPosition(1_000);
    cloud.pauseBGM();
    expect(music()).toMatchObject({ positionMs: 1_000, state: 'paused', gains: { publish: 1 } });
    cloud.setBGMPublishVolume(20);
    cloud.setBGMPlayoutVolume(30);
    expect(music().gains).toEqual({ publish: 0.2, playout: 0.3, own: 0.3 });
    expect(cloud.getBGMDuration(URL)).toBe(4_000);
    cloud.stopBGM();
    expect(music().state).toBe('closed');
    expect(take()).toEqual(['start 536870912 0']);
  });

  it('takes music for no effect whose id an effect had before, or was refused with', async () => {
    const { cloud, fake, errors, music } = await talking();
    const finished: number[][] = [];
    cloud.on('onAudioEffectFinished', (...given) => finished.push(given));
    cloud.playAudioEffect({ effectId: 5, path: URL });
    cloud.startPlayMusic(song({ id: 5, path: '' }));
    music(0).load(1_000);
    music(0).finish();
    expect(finished, 'music that is refused leaves the effect alone').toEqual([[5, 0]]);
    cloud.playAudioEffect({ effectId: 5, path: URL });
    cloud.playAudioEffect({ effectId: 6, path: '' });
    cloud.playAudioEffect({ effectId: 7, path: URL, volume: Number.NaN });
    cloud.playAudioEffect(5 as never);
    await fake.settle();
    expect(errors).toEqual([-2, -2, -2, -2]);
    cloud.exitRoom();
    await fake.settle();
    cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
    await fake.settle();
    for (const id of [5, 6, 7]) cloud.startPlayMusic(song({ id }));
    const started = fake.audio.last.music.slice(-3);
    for (const each of started) {
      each.load(1_000);
      each.finish();
    }
    expect(finished).toEqual([[5, 0]]);
  });

  it('tells the end of effects, and of nothing else', async () => {
    const { cloud, music } = await talking();
    const finished: number[][] = [];
    cloud.on('onAudioEffectFinished', (...given) => finished.push(given));
    cloud.playAudioEffect({ effectId: 5, path: URL, volume: 50 });
    expect(music(0).gains).toEqual({ publish: 0, playout: 0.5, own: 0.5 });
    cloud.playAudioEffect({ effectId: 6, path: 'blob:nothing' });
    cloud.playAudioEffect({ effectId: 8, path: URL });
    cloud.startPlayMusic(song());
    for (const index of [0, 2, 3]) music(index).load(1_000);
    music(1).fail();
    cloud.stopAllAudioEffects();
    expect([0, 2, 3].map((index) => music(index).state)).toEqual(['closed', 'closed', 'playing']);
    cloud.playAudioEffect({ effectId: 5, path: URL });
    music(4).load(1_000);
    music(4).finish();
    music(3).finish();
    expect(finished).toEqual([
      [6, -4001],
      [5, 0],
    ]);
  });
});
