import type { AnyPage } from './any-page.ts';
import type { RecordedFile, RecordedScene, RecordedSound } from './page/recorded.ts';
import type { Sound } from './page/sound.ts';
import { STREAM, type Participant } from './participant.ts';
import { FOUR_COLOURS, setScene } from './pictures.ts';

type User = Participant<AnyPage>;

/** Puts both into a room in which the first, whose camera sees four colours, hears the other; then {@link receiveRecordings}. */
export async function inRecordedCall(
  room: number,
  [of, other]: readonly [User, User],
  [own, heard]: readonly [Sound, Sound],
): Promise<void> {
  await setScene(of, FOUR_COLOURS);
  await of.setSound(own);
  await other.setSound(heard);
  await of.call('startLocalPreview', { view: 'self' });
  for (const user of [of, other]) {
    await user.call('startLocalAudio', 3);
    await user.enter({ room });
  }
  await of.waitFor('onSendFirstLocalVideoFrame', [STREAM.big]);
  await of.waitFor('onFirstAudioFrame', [other.userId]);
  await of.hears(1);
  await receiveRecordings(of);
}

/** Files come to the page in place of downloads. */
export async function receiveRecordings(of: User): Promise<void> {
  await of.page.evaluate(() => window.driver.receiveRecordings());
}

/** When it is finished. */
export async function recordedFile(of: User, path: string): Promise<RecordedFile> {
  await of.waitFor('recorded-file', [path]);
  return of.page.evaluate((wanted) => window.driver.recordedFile(wanted), path);
}

/** What is heard in a file, but for its first and last 0.3 seconds: in particular of these tones. */
export function heardIn(of: User, path: string, tones: readonly number[]): Promise<RecordedSound> {
  const given = [path, tones] as const;
  return of.page.evaluate(([wanted, listened]) => window.driver.recordedSound(wanted, listened), given);
}

/** Plays a file. What is seen in it, one after the other. */
export function seenIn(of: User, path: string): Promise<readonly RecordedScene[]> {
  return of.page.evaluate((wanted) => window.driver.recordedScenes(wanted), path);
}

/** What lasts, without what is seen between two scenes. */
export function lasting(scenes: readonly RecordedScene[]): readonly RecordedScene[] {
  return scenes.filter(({ from, to }) => to - from > 0.4);
}
