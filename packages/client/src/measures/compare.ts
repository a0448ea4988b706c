import type { Layer, Source } from '@rotunda/protocol';
import { loudnessSince, toVolume } from './loudness.ts';
import type { PathSample, ReceivedSample, Sample, SentSample } from './sample.ts';

/** What happened between two samples. Rates in kbit/s and frames per second, losses in percent, null for unknown. */
export interface Measured {
  readonly rttMs: number | null;
  /** What the way to the server carries, as the browser believes; null when it does not say. */
  readonly uplinkKbps: number | null;
  readonly upLoss: number | null;
  /** From the sender's side of the server on: what was lost before it and could not be repaired counts too. */
  readonly downLoss: number | null;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly sent: readonly SentMeasure[];
  readonly received: readonly ReceivedMeasure[];
}

interface StreamMeasure {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kbps: number;
  /** Hz; 0 for pictures. */
  readonly sampleRate: number;
  readonly lossPercent: number;
  /** What was captured, or arrived. */
  readonly inputFps: number;
  /** 0 to 100. */
  readonly volume: number;
}

export interface SentMeasure extends StreamMeasure {
  readonly source: Source;
  readonly layer: Layer;
}

export interface ReceivedMeasure extends StreamMeasure {
  readonly consumerId: string;
  /** How long packets waited before they were played, on average. */
  readonly bufferMs: number;
  /** Since the stream began. */
  readonly blockedMs: number;
  /** Of these, since the earlier sample. */
  readonly newlyBlockedMs: number;
  readonly blockedPercent: number;
}

const EMPTY: Sample = {
  path: { rttMs: null, uplinkKbps: null, transports: new Map() },
  sent: [],
  received: [],
};

/** `periodMs` is what has passed for a stream that is not in the earlier sample. */
export function compare(before: Sample | null, after: Sample, periodMs: number): Measured {
  const earlier = before ?? EMPTY;
  const sent = after.sent.map((now) => ({ now, was: find(earlier.sent, now) }));
  const received = after.received.map((now) => ({ now, was: find(earlier.received, now) }));
  return {
    rttMs: after.path.rttMs === null ? null : Math.round(after.path.rttMs),
    uplinkKbps: after.path.uplinkKbps,
    // A packet that was sent is counted when it is sent, one that arrives when it arrives.
    upLoss: lossOf(sent, outOfSent),
    downLoss: lossOf(received, outOfArrived),
    sentBytes: growth(earlier.path, after.path, 'bytesSent'),
    receivedBytes: growth(earlier.path, after.path, 'bytesReceived'),
    sent: sent.map(({ now, was }) => ({
      source: now.source,
      layer: layerOf(now, after.sent),
      lossPercent: lossOf([{ now, was }], outOfSent) ?? 0,
      ...measureStream(now, was, periodMs),
    })),
    received: received.map(({ now, was }) => measureReceived(now, was, periodMs)),
  };
}

interface Pair<T> {
  readonly now: T;
  readonly was: T | null;
}

type Counters = SentSample | ReceivedSample;

function find<T extends Counters>(samples: readonly T[], { key }: T): T | null {
  return samples.find((sample) => sample.key === key) ?? null;
}

function grown(now: number, was: number | undefined): number {
  return Math.max(0, now - (was ?? 0));
}

function measureStream(
  now: Counters,
  was: Counters | null,
  periodMs: number,
): Omit<StreamMeasure, 'lossPercent'> {
  const ms = was && now.atMs > was.atMs ? now.atMs - was.atMs : periodMs;
  const rate = (frames: number, earlier: number | undefined): number =>
    Math.round((grown(frames, earlier) / ms) * 1000);
  return {
    width: now.width,
    height: now.height,
    fps: rate(now.frames, was?.frames),
    inputFps: rate(now.inputFrames, was?.inputFrames),
    volume: toVolume(loudnessSince(was ?? undefined, now)),
    kbps: Math.round((grown(now.bytes, was?.bytes) * 8) / ms),
    sampleRate: now.sampleRate,
  };
}

function measureReceived(now: ReceivedSample, was: ReceivedSample | null, periodMs: number): ReceivedMeasure {
  const buffered = grown(now.bufferedCount, was?.bufferedCount);
  const waited = grown(now.bufferedSeconds, was?.bufferedSeconds);
  const { blockedSeconds, playedSeconds } = now;
  return {
    ...measureStream(now, was, periodMs),
    consumerId: now.consumerId,
    lossPercent: lossOf([{ now, was }], outOfArrived) ?? 0,
    bufferMs: buffered > 0 ? Math.round((waited / buffered) * 1000) : 0,
    blockedMs: Math.round(blockedSeconds * 1000),
    newlyBlockedMs: Math.round(grown(blockedSeconds, was?.blockedSeconds) * 1000),
    blockedPercent: playedSeconds > 0 ? percent(blockedSeconds, playedSeconds) : 0,
  };
}

interface Total {
  readonly packets: number;
  readonly lost: number;
}

/** Of a sender's packets, all are counted; of a receiver's, those that came. */
const outOfSent = ({ packets }: Total): number => packets;
const outOfArrived = ({ packets, lost }: Total): number => packets + lost;

/** @returns null when there was nothing to lose. */
function lossOf(streams: readonly Pair<Counters>[], outOf: (total: Total) => number): number | null {
  let packets = 0;
  let lost = 0;
  for (const { now, was } of streams) {
    packets += grown(now.packets, was?.packets);
    lost += grown(now.lost, was?.lost);
  }
  const all = outOf({ packets, lost });
  return all > 0 ? percent(lost, all) : null;
}

function percent(part: number, whole: number): number {
  return Math.min(100, Math.round((part / whole) * 100));
}

/** The big stream is the last layer; without layers there is only a big one. */
function layerOf({ source, rid }: SentSample, all: readonly SentSample[]): Layer {
  return all.some((other) => other.source === source && other.rid > rid) ? 'small' : 'big';
}

function growth(before: PathSample, after: PathSample, counter: 'bytesSent' | 'bytesReceived'): number {
  let sum = 0;
  for (const [id, counts] of after.transports)
    sum += grown(counts[counter], before.transports.get(id)?.[counter]);
  return sum;
}
