import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AnyPage } from './support/any-page.ts';
import { expectReleased } from './support/expectations.ts';
import type { Firefox } from './support/firefox.ts';
import type { Colour } from './support/page/colours.ts';
import type { JournalEntry } from './support/page/journal.ts';
import type { Sound } from './support/page/sound.ts';
import type { Participant } from './support/participant.ts';
import { UPRIGHT } from './support/pictures.ts';
import { heardIn, inRecordedCall, lasting, recordedFile, seenIn } from './support/recordings.ts';
import { isFull, isSilent, MUSIC_HZ, VOICE_HZ } from './support/sounds.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
let firefox: Firefox;
beforeAll(async () => {
  stage = await Stage.open();
  firefox = await stage.openFirefox({ soundCard: 'invented' });
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

const TONES = [VOICE_HZ, MUSIC_HZ];
const PATH = 'calls/a.webm';
/** What `startLocalRecording` records. */
const BOTH = 2;
const BLACK: readonly Colour[] = ['black', 'black', 'black', 'black'];

/** Alice is at a Firefox, her camera sees four colours. She and Bob, who is at a Chromium, hear a tone of each other. */
async function pair(): Promise<Participant<AnyPage>> {
  const [alice, bob] = await Promise.all([stage.userOf(firefox, 'alice'), stage.user('bob')]);
  const tone = (hz: number): Sound => ({ kind: 'tones', left: hz, right: hz, volume: 0.3 });
  await inRecordedCall(stage.room(), [alice, bob], [tone(VOICE_HZ), tone(MUSIC_HZ)]);
  return alice;
}

describe('a Firefox', () => {
  it('records what is heard, in its own formats and in ours', async () => {
    const alice = await pair();
    expect(await alice.call('startAudioRecording', 'a.m4a'), 'a format of other browsers').toBe(-3);
    for (const filePath of ['calls/a.wav', 'calls/a.ogg']) {
      const params = { filePath, recordingContent: 0, maxDurationPerFile: 0 };
      const began = Date.now();
      expect(await alice.call('startAudioRecording', params)).toBe(0);
      await pause(2_000);
      await alice.call('stopAudioRecording');
      const lasted = (Date.now() - began) / 1_000;
      await recordedFile(alice, filePath);
      const heard = await heardIn(alice, filePath, TONES);
      expect(heard.tones.map(isFull), `${filePath}: ${JSON.stringify(heard)}`).toEqual([true, true]);
      expect(heard.seconds).toBeGreaterThan(1.5);
      expect(heard.seconds).toBeLessThan(lasted + 0.1);
    }
  });

  it('records its camera and its microphone into one file that plays, over muting and back', async () => {
    const alice = await pair();
    const mark = await alice.last();
    await alice.call('startLocalRecording', { filePath: PATH, recordType: BOTH, interval: 1_000 });
    await alice.waitFor('onLocalRecordBegin', [0, PATH]);
    const began = Date.now();
    await pause(1_500);
    for (const muted of [true, false]) {
      await alice.call('muteLocalVideo', muted);
      await pause(1_000);
    }
    await alice.call('stopLocalRecording');
    const lasted = (Date.now() - began) / 1_000;
    await alice.waitFor('onLocalRecordComplete', [0, PATH]);
    const { size, type } = await recordedFile(alice, PATH);
    expect(type).toBe('video/webm');
    expect(size).toBeGreaterThan(20_000);
    const told = recordingOf(await alice.since(mark));
    const progress = told.filter(({ name }) => name === 'onLocalRecording');
    expect(told.map(({ name }) => name)).toEqual([
      'onLocalRecordBegin',
      ...progress.map(({ name }) => name),
      'recorded-file',
      'onLocalRecordComplete',
    ]);
    expect(progress.length).toBeGreaterThanOrEqual(3);
    for (const [index, { args }] of progress.entries()) {
      // Timers of browsers may be a little early.
      expect(Number(args[0])).toBeGreaterThan((index + 1) * 1_000 - 10);
      expect(Number(args[0])).toBeLessThan(lasted * 1_000 + 100);
    }
    const heard = await heardIn(alice, PATH, TONES);
    expect([isFull(heard.tones[0]!), isSilent(heard.tones[1]!)], heard.tones.join(' ')).toEqual([true, true]);
    const scenes = await seenIn(alice, PATH);
    expect(
      lasting(scenes).map(({ colours }) => colours),
      JSON.stringify(scenes),
    ).toEqual([UPRIGHT, BLACK, UPRIGHT]);
    for (const seconds of [heard.seconds, scenes.at(-1)!.to]) {
      expect(seconds).toBeGreaterThan(lasted - 0.5);
      expect(seconds).toBeLessThan(lasted + 0.5);
    }
  });

  it('completes its recording before onExitRoom when the room is left', async () => {
    const alice = await pair();
    await alice.call('startLocalRecording', { filePath: PATH, recordType: BOTH, interval: -1 });
    await alice.waitFor('onLocalRecordBegin', [0, PATH]);
    await pause(1_000);
    const mark = await alice.last();
    await alice.call('exitRoom');
    await expectReleased(alice, 0, mark);
    const told = recordingOf(await alice.since(mark)).map(({ name, args }) => [name, ...args]);
    expect(told).toEqual([
      ['recorded-file', PATH],
      ['onLocalRecordComplete', 0, PATH],
    ]);
    const { tones, seconds } = await heardIn(alice, PATH, TONES);
    expect(isFull(tones[0]!), tones.join(' ')).toBe(true);
    expect(seconds).toBeGreaterThan(0.7);
    expect(lasting(await seenIn(alice, PATH)).map(({ colours }) => colours)).toEqual([UPRIGHT]);
    expect(await alice.page.evaluate(() => window.driver.openRecorders())).toBe(0);
  });
});

/** What was told of a recording, in order. */
function recordingOf(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  return entries.filter(({ name }) => name.startsWith('onLocalRecord') || name === 'recorded-file');
}
