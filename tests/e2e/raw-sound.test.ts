import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { FramesHeard } from './support/page/frames.ts';
import type { Participant } from './support/participant.ts';
import { isFull, isPart, isSilent, MUSIC_HZ, VOICE_HZ } from './support/sounds.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** Until frames of a second sound as they should. */
function givenFrames(
  who: Participant,
  name: string,
  fits: (loudness: { voice: number; music: number }, frames: FramesHeard) => boolean,
): Promise<FramesHeard> {
  return until(`${who.userId} is given fitting frames by ${name}`, async () => {
    const frames = await who.frames(name, 1_000, [VOICE_HZ, MUSIC_HZ]);
    const [voice = 0, music = 0] = frames.tones;
    return fits({ voice, music }, frames) && frames;
  });
}

/** Alice, whose microphone hears one tone, and Bob, whose microphone hears another. */
async function talking(): Promise<[alice: Participant, bob: Participant]> {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await alice.setSound({ kind: 'tones', left: VOICE_HZ, right: VOICE_HZ, volume: 0.3 });
  await bob.setSound({ kind: 'tones', left: MUSIC_HZ, right: MUSIC_HZ, volume: 0.3 });
  for (const user of [alice, bob]) {
    await user.enter({ room });
    await user.call('startLocalAudio', 3);
  }
  return [alice, bob];
}

it('an audio frame callback is given what each user sends, what is captured, and what is mixed of it', async () => {
  const [alice, bob] = await talking();
  await bob.watchFrames();
  const user = await givenFrames(
    bob,
    'onPlayAudioFrame alice',
    ({ voice, music }, { frequency, count, ms }) => {
      // 50 a second, as exactly as a moment can be measured.
      const perSecond = count / (ms / 1_000);
      const asSent = isFull(voice) && isSilent(music) && Math.abs(frequency - VOICE_HZ) < 5;
      return asSent && perSecond > 40 && perSecond < 60;
    },
  );
  expect(user.forms).toEqual(['1/1920/48000/1']);
  const own = ({ voice, music }: { voice: number; music: number }): boolean =>
    isFull(music) && isSilent(voice);
  await givenFrames(bob, 'onCapturedAudioFrame', own);
  await givenFrames(bob, 'onLocalProcessedAudioFrame', own);
  await givenFrames(bob, 'onMixedPlayAudioFrame', ({ voice, music }) => isFull(voice) && isSilent(music));
  await givenFrames(bob, 'onMixedAllAudioFrame', ({ voice, music }) => isFull(voice) && isFull(music));
  await bob.call('setAudioCaptureVolume', 50);
  await bob.call('setRemoteAudioVolume', 'alice', 50);
  await givenFrames(bob, 'onLocalProcessedAudioFrame', ({ music }) => isPart(0.5, music));
  await givenFrames(bob, 'onCapturedAudioFrame', ({ music }) => isFull(music));
  await givenFrames(bob, 'onMixedPlayAudioFrame', ({ voice }) => isPart(0.5, voice));
  await givenFrames(bob, 'onPlayAudioFrame alice', ({ voice }) => isFull(voice));
  expect(await alice.openMixes(), 'nobody else pays for it').toBe(0);
});

it('frames end with the callback, with a user, and with the room', async () => {
  const [alice, bob] = await talking();
  await bob.watchFrames();
  await givenFrames(bob, 'onPlayAudioFrame alice', ({ voice }) => isFull(voice));
  await alice.call('exitRoom');
  await bob.waitFor('onRemoteUserLeaveRoom', ['alice', 0]);
  await givenFrames(bob, 'onMixedPlayAudioFrame', ({ voice }) => isSilent(voice));
  await bob.frames('onMixedPlayAudioFrame', 100);
  const left = await bob.frameCounts();
  await bob.frames('onMixedPlayAudioFrame', 200);
  expect((await bob.frameCounts())['onPlayAudioFrame alice']).toBe(left['onPlayAudioFrame alice']);
  await bob.call('setAudioFrameCallback', null);
  const ended = await bob.frameCounts();
  await pause(300);
  expect(await bob.frameCounts()).toEqual(ended);
  await bob.watchFrames();
  await bob.frames('onCapturedAudioFrame', 100);
  await bob.call('exitRoom');
  const exit = await bob.waitFor('onExitRoom');
  expect([exit.liveTracks, exit.openMixes]).toEqual([0, 0]);
  const gone = await bob.frameCounts();
  await pause(300);
  expect(await bob.frameCounts()).toEqual(gone);
});

it('sound that an application brings is played without a sample too many or too few', async () => {
  const [alice] = await stage.users('alice');
  await alice.enter({ room: stage.room() });
  await alice.call('enableMixExternalAudioFrame', false, true);
  await alice.watchFrames();
  await alice.feed('mixExternalAudioFrame', { frequency: MUSIC_HZ, volume: 0.3, sampleRate: 48_000 });
  await until('a second is the tone, sample by sample', async () => {
    const { exact } = await alice.frames('onMixedPlayAudioFrame', 1_500, [MUSIC_HZ]);
    return exact >= 48_000;
  });
});
