import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AnyPage } from './support/any-page.ts';
import { expectReleased } from './support/expectations.ts';
import type { Firefox } from './support/firefox.ts';
import type { Sound } from './support/page/sound.ts';
import type { Participant } from './support/participant.ts';
import {
  hearing,
  hearingHere,
  hearingMix,
  hearsEvenTone,
  isFull,
  isPart,
  isSilent,
  MUSIC_HZ,
  song,
  toldVolumes,
  traffic,
  VOICE_HZ,
  volumesOf,
} from './support/sounds.ts';
import { Stage } from './support/stage.ts';

const QUALITY = { speech: 1, default: 2, music: 3 } as const;

let stage: Stage;
let firefox: Firefox;
beforeAll(async () => {
  stage = await Stage.open();
  firefox = await stage.openFirefox({ soundCard: 'invented' });
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

type User = Participant<AnyPage>;

const tone = (frequency: number): Sound => ({
  kind: 'tones',
  left: frequency,
  right: frequency,
  volume: 0.3,
});

/** Alice is at a Firefox, Bob at a Chromium, each with what the microphone picks up. */
async function pair({
  alice: hers = tone(VOICE_HZ),
  bob: his = tone(MUSIC_HZ),
  quality = QUALITY.default,
}: { alice?: Sound; bob?: Sound; quality?: number } = {}): Promise<[User, User]> {
  const [alice, bob] = await Promise.all([stage.userOf(firefox, 'alice'), stage.user('bob')]);
  const room = stage.room();
  await Promise.all([alice.setSound(hers), bob.setSound(his)]);
  for (const user of [alice, bob]) {
    await user.call('startLocalAudio', quality);
    await user.enter({ room });
  }
  await bob.waitFor('onFirstAudioFrame', ['alice']);
  await alice.waitFor('onFirstAudioFrame', ['bob']);
  return [alice, bob];
}

describe('the microphone of a Firefox', () => {
  it('is heard in mono, and in stereo once it is music', async () => {
    const [alice, bob] = await pair({ alice: { kind: 'tones', left: VOICE_HZ, right: 0, volume: 0.5 } });
    const mono = await hearing(bob, 'the tone', ({ left }) => left > 0.05);
    expect(mono.frequency).toBeCloseTo(VOICE_HZ, -1);
    expect(mono.right / mono.left).toBeCloseTo(1, 1);
    const mark = await bob.last();
    await alice.call('setAudioQuality', QUALITY.music);
    await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: mark });
    const stereo = await hearing(bob, 'stereo', ({ left, right }) => left > 0.2 && right < left / 10);
    expect(stereo.frequency).toBeCloseTo(VOICE_HZ, -1);
    const agreed = (await alice.soundFormats()).map((format) => format.split(';').toSorted());
    expect(agreed).toEqual([
      ['maxaveragebitrate=128000', 'maxplaybackrate=48000', 'stereo=1', 'useinbandfec=1'],
    ]);
  });

  it('takes the bits of its quality, and leaves out what is too high for it', async () => {
    const [alice, bob] = await pair({ alice: { kind: 'noise', volume: 0.3 }, quality: QUALITY.speech });
    const speech = await hearing(bob, 'noise', ({ left }) => left > 0.05);
    expect(speech.treble, 'speech has nothing above 8 kHz').toBeLessThan(0.01);
    const { kbps } = await traffic(bob, 2_000);
    expect(kbps).toBeGreaterThan(10);
    expect(kbps).toBeLessThan(25);
    await alice.call('setAudioQuality', QUALITY.music);
    await hearing(bob, 'noise with treble', ({ treble }) => treble > 0.1);
    const music = await traffic(bob, 2_000);
    expect(music.kbps).toBeGreaterThan(90);
    expect(music.kbps).toBeLessThan(160);
  });

  it('is quieter, muted and back without a gap of its stream', async () => {
    const [alice, bob] = await pair();
    await hearingMix(bob, 'the voice', ({ voice }) => isFull(voice));
    const mark = await bob.last();
    await alice.call('setAudioCaptureVolume', 25);
    await hearingMix(bob, 'a quarter of it', ({ voice }) => isPart(0.25, voice));
    expect((await bob.since(mark)).filter(({ name }) => name === 'onUserAudioAvailable')).toEqual([]);
    await alice.call('setAudioCaptureVolume', 100);
    const loud = await traffic(bob, 1_000);
    await alice.call('muteLocalAudio', true);
    await bob.waitFor('onUserAudioAvailable', ['alice', 0]);
    await hearing(bob, 'nothing', ({ left, right }) => left + right < 0.0001);
    const silent = await traffic(bob, 2_000);
    expect(silent.packets).toBeGreaterThanOrEqual(3);
    expect(silent.kbps).toBeLessThan(loud.kbps / 2);
    expect(await alice.liveTracks()).toBe(1);
    await alice.call('muteLocalAudio', false);
    await hearingMix(bob, 'the voice again', ({ voice }) => isFull(voice));
  });
});

