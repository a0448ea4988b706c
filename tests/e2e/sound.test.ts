import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Heard } from './support/page/sound.ts';
import { STREAM, type Participant } from './support/participant.ts';
import {
  hearingMix,
  isFull,
  isPart,
  isSilent,
  MUSIC_HZ,
  song,
  toldVolumes,
  volumesOf,
} from './support/sounds.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** Alice, whose microphone picks up a tone, and Bob, whose microphone picks up nothing. */
async function pair(): Promise<[Participant, Participant]> {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await alice.setSound({ kind: 'tones', left: 440, right: 440, volume: 0.3 });
  await bob.setSound({ kind: 'tones', left: 440, right: 440, volume: 0 });
  for (const user of [alice, bob]) {
    await user.call('startLocalAudio', 2);
    await user.enter({ room });
  }
  await bob.waitFor('onFirstAudioFrame', ['alice']);
  await alice.waitFor('onFirstAudioFrame', ['bob']);
  return [alice, bob];
}

describe('the volume of everybody', () => {
  it('tells who speaks and who does not, on both sides, without mixing anything', async () => {
    const [alice, bob] = await pair();
    await alice.call('enableAudioVolumeEvaluation', 300);
    await bob.call('enableAudioVolumeEvaluation', 300);
    const atBob = await toldVolumes(bob, 'alice speaks', ({ of }) => of('alice')?.vad === 1);
    // A sine of amplitude 0.3 has 0.21 as its root mean square.
    expect(atBob.of('alice')?.volume).toBeGreaterThan(35);
    expect(atBob.of('alice')?.volume).toBeLessThan(60);
    expect(atBob.total).toBe(atBob.of('alice')?.volume);
    expect(atBob.of('')).toMatchObject({ volume: 0, vad: 0 });
    const atAlice = await toldVolumes(alice, 'she speaks herself', ({ of }) => of('')?.vad === 1);
    expect(atAlice.of('')?.volume).toBeGreaterThan(35);
    expect(atAlice.of('bob')).toMatchObject({ volume: 0, vad: 0 });
    expect(atAlice.total).toBe(0);
    expect([await alice.openMixes(), await bob.openMixes()]).toEqual([0, 0]);
  });

  it('of a muted microphone is 0 on both sides', async () => {
    const [alice, bob] = await pair();
    for (const user of [alice, bob]) await user.call('enableAudioVolumeEvaluation', 100);
    await toldVolumes(bob, 'alice speaks', ({ of }) => of('alice')?.vad === 1);
    await alice.call('muteLocalAudio', true);
    await toldVolumes(bob, 'alice is silent', ({ of, total }) => of('alice')?.volume === 0 && total === 0);
    await toldVolumes(alice, 'she is silent', ({ of }) => of('')?.volume === 0);
    await alice.call('muteLocalAudio', false);
    await toldVolumes(bob, 'alice speaks again', ({ of }) => of('alice')?.vad === 1);
  });

  it.each([100, 300, 1_000])('is told every %i ms, and no more once the room is left', async (interval) => {
    const [, bob] = await pair();
    await bob.call('enableAudioVolumeEvaluation', interval);
    await until('volumes are told', async () => (await volumesOf(bob)).length > 0);
    await pause(4_000);
    const times = (await volumesOf(bob)).map(({ at }) => at);
    const [first = 0, last = 0] = [times.at(0), times.at(-1)];
    // By the page's clock; browsers fire late when they are busy, and catch up.
    expect((last - first) / (times.length - 1)).toBeGreaterThan(interval * 0.97);
    expect((last - first) / (times.length - 1)).toBeLessThan(interval * 1.1);
    await bob.call('exitRoom');
    const exit = await bob.waitFor('onExitRoom');
    await pause(interval * 3);
    const after = (await bob.since(exit)).filter(({ name }) => name === 'onUserVoiceVolume');
    expect(after).toEqual([]);
  });
});

it('the volume of everybody is told in a hidden page too, as often as the browser lets it', async () => {
  const [, bob] = await pair();
  await bob.call('enableAudioVolumeEvaluation', 100);
  await bob.hide(1_000);
  const hidden = (await volumesOf(bob)).length;
  await until('volumes go on', async () => (await volumesOf(bob)).length >= hidden + 3);
  const times = (await volumesOf(bob)).slice(-3).map(({ at }) => at);
  expect((times[2] ?? 0) - (times[0] ?? 0)).toBeLessThan(3_000);
  await toldVolumes(bob, 'alice speaks', ({ of }) => of('alice')?.vad === 1);
});

