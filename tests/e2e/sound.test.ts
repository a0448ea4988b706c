import type { TRTCVolumeInfo } from '@rotunda/client';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Participant } from './support/participant.ts';
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

interface Volumes {
  readonly at: number;
  readonly total: number;
  readonly of: (userId: string) => TRTCVolumeInfo | undefined;
}

async function volumesOf(user: Participant): Promise<Volumes[]> {
  const entries = (await user.journal()).filter(({ name }) => name === 'onUserVoiceVolume');
  return entries.map(({ at, args }) => {
    const [volumes, count, total] = args as [TRTCVolumeInfo[], number, number];
    expect(count).toBe(volumes.length);
    return { at, total, of: (userId) => volumes.find((info) => info.userId === userId) };
  });
}

/** The first volumes from now on that fit. */
async function told(user: Participant, what: string, fits: (volumes: Volumes) => unknown): Promise<Volumes> {
  const before = (await volumesOf(user)).length;
  return until(`${user.userId} is told that ${what}`, async () =>
    (await volumesOf(user)).slice(before).find((volumes) => fits(volumes)),
  );
}

describe('the volume of everybody', () => {
  it('tells who speaks and who does not, on both sides, without mixing anything', async () => {
    const [alice, bob] = await pair();
    await alice.call('enableAudioVolumeEvaluation', 300);
    await bob.call('enableAudioVolumeEvaluation', 300);
    const atBob = await told(bob, 'alice speaks', ({ of }) => of('alice')?.vad === 1);
    // A sine of amplitude 0.3 has 0.21 as its root mean square.
    expect(atBob.of('alice')?.volume).toBeGreaterThan(35);
    expect(atBob.of('alice')?.volume).toBeLessThan(60);
    expect(atBob.total).toBe(atBob.of('alice')?.volume);
    expect(atBob.of('')).toMatchObject({ volume: 0, vad: 0 });
    const atAlice = await told(alice, 'she speaks herself', ({ of }) => of('')?.vad === 1);
    expect(atAlice.of('')?.volume).toBeGreaterThan(35);
    expect(atAlice.of('bob')).toMatchObject({ volume: 0, vad: 0 });
    expect(atAlice.total).toBe(0);
    expect([await alice.openMixes(), await bob.openMixes()]).toEqual([0, 0]);
  });

  it('of a muted microphone is 0 on both sides', async () => {
    const [alice, bob] = await pair();
    for (const user of [alice, bob]) await user.call('enableAudioVolumeEvaluation', 100);
    await told(bob, 'alice speaks', ({ of }) => of('alice')?.vad === 1);
    await alice.call('muteLocalAudio', true);
    await told(bob, 'alice is silent', ({ of, total }) => of('alice')?.volume === 0 && total === 0);
    await told(alice, 'she is silent', ({ of }) => of('')?.volume === 0);
    await alice.call('muteLocalAudio', false);
    await told(bob, 'alice speaks again', ({ of }) => of('alice')?.vad === 1);
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
