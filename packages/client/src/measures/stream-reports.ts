import { MAX_STREAM_REPORTS, type StreamReport } from '@rotunda/protocol';
import type { Measured, ReceivedMeasure, SentMeasure } from './compare.ts';
import type { ReceivedStream } from './received-stream.ts';

/** The longest time that one report covers, in milliseconds. */
const MAX_PERIOD_MS = 60_000;

/** What the server keeps of the streams of this client: its own first, then as many of the others' as fit. */
export function describeStreams(
  { sent, received }: Measured,
  streams: readonly ReceivedStream[],
): StreamReport[] {
  const own = sent
    .filter(({ layer }) => layer === 'big')
    .map((measure) => report({ userId: '', source: measure.source }, measure, 0));
  const measures = new Map(received.map((measure) => [measure.consumerId, measure]));
  const others = streams.flatMap(({ consumerId, userId, source }) => {
    const measure = measures.get(consumerId);
    return measure ? [report({ userId, source }, measure, measure.newlyBlockedMs)] : [];
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