describe('music', () => {
  it('is heard by the others beside the microphone, without a gap of the stream', async () => {
    const [alice, bob] = await pair();
    await hearingMix(bob, 'the voice alone', ({ voice, music }) => isFull(voice) && isSilent(music));
    const mark = await bob.last();
    await alice.call('startPlayMusic', { ...(await song(alice, 60)), publish: true });
    await alice.waitFor('music-start', [7, 0]);
    await hearingMix(bob, 'both', ({ voice, music }) => isFull(voice) && isFull(music));
    await alice.call('stopPlayMusic', 7);
    await hearingMix(bob, 'the voice alone again', ({ voice, music }) => isFull(voice) && isSilent(music));
    const told = (await bob.since(mark)).filter(({ name }) => name === 'onUserAudioAvailable');
    expect(told, 'the stream goes on').toEqual([]);
  });

  it('that is not published is not heard by the others', async () => {
    const [alice, bob] = await pair();
    await alice.call('startPlayMusic', { ...(await song(alice, 60)), publish: false });
    const progress = await alice.waitFor('music-progress', [7]);
    await alice.waitFor('music-progress', [7], { after: progress });
    await hearingMix(bob, 'the voice alone', ({ voice, music }) => isFull(voice) && isSilent(music));
  });

  it('has a volume of its own, and so has the voice beside it', async () => {
    const [alice, bob] = await pair();
    await alice.call('startPlayMusic', { ...(await song(alice, 60)), publish: true });
    await hearingMix(bob, 'both', ({ voice, music }) => isFull(voice) && isFull(music));
    await alice.call('setMusicPublishVolume', 7, 25);
    await hearingMix(
      bob,
      'a quarter of the music',
      ({ voice, music }) => isFull(voice) && isPart(0.25, music),
    );
    await alice.call('setMusicPlayoutVolume', 7, 0);
    await alice.call('setAllMusicVolume', 50);
    await alice.call('setVoiceCaptureVolume', 0);
    await hearingMix(
      bob,
      'half of the music, and no voice',
      ({ voice, music }) => isSilent(voice) && isPart(0.5, music),
    );
    await alice.call('muteLocalAudio', true);
    await hearingMix(
      bob,
      'nothing of a muted user',
      ({ voice, music }) => isSilent(voice) && isSilent(music),
    );
  });

  it('is paused, goes on where it was, jumps, and comes to its end', async () => {
    const [alice, bob] = await pair();
    const { id, path } = await song(alice, 20);
    await alice.call('startPlayMusic', { id, path, publish: true });
    await hearingMix(bob, 'the music', ({ music }) => isFull(music));
    expect(await alice.ask('getMusicDurationInMS', path)).toBe(20_000);
    await alice.call('pausePlayMusic', id);
    await hearingMix(bob, 'no music', ({ voice, music }) => isFull(voice) && isSilent(music));
    const paused = Number(await alice.ask('getMusicCurrentPosInMS', id));
    await pause(500);
    expect(await alice.ask('getMusicCurrentPosInMS', id)).toBe(paused);
    await alice.call('resumePlayMusic', id);
    await hearingMix(bob, 'the music again', ({ music }) => isFull(music));
    await alice.call('seekMusicToPosInTime', id, 18_500);
    const jumped = await alice.waitFor('music-progress', [id], { after: await alice.last() });
    expect(Number(jumped.args[1])).toBeGreaterThanOrEqual(18_500);
    await alice.waitFor('music-complete', [id, 0]);
    await hearingMix(bob, 'the voice alone', ({ voice, music }) => isFull(voice) && isSilent(music));
    expect(await alice.ask('getMusicCurrentPosInMS', id)).toBe(-1);
  });

  it('plays a part of it, as often as was asked, in as much time as that takes', async () => {
    const [alice] = await pair();
    const { id, path } = await song(alice, 5);
    await alice.call('startPlayMusic', { id, path, loopCount: 1, startTimeMS: 1_000, endTimeMS: 2_000 });
    const started = await alice.waitFor('music-start', [id, 0]);
    const completed = await alice.waitFor('music-complete', [id, 0]);
    expect(completed.at - started.at).toBeGreaterThan(1_900);
    expect(completed.at - started.at).toBeLessThan(3_000);
    const positions = (await alice.since(started))
      .filter(({ name }) => name === 'music-progress')
      .map(({ args }) => Number(args[1]));
    expect(Math.min(...positions)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...positions)).toBeLessThanOrEqual(2_050);
  });

  it('is heard on the chosen speaker', async () => {
    const [alice] = await pair();
    await alice.call('startPlayMusic', await song(alice, 60));
    await alice.waitFor('music-start', [7, 0]);
    expect(await alice.mixSpeakers()).toEqual(['']);
    const speakers = (await alice.ask('getSpeakerDevicesList')) as { deviceId: string }[];
    const chosen = speakers.at(-1)?.deviceId ?? '';
    expect(chosen).not.toBe('');
    await alice.call('setCurrentSpeakerDevice', chosen);
    await until('the music changes over', async () => (await alice.mixSpeakers())[0] === chosen);
    await alice.call('exitRoom');
    await alice.waitFor('onExitRoom');
  });

  it('that is not there is told so', async () => {
    const [alice] = await pair();
    await alice.call('startPlayMusic', { id: 7, path: 'blob:http://127.0.0.1/nothing' });
    await alice.waitFor('music-start', [7, -4_001]);
  });

  it('and the ear monitor leave nothing open once the room is left', async () => {
    const [alice] = await pair();
    await alice.call('enableVoiceEarMonitor', true);
    await alice.call('startPlayMusic', { ...(await song(alice, 60)), publish: true });
    await alice.waitFor('music-progress', [7]);
    await alice.call('exitRoom');
    const exit = await alice.waitFor('onExitRoom');
    expect([exit.liveTracks, exit.openMixes]).toEqual([0, 0]);
    await pause(1_000);
    const after = (await alice.since(exit)).filter(({ name }) => name.startsWith('music'));
    expect(after).toEqual([]);
  });
});

