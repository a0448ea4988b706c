import type { AnyPage } from './any-page.ts';
import { line } from './expectations.ts';
import type { JournalEntry } from './page/journal.ts';
import { STREAM, type Participant } from './participant.ts';

type User = Participant<AnyPage>;

export const STOPPED = 0;
export const PLAYING = 1;
export const LOADING = 2;
/** Why that is so. */
export const BY = {
  bufferingBegin: 1,
  bufferingEnd: 2,
  me: 3,
  stoppedByMe: 4,
  sender: 5,
  stoppedBySender: 6,
} as const;

type Told = readonly [userId: string, status: number, reason: number];

/** Of the big picture. */
export function toldVideo(
  viewer: User,
  [userId, status, reason]: Told,
  after?: JournalEntry,
): Promise<JournalEntry> {
  const args = [userId, STREAM.big, status, reason] as const;
  return viewer.waitFor('onRemoteVideoStatusUpdated', args, { after, timeoutMs: 30_000 });
}

export function toldAudio(viewer: User, told: Told, after?: JournalEntry): Promise<JournalEntry> {
  return viewer.waitFor('onRemoteAudioStatusUpdated', told, { after, timeoutMs: 30_000 });
}

/** All that was told since then, in order. */
export async function toldOfStatus(viewer: User, after?: JournalEntry): Promise<unknown[][]> {
  const told = (await viewer.since(after)).filter(({ name }) => /^onRemote(Video|Audio)Status/.test(name));
  return told.map(line);
}
