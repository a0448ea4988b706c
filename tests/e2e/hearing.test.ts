import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Heard } from './support/page/sound.ts';
import type { Participant } from './support/participant.ts';
import { hearingHere, toldVolumes } from './support/sounds.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

async function speak(
  who: Participant,
  room: number | string,
  frequency: number,
  volume: number,
): Promise<void> {
  await who.setSound({ kind: 'tones', left: frequency, right: frequency, volume });
  await who.call('startLocalAudio', 2);
  await who.enter({ room });
}

describe('the 3D effect', () => {
  it('lets a user be heard from where it is, as loud as the distance leaves it, until it is turned off', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await bob.enter({ room });
    await speak(alice, room, 440, 0.3);
    await bob.hears(1);
    await bob.call('updateRemote3DSpatialPosition', 'alice', [0, 1, 0]);
    expect(await bob.openMixes(), 'no graph without the effect').toBe(0);
    expect(await bob.played()).toEqual([1]);
    await bob.call('enable3DSpatialAudioEffect', true);
    const right = await hearingHere(
      bob,
      'alice at the right',
      (heard) => heard.right > 1.3 * heard.left && heard.right > 0.05,
    );
    expect(await bob.played(), 'the element is silent').toEqual([0]);
    await bob.call('updateRemote3DSpatialPosition', 'alice', [0, -1, 0]);
    await hearingHere(
      bob,
      'alice at the left',
      ({ left, right: other }) => left > 1.3 * other && left > 0.05,
    );
    await bob.call('enableAudioVolumeEvaluation', 300);
    await toldVolumes(bob, 'she is as loud as she arrives', ({ of }) => (of('alice')?.volume ?? 0) > 40);
    await bob.call('updateSelf3DSpatialPosition', [0, 0, 0], [-1, 0, 0], [0, -1, 0], [0, 0, 1]);
    await hearingHere(
      bob,
      'alice at the right after turning round',
      ({ left, right: other }) => other > 1.3 * left,
    );
    const part = (heard: Heard): number => heard.right / right.right;
    await bob.call('updateRemote3DSpatialPosition', 'alice', [0, -4, 0]);
    await hearingHere(bob, 'a quarter at a distance of 4', (heard) => part(heard) > 0.2 && part(heard) < 0.3);
    await bob.call('set3DSpatialReceivingRange', 'alice', 20);
    await hearingHere(bob, 'half at a fifth of the range', (heard) => part(heard) > 0.4 && part(heard) < 0.6);
    await bob.call('updateRemote3DSpatialPosition', 'alice', [0, -21, 0]);
    await hearingHere(bob, 'nothing beyond the range', ({ left, right: other }) => left + other < 0.0005);
    await toldVolumes(bob, 'she is as loud as before', ({ of }) => (of('alice')?.volume ?? 0) > 40);
    await bob.call('enable3DSpatialAudioEffect', false);
    expect(await bob.played(), 'the element plays again').toEqual([1]);
    await hearingHere(bob, 'nothing by the graph', ({ left, right: other }) => left + other < 0.0005);
    await bob.call('enable3DSpatialAudioEffect', true);
    await bob.call('exitRoom');
    const exit = await bob.waitFor('onExitRoom');
    expect([exit.liveTracks, exit.openMixes]).toEqual([0, 0]);
  });
});

describe('a limit of voices', () => {
  it('lets the loudest be heard, and who is included, and goes over to who becomes louder', async () => {
    const [alice, bob, carol, dave] = await stage.users('alice', 'bob', 'carol', 'dave');
    const room = stage.room();
    const tones = [440, 1_000, 2_000];
    await alice.enter({ room });
    await speak(bob, room, 440, 0.4);
    await speak(carol, room, 1_000, 0.15);
    await speak(dave, room, 2_000, 0.02);
    await alice.hears(3);
    await alice.call('enable3DSpatialAudioEffect', true);
    for (const userId of ['bob', 'carol', 'dave'])
      await alice.call('updateRemote3DSpatialPosition', userId, [0.5, 0, 0]);
    const audible = (what: string, wanted: readonly boolean[]): Promise<unknown> =>
      hearingHere(
        alice,
        what,
        (heard) => wanted.every((loud, index) => (heard.tones[index] ?? 0) > 0.003 === loud),
        tones,
      );
    await audible('everybody', [true, true, true]);
    await alice.call('setRemoteAudioParallelParams', { maxCount: 2, includeUsers: [] });
    await audible('the two loudest', [true, true, false]);
    await alice.call('enableAudioVolumeEvaluation', 300);
    await toldVolumes(alice, 'dave still arrives', ({ of }) => (of('dave')?.volume ?? 0) > 5);
    await carol.call('muteLocalAudio', true);
    await audible('who goes on speaking', [true, false, true]);
    await carol.call('muteLocalAudio', false);
    await audible('the louder one again', [true, true, false]);
    await alice.call('setRemoteAudioParallelParams', { maxCount: 1, includeUsers: ['dave'] });
    await audible('only who is included', [false, false, true]);
    await alice.call('setRemoteAudioParallelParams', { maxCount: 0, includeUsers: [] });
    await audible('everybody again', [true, true, true]);
  });

  it('finds the loudest also among those whom the browser plays silently', async () => {
    const [alice, bob, carol, dave] = await stage.users('alice', 'bob', 'carol', 'dave');
    const room = stage.room();
    await alice.enter({ room });
    await speak(bob, room, 440, 0.4);
    await alice.hears(1);
    await speak(carol, room, 1_000, 0.15);
    await alice.hears(2);
    await speak(dave, room, 2_000, 0.02);
    await alice.hears(3);
    const plays = (what: string, wanted: readonly number[]): Promise<unknown> =>
      until(`alice plays ${what}`, async () => {
        const played = await alice.played();
        return played.length === 3 && played.every((volume, index) => volume === wanted[index]);
      });
    await alice.call('setRemoteAudioParallelParams', { maxCount: 2, includeUsers: ['dave'] });
    await plays('the loudest beside who is included', [1, 0, 1]);
    await bob.call('muteLocalAudio', true);
    await plays('who goes on speaking', [0, 1, 1]);
    await bob.call('muteLocalAudio', false);
    await plays('the loudest again', [1, 0, 1]);
    await alice.call('setRemoteAudioParallelParams', { maxCount: 0, includeUsers: [] });
    expect(await alice.played()).toEqual([1, 1, 1]);
    await alice.call('exitRoom');
    const exit = await alice.waitFor('onExitRoom');
    expect([exit.liveTracks, exit.openMixes]).toEqual([0, 0]);
  });
});
