import type { TRTCLocalStatistics, TRTCRemoteStatistics, TRTCStatistics } from '@rotunda/client';
import { expect } from 'vitest';
import type { AnyPage } from './any-page.ts';
import type { JournalEntry } from './page/journal.ts';
import type { Participant } from './participant.ts';
import { until } from './wait.ts';

type User = Participant<AnyPage>;

export async function statisticsOf(
  user: User,
): Promise<readonly (JournalEntry & { told: TRTCStatistics })[]> {
  const entries = (await user.journal()).filter(({ name }) => name === 'onStatistics');
  return entries.map((entry) => ({ ...entry, told: entry.args[0] as TRTCStatistics }));
}

/** The first statistics from now on that satisfy. */
export async function statistics(
  user: User,
  what: string,
  fits: (told: TRTCStatistics) => boolean,
): Promise<TRTCStatistics> {
  const from = (await user.last())?.seq ?? 0;
  return until(
    `${user.userId} is told of ${what}`,
    async () => (await statisticsOf(user)).find(({ seq, told }) => seq > from && fits(told))?.told,
  );
}

export const local = (told: TRTCStatistics, type: number): TRTCLocalStatistics | undefined =>
  told.localStatisticsArray.find(({ streamType }) => streamType === type);
export const remote = (told: TRTCStatistics, userId: string): TRTCRemoteStatistics | undefined =>
  told.remoteStatisticsArray.find((other) => other.userId === userId);

/** Frames per second and kbit/s of one user's big stream. */
interface Rates {
  readonly fps: number;
  readonly videoKbps: number;
  readonly audioKbps: number;
}

/** One period's sound depends on where in it the microphone beeps; several periods carry the same everywhere. */
export const PERIODS = 4;

/** What a user is told on average of the next periods that begin from now on. */
export async function toldRates(
  user: User,
  streamOf: (told: TRTCStatistics) => TRTCLocalStatistics | TRTCRemoteStatistics | undefined,
): Promise<Rates> {
  const from = (await user.last())?.seq ?? 0;
  const periods = await until(`${user.userId} is told of ${PERIODS} periods`, async () => {
    // The first one has begun before.
    const [, ...whole] = (await statisticsOf(user)).filter(({ seq }) => seq > from);
    return whole.length >= PERIODS && whole.slice(0, PERIODS).map(({ told }) => streamOf(told));
  });
  const mean = (field: 'frameRate' | 'videoBitrate' | 'audioBitrate'): number =>
    periods.reduce((sum, stream) => sum + (stream?.[field] ?? 0), 0) / PERIODS;
  return { fps: mean('frameRate'), videoKbps: mean('videoBitrate'), audioKbps: mean('audioBitrate') };
}

interface Counts {
  readonly at: number;
  readonly frames: number;
  readonly videoBytes: number;
  readonly audioBytes: number;
}

/** What has arrived of the only user that `viewer` hears. */
export async function countsAt(viewer: User, userId: string): Promise<Counts> {
  const [video, sounds] = await Promise.all([viewer.received(userId), viewer.heard()]);
  if (!video) throw new Error(`nothing arrives of ${userId}`);
  const audioBytes = sounds.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0);
  return { at: video.at, frames: video.framesDecoded, videoBytes: video.bytesReceived, audioBytes };
}

export function ratesBetween(before: Counts, after: Counts): Rates {
  const seconds = (after.at - before.at) / 1000;
  const kbps = (field: 'videoBytes' | 'audioBytes'): number =>
    ((after[field] - before[field]) * 8) / 1000 / seconds;
  return {
    fps: (after.frames - before.frames) / seconds,
    videoKbps: kbps('videoBytes'),
    audioKbps: kbps('audioBytes'),
  };
}

export function expectNear(told: Rates, passed: Rates): void {
  for (const field of ['fps', 'videoKbps', 'audioKbps'] as const) {
    expect(told[field], field).toBeGreaterThan(passed[field] * 0.8 - 1);
    expect(told[field], field).toBeLessThan(passed[field] * 1.2 + 1);
  }
}
