import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Participant } from './support/participant.ts';
import { hearing, traffic } from './support/sounds.ts';
import { Stage } from './support/stage.ts';

const QUALITY = { speech: 1, default: 2, music: 3 } as const;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** Alice, whose microphone picks up two tones, and Bob, who hears her. */
async function pair(quality: number = QUALITY.default): Promise<[Participant, Participant]> {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await alice.setSound({ kind: 'tones', left: 440, right: 0, volume: 0.5 });
  await alice.call('startLocalAudio', quality);
  await alice.enter({ room });
  await bob.enter({ room });
  await bob.waitFor('onFirstAudioFrame', ['alice']);
  return [alice, bob];
}

describe('audio quality', () => {
  it('is mono by default, and stereo for music, also when it changes in a call', async () => {
    const [alice, bob] = await pair();
    const mono = await hearing(bob, 'the tone', ({ left }) => left > 0.05);
    expect(mono.frequency).toBeCloseTo(440, -1);
    expect(mono.right / mono.left).toBeCloseTo(1, 1);
    const mark = await bob.last();
    await alice.call('setAudioQuality', QUALITY.music);
    await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: mark });
    const stereo = await hearing(bob, 'stereo', ({ left, right }) => left > 0.2 && right < left / 10);
    expect(stereo.frequency).toBeCloseTo(440, -1);
    expect(await alice.soundFormats()).toEqual([
      expect.stringMatching(/maxaveragebitrate=128000.*maxplaybackrate=48000.*stereo=1.*useinbandfec=1/),
    ]);
    expect((await alice.soundFormats())[0]).not.toContain('usedtx=1');
  });

  it('decides how many bits are sent and how high a tone may be', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.setSound({ kind: 'noise', volume: 0.3 });
    await alice.enter({ room });
    await bob.enter({ room });
    const measured: { kbps: number; treble: number }[] = [];
    for (const quality of Object.values(QUALITY)) {
      const mark = await bob.last();
      await alice.call('startLocalAudio', quality);
      await bob.waitFor('onFirstAudioFrame', ['alice'], { after: mark });
      const { treble } = await hearing(bob, 'noise', ({ left }) => left > 0.05);
      measured.push({ treble, kbps: (await traffic(bob, 3_000)).kbps });
      await alice.call('stopLocalAudio');
      await bob.waitFor('onUserAudioAvailable', ['alice', 0], { after: mark });
    }
    const [speech, standard, music] = measured as [
      (typeof measured)[0],
      (typeof measured)[0],
      (typeof measured)[0],
    ];
    expect(speech.treble, 'speech has nothing above 8 kHz').toBeLessThan(0.01);
    expect(standard.treble).toBeGreaterThan(0.1);
    expect(speech.kbps).toBeGreaterThan(10);
    expect(speech.kbps).toBeLessThan(25);
    expect(standard.kbps).toBeGreaterThan(35);
    expect(standard.kbps).toBeLessThan(65);
    expect(music.kbps).toBeGreaterThan(90);
    expect(music.kbps).toBeLessThan(160);
  });
});

describe('muting', () => {
  it('goes on sending packets, of silence and few of them', async () => {
    const [alice, bob] = await pair();
    await hearing(bob, 'the tone', ({ left }) => left > 0.05);
    const loud = await traffic(bob, 2_000);
    await alice.call('muteLocalAudio', true);
    await bob.waitFor('onUserAudioAvailable', ['alice', 0]);
    await hearing(bob, 'nothing', ({ left, right }) => left + right < 0.0001);
    const silent = await traffic(bob, 3_000);
    expect(silent.packets).toBeGreaterThanOrEqual(3);
    expect(silent.packets, 'fewer than half of those of sound').toBeLessThan(75);
    expect(silent.kbps).toBeLessThan(loud.kbps / 5);
    expect(await alice.liveTracks()).toBe(1);
    await alice.call('muteLocalAudio', false);
    await hearing(bob, 'the tone again', ({ left }) => left > 0.05);
  });
});

describe('volume', () => {
  it('of the microphone is what the others hear, from 0 to 100, without a gap', async () => {
    const [alice, bob] = await pair();
    const full = await hearing(bob, 'the tone', ({ left }) => left > 0.15);
    const mark = await bob.last();
    await alice.call('setAudioCaptureVolume', 25);
    await hearing(bob, 'a quarter', ({ left }) => left / full.left > 0.2 && left / full.left < 0.3);
    await alice.call('setAudioCaptureVolume', 0);
    await hearing(bob, 'nothing', ({ left, right }) => left + right < 0.0005);
    await alice.call('setAudioCaptureVolume', 100);
    await hearing(bob, 'all of it', ({ left }) => left / full.left > 0.9 && left / full.left < 1.1);
    expect(await alice.ask('getAudioCaptureVolume')).toBe(100);
    const told = (await bob.since(mark)).filter(({ name }) => name === 'onUserAudioAvailable');
    expect(told, 'the stream goes on').toEqual([]);
  });

  it('of what is played here', async () => {
    const [alice, bob] = await pair();
    await hearing(bob, 'the tone', ({ left }) => left > 0.05);
    expect(await bob.played()).toEqual([1]);
    await bob.call('setRemoteAudioVolume', alice.userId, 50);
    await bob.call('setAudioPlayoutVolume', 40);
    expect(await bob.played()).toEqual([0.2]);
    expect(await bob.ask('getAudioPlayoutVolume')).toBe(40);
  });

  it('is mixed no more once the room is left', async () => {
    const [alice, bob] = await pair();
    await alice.call('setAudioCaptureVolume', 50);
    await hearing(bob, 'the tone', ({ left }) => left > 0.02);
    expect(await alice.openMixes()).toBe(1);
    await alice.call('exitRoom');
    const exit = await alice.waitFor('onExitRoom');
    expect(exit.liveTracks).toBe(0);
    expect(exit.openMixes).toBe(0);
  });
});
