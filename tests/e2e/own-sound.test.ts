import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { hearingMix, hearsEvenTone, isFull, isPart, isSilent, MUSIC_HZ, VOICE_HZ } from './support/sounds.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

it.each([16_000, 44_100, 48_000])(
  'sound brought as frames of %i Hz is heard without gaps and at its pitch',
  async (sampleRate) => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    for (const user of [alice, bob]) await user.enter({ room });
    await alice.call('setAudioQuality', 3);
    await alice.call('enableCustomAudioCapture', true);
    await bob.waitFor('onUserAudioAvailable', ['alice', 1]);
    await alice.feed('sendCustomAudioData', { frequency: MUSIC_HZ, volume: 0.3, sampleRate });
    await hearsEvenTone(bob);
    expect(await alice.liveTracks(), 'no device is open').toBe(0);
  },
);

it('sound brought in place of the microphone is as loud as a microphone would be, until it is disabled or the room is left', async () => {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await alice.call('setAudioQuality', 3);
  await alice.call('enableCustomAudioCapture', true);
  await alice.feed('sendCustomAudioData', { frequency: MUSIC_HZ, volume: 0.3, sampleRate: 48_000 });
  for (const user of [alice, bob]) await user.enter({ room });
  await alice.call('setAudioCaptureVolume', 50);
  await hearsEvenTone(bob, 0.5);
  await alice.call('muteLocalAudio', true);
  await hearingMix(bob, 'nothing', ({ music }) => isSilent(music));
  await alice.call('muteLocalAudio', false);
  await hearingMix(bob, 'half of the tone', ({ music }) => isPart(0.5, music));
  await alice.call('enableCustomAudioCapture', false);
  await bob.waitFor('onUserAudioAvailable', ['alice', 0]);
  const off = await bob.last();
  await alice.call('enableCustomAudioCapture', true);
  await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: off });
  await hearingMix(bob, 'the tone again', ({ music }) => isPart(0.5, music));
  await alice.call('exitRoom');
  const exit = await alice.waitFor('onExitRoom');
  expect([exit.liveTracks, exit.openMixes]).toEqual([0, 0]);
  // Frames go on coming.
  await pause(500);
  expect(await alice.openMixes()).toBe(0);
});

it('a track of own sound is heard beside the microphone, with a volume of its own', async () => {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await alice.setSound({ kind: 'tones', left: VOICE_HZ, right: VOICE_HZ, volume: 0.3 });
  await alice.call('startLocalAudio', 2);
  for (const user of [alice, bob]) await user.enter({ room });
  await alice.call('enableMixExternalAudioFrame', true, false);
  await alice.feed('mixExternalAudioFrame', { frequency: MUSIC_HZ, volume: 0.3, sampleRate: 48_000 });
  await hearingMix(bob, 'both', ({ voice, music }) => isFull(voice) && isFull(music));
  await alice.call('setMixExternalAudioVolume', 50, -1);
  await hearingMix(bob, 'half of it', ({ voice, music }) => isFull(voice) && isPart(0.5, music));
  await alice.call('enableMixExternalAudioFrame', false, true);
  await hearingMix(bob, 'the voice alone', ({ voice, music }) => isFull(voice) && isSilent(music));
  await alice.call('exitRoom');
  const exit = await alice.waitFor('onExitRoom');
  expect([exit.liveTracks, exit.openMixes]).toEqual([0, 0]);
});