describe('own sound of a Firefox', () => {
  it('brought as frames is heard without gaps and at its pitch, until it is disabled', async () => {
    const [alice, bob] = await Promise.all([stage.userOf(firefox, 'alice'), stage.user('bob')]);
    const room = stage.room();
    for (const user of [alice, bob]) await user.enter({ room });
    await alice.call('setAudioQuality', QUALITY.music);
    await alice.call('enableCustomAudioCapture', true);
    await bob.waitFor('onUserAudioAvailable', ['alice', 1]);
    await alice.feed('sendCustomAudioData', { frequency: MUSIC_HZ, volume: 0.3, sampleRate: 48_000 });
    await hearsEvenTone(bob);
    expect(await alice.liveTracks(), 'no device is open').toBe(0);
    await alice.call('setAudioCaptureVolume', 50);
    await hearingMix(bob, 'half of the tone', ({ music }) => isPart(0.5, music));
    await alice.call('enableCustomAudioCapture', false);
    await bob.waitFor('onUserAudioAvailable', ['alice', 0]);
    await alice.call('enableCustomAudioCapture', true);
    await hearingMix(bob, 'it again', ({ music }) => isPart(0.5, music));
    await alice.call('exitRoom');
    await expectReleased(alice, 0);
    // Frames go on coming.
    await pause(300);
    expect(await alice.openMixes()).toBe(0);
  });

  it('is heard beside its microphone, with a volume of its own', async () => {
    const [alice, bob] = await pair({ bob: tone(2_000) });
    await alice.call('enableMixExternalAudioFrame', true, false);
    await alice.feed('mixExternalAudioFrame', { frequency: MUSIC_HZ, volume: 0.3, sampleRate: 16_000 });
    await hearingMix(bob, 'both', ({ voice, music }) => isFull(voice) && isFull(music));
    await alice.call('setMixExternalAudioVolume', 50, -1);
    await hearingMix(bob, 'half of it', ({ voice, music }) => isFull(voice) && isPart(0.5, music));
    await alice.call('enableMixExternalAudioFrame', false, true);
    await hearingMix(bob, 'the voice alone', ({ voice, music }) => isFull(voice) && isSilent(music));
  });
});

