import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased } from './support/expectations.ts';
import type { Colour } from './support/page/colours.ts';
import type { Sound } from './support/page/sound.ts';
import type { Participant } from './support/participant.ts';
import { setScene, UPRIGHT } from './support/pictures.ts';
import { heardIn, inRecordedCall, lasting, recordedFile, seenIn } from './support/recordings.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

const OWN_HZ = 440;
const OTHER_HZ = 1_000;
const MUSIC_HZ = 2_000;
const TONES = [OWN_HZ, OTHER_HZ, MUSIC_HZ];

const isFull = (amplitude: number | undefined): boolean => (amplitude ?? 0) > 0.2 && (amplitude ?? 1) < 0.36;
const isSilent = (amplitude: number | undefined): boolean => (amplitude ?? 1) < 0.01;

const OWN_TONE: Sound = { kind: 'tones', left: OWN_HZ, right: OWN_HZ, volume: 0.3 };
const RAMP_PER_SECOND = 0.02;

const MIRRORED: readonly Colour[] = ['green', 'red', 'yellow', 'blue'];
const allOf = (colour: Colour): Colour[] => Array.from({ length: 4 }, () => colour);
/** A cyan image as large as the picture in which it is seen. Bytes are blue, green, red, alpha. */
const CYAN = {
  buffer: { bytes: Array.from({ length: 16 * 9 }, () => [255, 255, 0, 255]).flat() },
  length: 16 * 9 * 4,
  width: 16,
  height: 9,
};

/** Alice and Bob hear each other's sounds, of which Bob's is a tone; Alice's camera sees four colours. */
async function pair(sound = OWN_TONE): Promise<Participant> {
  const [alice, bob] = await stage.users('alice', 'bob');
  const other: Sound = { kind: 'tones', left: OTHER_HZ, right: OTHER_HZ, volume: 0.3 };
  await inRecordedCall(stage.room(), [alice, bob], [sound, other]);
  return alice;
}

describe('an audio recording', () => {
  it.each([
    ['all', 0, true, true],
    ['the own sound', 1, true, false],
    ['the sound of the others', 2, false, true],
  ])('of %s is a WAV file of just that', async (_what, recordingContent, own, other) => {
    const alice = await pair();
    const params = { filePath: 'calls/a.wav', recordingContent, maxDurationPerFile: 0 };
    const began = Date.now();
    expect(await alice.call('startAudioRecording', params)).toBe(0);
    expect(await alice.call('startAudioRecording', params)).toBe(-1);
    await pause(2_000);
    await alice.call('stopAudioRecording');
    const lasted = (Date.now() - began) / 1_000;
    const { size, type, head } = await recordedFile(alice, params.filePath);
    const heard = await heardIn(alice, params.filePath, TONES);
    expect(
      [own, other].map((wanted, at) => (wanted ? isFull : isSilent)(heard.tones[at])),
      JSON.stringify(heard),
    ).toEqual([true, true]);
    expect(heard.seconds).toBeGreaterThan(1.7);
    expect(heard.seconds).toBeLessThan(lasted + 0.1);
    expect(type).toBe('audio/wav');
    const header = new DataView(Uint8Array.from(head).buffer);
    expect(header.getUint32(4, true)).toBe(size - 8);
    expect(header.getUint32(40, true)).toBe(size - 44);
    expect((size - 44) / 4 / header.getUint32(24, true)).toBeCloseTo(heard.seconds, 2);
  });

  it('has music as loud as it is played, and of another format what the browser writes', async () => {
    const alice = await pair();
    const path = await alice.music({ frequency: MUSIC_HZ, seconds: 60, volume: 0.3 });
    await alice.call('startPlayMusic', { id: 7, path, publish: false });
    await alice.waitFor('music-start', [7, 0]);
    expect(await alice.call('startAudioRecording', 'a.mp3')).toBe(-3);
    expect(await alice.call('startAudioRecording', 'a.webm')).toBe(0);
    await pause(2_000);
    await alice.call('stopAudioRecording');
    expect((await recordedFile(alice, 'a.webm')).type).toBe('audio/webm');
    const { tones } = await heardIn(alice, 'a.webm', TONES);
    expect(tones.map(isFull), tones.join(' ')).toEqual([true, true, true]);
  });

  it('is in files of their duration, the next of which begins where the one before ends', async () => {
    const alice = await pair({ kind: 'ramp', perSecond: RAMP_PER_SECOND });
    const params = { filePath: 'a.wav', recordingContent: 1, maxDurationPerFile: 10_000 };
    await alice.call('startAudioRecording', params);
    await recordedFile(alice, 'a_1.wav');
    await pause(1_000);
    await alice.call('stopAudioRecording');
    await recordedFile(alice, 'a_2.wav');
    const [first, second] = await alice.page.evaluate(() =>
      Promise.all(['a_1.wav', 'a_2.wav'].map((path) => window.driver.recordedEdges(path))),
    );
    // Edges are means over 10 ms, so that without a gap they are 10 ms apart.
    const gapMs = ((second!.first - first!.last) / RAMP_PER_SECOND) * 1_000 - 10;
    expect(Math.abs(gapMs), `${gapMs} ms`).toBeLessThan(3);
    const secondsOf = async (path: string): Promise<number> => (await heardIn(alice, path, TONES)).seconds;
    // From its beginning it takes a moment until there are samples.
    expect(await secondsOf('a_1.wav')).toBeGreaterThan(9.5);
    expect(await secondsOf('a_1.wav')).toBeLessThan(10.2);
    expect(await secondsOf('a_2.wav')).toBeGreaterThan(0.9);
  });
});