it('reverb is heard by the others between the sounds, until it is turned off', async () => {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await alice.setSound({ kind: 'claps', volume: 0.5 });
  await alice.call('startLocalAudio', 3);
  await alice.enter({ room });
  await bob.enter({ room });
  const between = (what: string, fits: (heard: Heard) => boolean): Promise<unknown> =>
    until(`bob hears ${what}`, async () => {
      const heard = await bob.listen();
      return heard.left > 0.02 && fits(heard);
    });
  await between('nothing between claps', ({ quietest, left }) => quietest < left / 100);
  await alice.call('setVoiceReverbType', 3);
  await between('a hall', ({ quietest, left }) => quietest > left / 10);
  await alice.call('setVoiceReverbType', 0);
  await between('nothing between claps again', ({ quietest, left }) => quietest < left / 100);
  const mark = await bob.last();
  await alice.call('setVoiceReverbType', 8);
  await alice.call('stopLocalAudio');
  await bob.waitFor('onUserAudioAvailable', ['alice', 0], { after: mark });
  await alice.call('startLocalAudio', 3);
  await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: mark });
  await between('another place from the next microphone', ({ quietest, left }) => quietest > left / 10);
  await alice.call('exitRoom');
  const exit = await alice.waitFor('onExitRoom');
  expect([exit.liveTracks, exit.openMixes]).toEqual([0, 0]);
});

describe('system sound', () => {
  it('is asked for together with a screen share, and heard beside the microphone', async () => {
    const [alice, bob] = await pair();
    await alice.setScreenSound({ kind: 'tones', left: MUSIC_HZ, right: MUSIC_HZ, volume: 0.3 });
    const mark = await alice.last();
    await alice.page.evaluate(() => {
      window.driver.call('startSystemAudioLoopback', []);
      window.driver.call('startScreenCapture', []);
    });
    await alice.waitFor('onSystemAudioLoopbackError', [0]);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    await bob.watch('alice', STREAM.sub);
    const asked = (await alice.since(mark)).filter(({ name }) => name === 'capture-asked');
    expect(asked, 'one question').toHaveLength(1);
    await hearingMix(bob, 'both', ({ voice, music }) => isFull(voice) && isFull(music));
    await alice.call('setSystemAudioLoopbackVolume', 50);
    await hearingMix(bob, 'half of the system', ({ voice, music }) => isFull(voice) && isPart(0.5, music));
    await alice.call('stopScreenCapture');
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 0]);
    await hearingMix(bob, 'the system still', ({ music }) => music > 0.1);
    await alice.call('stopSystemAudioLoopback');
    await hearingMix(bob, 'the voice alone', ({ voice, music }) => isFull(voice) && isSilent(music));
    expect(await alice.liveTracks(), 'the microphone').toBe(1);
  });

  it('as the browser gives it is sent without a microphone too, without a picture, and ends with the room', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    for (const user of [alice, bob]) await user.enter({ room });
    await alice.call('startSystemAudioLoopback');
    await alice.waitFor('onSystemAudioLoopbackError', [0]);
    await bob.waitFor('onUserAudioAvailable', ['alice', 1]);
    await bob.hears(1);
    await until('the picture is closed', async () => (await alice.liveTracks()) === 1);
    await alice.call('exitRoom');
    const exit = await alice.waitFor('onExitRoom');
    expect([exit.liveTracks, exit.openMixes]).toEqual([0, 0]);
  });

  it('that the browser does not give is told so, and the screen is shared without it', async () => {
    const [alice, bob] = await pair();
    await alice.setScreenSound('none');
    await alice.page.evaluate(() => {
      window.driver.call('startScreenCapture', []);
      window.driver.call('startSystemAudioLoopback', []);
    });
    await alice.waitFor('onSystemAudioLoopbackError', [-1_330]);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    await bob.watch('alice', STREAM.sub);
  });
});