describe('a Firefox', () => {
  it('hears the other as loud as it wants, and is told at its interval who speaks', async () => {
    const [alice, bob] = await pair();
    const heard = await hearing(alice, 'the tone', ({ left }) => left > 0.15);
    expect(heard.frequency).toBeCloseTo(MUSIC_HZ, -1);
    expect(await alice.played()).toEqual([1]);
    await alice.call('setRemoteAudioVolume', 'bob', 50);
    await alice.call('setAudioPlayoutVolume', 40);
    expect(await alice.played()).toEqual([0.2]);
    await alice.call('enableAudioVolumeEvaluation', 200);
    // A sine of amplitude 0.3 has 0.21 as its root mean square.
    const loud = await toldVolumes(alice, 'both speak', ({ of }) =>
      ['', 'bob'].every((userId) => of(userId)?.vad === 1 && (of(userId)?.volume ?? 0) > 35),
    );
    expect(Math.max(loud.of('')?.volume ?? 100, loud.of('bob')?.volume ?? 100)).toBeLessThan(60);
    expect(loud.total).toBe(loud.of('bob')?.volume);
    await pause(2_000);
    const times = (await volumesOf(alice)).map(({ at }) => at);
    const [first = 0, last = 0] = [times.at(0), times.at(-1)];
    expect((last - first) / (times.length - 1)).toBeGreaterThan(200 * 0.97);
    expect((last - first) / (times.length - 1)).toBeLessThan(200 * 1.2);
    await bob.call('muteLocalAudio', true);
    await toldVolumes(alice, 'bob is silent', ({ of, total }) => of('bob')?.volume === 0 && total === 0);
    await alice.call('muteLocalAudio', true);
    await toldVolumes(alice, 'she is silent', ({ of }) => of('')?.volume === 0);
  });

  it('hears the other from where it is, and not beyond the range', async () => {
    const [alice] = await pair();
    await alice.call('enable3DSpatialAudioEffect', true);
    await alice.call('updateRemote3DSpatialPosition', 'bob', [0, 1, 0]);
    const near = await hearingHere(
      alice,
      'him at the right',
      ({ left, right }) => right > 1.3 * left && right > 0.05,
    );
    expect(await alice.played()).toEqual([0]);
    await alice.call('updateRemote3DSpatialPosition', 'bob', [0, -4, 0]);
    await hearingHere(
      alice,
      'him at the left, and further away',
      ({ left, right }) => left > 1.3 * right && left < near.right / 2 && left > near.right / 8,
    );
    await alice.call('set3DSpatialReceivingRange', 'bob', 3);
    await hearingHere(alice, 'nothing', ({ left, right }) => left + right < 0.0005);
    await alice.call('enableAudioVolumeEvaluation', 300);
    await toldVolumes(alice, 'he still speaks', ({ of }) => (of('bob')?.volume ?? 0) > 35);
  });

  it('plays music for both, pauses it, jumps, and is told of its end', async () => {
    const [alice, bob] = await pair({ bob: tone(2_000) });
    const { id, path } = await song(alice, 20);
    await alice.call('startPlayMusic', { id, path, publish: true });
    await alice.waitFor('music-start', [id, 0]);
    await hearingMix(bob, 'both', ({ voice, music }) => isFull(voice) && isFull(music));
    expect(await alice.ask('getMusicDurationInMS', path)).toBe(20_000);
    await alice.call('setMusicPublishVolume', id, 25);
    await hearingMix(bob, 'less music', ({ voice, music }) => isFull(voice) && isPart(0.25, music));
    await alice.call('pausePlayMusic', id);
    await hearingMix(bob, 'no music', ({ voice, music }) => isFull(voice) && isSilent(music));
    await alice.call('setMusicPublishVolume', id, 100);
    await alice.call('resumePlayMusic', id);
    await hearingMix(bob, 'the music again', ({ music }) => isFull(music));
    await alice.call('seekMusicToPosInTime', id, 18_500);
    const jumped = await alice.waitFor('music-progress', [id], { after: await alice.last() });
    expect(Number(jumped.args[1])).toBeGreaterThanOrEqual(18_500);
    await alice.waitFor('music-complete', [id, 0]);
    await hearingMix(bob, 'the voice alone', ({ voice, music }) => isFull(voice) && isSilent(music));
    await alice.call('startPlayMusic', { id, path, publish: true });
    await alice.waitFor('music-progress', [id], { after: await alice.last() });
    await alice.call('exitRoom');
    await expectReleased(alice, 0);
  });

  it('has no sound of the system, and says so', async () => {
    const alice = await stage.userOf(firefox, 'alice');
    await alice.enter({ room: stage.room() });
    await alice.call('startSystemAudioLoopback');
    await alice.waitFor('onSystemAudioLoopbackError', [-1_330]);
    expect(await alice.liveTracks()).toBe(0);
    await alice.call('exitRoom');
    await expectReleased(alice, 0);
  });
});