describe('a local recording', () => {
  it.each(['calls/a.webm', 'calls/a.mp4'])(
    '%s has the own picture and sound, and not those of the others',
    async (filePath) => {
      const alice = await pair();
      await alice.call('startLocalRecording', { filePath, recordType: 2, interval: 1_000 });
      await alice.waitFor('onLocalRecordBegin', [0, filePath]);
      const progress = await alice.waitFor('onLocalRecording', [null, filePath]);
      await alice.waitFor('onLocalRecording', [null, filePath], { after: progress });
      await alice.call('stopLocalRecording');
      await alice.waitFor('onLocalRecordComplete', [0, filePath]);
      await recordedFile(alice, filePath);
      const { tones, seconds } = await heardIn(alice, filePath, TONES);
      expect([isFull(tones[0]), isSilent(tones[1])], tones.join(' ')).toEqual([true, true]);
      expect(seconds).toBeGreaterThan(1.5);
      const picture = await alice.page.evaluate((path) => window.driver.recordedPicture(path), filePath);
      expect(picture).toMatchObject({ width: 640, height: 360, colours: UPRIGHT });
      expect(picture.seconds).toBeGreaterThan(1.5);
      expect(picture.seconds).toBeLessThan(5);
    },
  );

  it.each(['a.webm', 'a.mp4'])(
    '%s is one file that goes on over another camera, muting, a mute image and what is drawn on the picture',
    async (filePath) => {
      const alice = await pair();
      const [, other] = (await alice.ask('getCameraDevicesList')) as { deviceId: string }[];
      const whole = {
        topLeft: 'magenta',
        topRight: 'magenta',
        bottomLeft: 'magenta',
        bottomRight: 'magenta',
      };
      await setScene(alice, whole, other!.deviceId);
      await alice.call('startLocalRecording', { filePath, recordType: 2, interval: -1 });
      const began = Date.now();
      await pause(1_000);
      for (const [method, ...args] of [
        ['muteLocalVideo', true],
        ['muteLocalVideo', false],
        ['setVideoEncoderMirror', true],
        ['setCurrentCameraDevice', other!.deviceId],
        ['setVideoMuteImage', CYAN, 5],
        ['muteLocalVideo', true],
        ['stopLocalPreview'],
      ] as const) {
        await alice.call(method, ...args);
        await pause(1_000);
      }
      await alice.call('stopLocalRecording');
      const lasted = (Date.now() - began) / 1_000;
      await alice.waitFor('onLocalRecordComplete', [0, filePath]);
      const scenes = await seenIn(alice, filePath);
      expect(
        lasting(scenes).map(({ colours }) => colours.join(' ')),
        JSON.stringify(scenes),
      ).toEqual(
        [UPRIGHT, allOf('black'), UPRIGHT, MIRRORED, allOf('magenta'), allOf('cyan'), allOf('black')].map(
          (colours) => colours.join(' '),
        ),
      );
      const { tones, seconds } = await heardIn(alice, filePath, TONES);
      expect(isFull(tones[0]), tones.join(' ')).toBe(true);
      for (const length of [seconds, scenes.at(-1)?.to]) {
        expect(length).toBeGreaterThan(lasted - 1);
        expect(length).toBeLessThan(lasted + 0.5);
      }
    },
  );

  it('is complete, with an audio recording beside it, before onExitRoom when the room is left', async () => {
    const alice = await pair();
    await alice.call('startLocalRecording', { filePath: 'a.webm', recordType: 2, interval: -1 });
    await alice.call('startAudioRecording', 'a.wav');
    await alice.waitFor('onLocalRecordBegin', [0]);
    await pause(1_500);
    const mark = await alice.last();
    await alice.call('exitRoom');
    await expectReleased(alice, 0, mark);
    const names = (await alice.since(mark)).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('onLocalRecord'))).toEqual(['onLocalRecordComplete']);
    expect(names.filter((name) => name === 'recorded-file')).toHaveLength(2);
    for (const path of ['a.webm', 'a.wav']) {
      const { tones, seconds } = await heardIn(alice, path, TONES);
      expect(isFull(tones[0]), `${path}: ${tones.join(' ')}`).toBe(true);
      expect(seconds, path).toBeGreaterThan(1.2);
    }
    expect(await alice.page.evaluate(() => window.driver.openRecorders())).toBe(0);
  });

  it('is downloaded under the last part of its path if the application does not ask for it', async () => {
    const alice = await pair();
    await alice.call('setRecordedFileReceiver', null);
    const download = alice.page.waitForEvent('download');
    await alice.call('startAudioRecording', 'calls/today.wav');
    await pause(500);
    await alice.call('stopAudioRecording');
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('today.wav');
    const chunks: Buffer[] = [];
    for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
    expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
  });
});
