import { MAX_STREAM_REPORTS, type StreamReport } from '@rotunda/protocol';
import type { Measured, ReceivedMeasure, SentMeasure } from './compare.ts';
import { toVolume } from './loudness.ts';
import type { ReceivedStream } from './received-stream.ts';

/** The longest time that one report covers, in milliseconds. */
const MAX_PERIOD_MS = 60_000;

/**
 * What the server keeps of the streams of this client: its own first, then as many of the others' as fit. `levelOf`: how loud a user
 * is; null where the platform has counted it.
 */
export function describeStreams(
  { sent, received }: Measured,
  streams: readonly ReceivedStream[],
  levelOf: (userId: string) => number | null,
): StreamReport[] {
  const own = sent
    .filter(({ layer }) => layer === 'big')
    .map((measure) => report({ userId: '', source: measure.source }, measure, 0));
  const measures = new Map(received.map((measure) => [measure.consumerId, measure]));
  const others = streams.flatMap(({ consumerId, userId, source }) => {
    const measure = measures.get(consumerId);
    if (!measure) return [];
    const level = source === 'audio' ? levelOf(userId) : null;
    const heard = level === null ? measure : { ...measure, volume: toVolume(level) };
    return [report({ userId, source }, heard, measure.newlyBlockedMs)];
  });
  return [...own, ...others].slice(0, MAX_STREAM_REPORTS);
}

function report(
  whose: Pick<StreamReport, 'userId' | 'source'>,
  { kbps, lossPercent, width, height, fps, inputFps, volume }: SentMeasure | ReceivedMeasure,
  blockedMs: number,
): StreamReport {
  const blocked = Math.min(MAX_PERIOD_MS, blockedMs);
  return { ...whose, kbps, loss: lossPercent, blocked, width, height, fps, inputFps, volume };
}
