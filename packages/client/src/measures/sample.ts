import type { Source } from '@rotunda/protocol';
import type { MediaStats, StatsEntry } from '../media/engine.ts';

/** Counters of one moment. All of them only grow while the stream lives. */
export interface Sample {
  readonly path: PathSample;
  readonly sent: readonly SentSample[];
  readonly received: readonly ReceivedSample[];
}

export interface PathSample {
  /** There and back to the server; null before the first answer. */
  readonly rttMs: number | null;
  /** What the path carries as the sender believes, in kbit/s; null in browsers that do not say. */
  readonly uplinkKbps: number | null;
  /** By transport: bytes with all headers of RTP and RTCP, without those of UDP and IP. */
  readonly transports: ReadonlyMap<string, { readonly bytesSent: number; readonly bytesReceived: number }>;
}

interface StreamSample {
  /** Names the stream over its whole life. */
  readonly key: string;
  /** When the counters were read, by the platform's clock, in milliseconds. */
  readonly atMs: number;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly bytes: number;
  readonly packets: number;
  /** Can go down when a packet that was taken for lost arrives late. */
  readonly lost: number;
  /** Of sound, in Hz; 0 for pictures. */
  readonly sampleRate: number;
  /** Frames that were captured, or that arrived. */
  readonly inputFrames: number;
  /** Sum over all samples of amplitude squared times duration, and their duration in seconds. */
  readonly energy: number;
  readonly seconds: number;
}

export interface SentSample extends StreamSample {
  readonly source: Source;
  /** Simulcast layers in the order small to big: the identifier of RFC 8851. */
  readonly rid: string;
}

export interface ReceivedSample extends StreamSample {
  readonly consumerId: string;
  /** Sums over all samples or frames that left the jitter buffer, in seconds, and how many those were. */
  readonly bufferedSeconds: number;
  readonly bufferedCount: number;
  /** How long playing stood still, and how long it has gone on in all, in seconds. */
  readonly blockedSeconds: number;
  readonly playedSeconds: number;
}

/** Reads what the platform counts. What it does not count is 0. */
export function readSample({ send, recv, sources, consumers }: MediaStats): Sample {
  return {
    path: readPath(send, recv),
    sent: send.flatMap((entry) => {
      const source = sources.get(text(entry.mid));
      return entry.type === 'outbound-rtp' && source ? [readSent(entry, source, send)] : [];
    }),
    received: recv.flatMap((entry) => {
      const consumerId = consumers.get(number(entry.ssrc));
      return entry.type === 'inbound-rtp' && consumerId ? [readReceived(entry, consumerId, recv)] : [];
    }),
  };
}

function readPath(...connections: readonly (readonly StatsEntry[])[]): PathSample {
  const transports = new Map<string, { bytesSent: number; bytesReceived: number }>();
  let rttMs: number | null = null;
  let uplinkKbps: number | null = null;
  for (const [index, entries] of connections.entries()) {
    for (const pair of entries.filter(isInUse(entries))) {
      const counts = { bytesSent: number(pair.bytesSent), bytesReceived: number(pair.bytesReceived) };
      transports.set(`${index}/${text(pair.id)}`, counts);
      const seconds = pair.currentRoundTripTime;
      if (typeof seconds === 'number') rttMs ??= seconds * 1000;
      const bits = pair.availableOutgoingBitrate;
      if (index === 0 && typeof bits === 'number') uplinkKbps = bits / 1000;
    }
  }
  return { rttMs, uplinkKbps, transports };
}

/** Firefox marks the pair itself, the others their transport. */
function isInUse(entries: readonly StatsEntry[]): (entry: StatsEntry) => boolean {
  const selected = new Set(
    entries.filter(({ type }) => type === 'transport').map((entry) => text(entry.selectedCandidatePairId)),
  );
  return (entry) =>
    entry.type === 'candidate-pair' && (selected.has(text(entry.id)) || entry.selected === true);
}

function readSent(entry: StatsEntry, source: Source, all: readonly StatsEntry[]): SentSample {
  const report = all.find((other) => other.type === 'remote-inbound-rtp' && other.ssrc === entry.ssrc);
  const captured = all.find((other) => other.type === 'media-source' && other.id === entry.mediaSourceId);
  const stream = readStream(entry, all);
  return {
    ...stream,
    sampleRate: Math.min(stream.sampleRate, maxPlaybackRate(codecOf(entry, all))),
    source,
    rid: text(entry.rid),
    frames: number(entry.framesSent ?? entry.framesEncoded),
    bytes: number(entry.bytesSent),
    packets: number(entry.packetsSent),
    lost: number(report?.packetsLost),
    inputFrames: number(captured?.frames),
    ...readEnergy(captured),
  };
}

function readReceived(entry: StatsEntry, consumerId: string, all: readonly StatsEntry[]): ReceivedSample {
  const isSound = entry.kind === 'audio';
  const stream = readStream(entry, all);
  return {
    ...stream,
    consumerId,
    frames: number(entry.framesDecoded),
    bytes: number(entry.bytesReceived),
    packets: number(entry.packetsReceived),
    lost: number(entry.packetsLost),
    inputFrames: number(entry.framesReceived),
    ...readEnergy(entry),
    bufferedSeconds: number(entry.jitterBufferDelay),
    bufferedCount: number(entry.jitterBufferEmittedCount),
    blockedSeconds: isSound
      ? heardGaps(entry) / Math.max(1, stream.sampleRate)
      : number(entry.totalFreezesDuration),
    playedSeconds: number(isSound ? entry.totalSamplesDuration : entry.totalInterFrameDelay),
  };
}

function readEnergy(entry: StatsEntry | undefined): Pick<StreamSample, 'energy' | 'seconds'> {
  return { energy: number(entry?.totalAudioEnergy), seconds: number(entry?.totalSamplesDuration) };
}

/** Samples that were made up because packets were late or lost while there was something to hear. */
function heardGaps(entry: StatsEntry): number {
  return Math.max(0, number(entry.concealedSamples) - number(entry.silentConcealedSamples));
}

/** Opus counts time at 48 kHz whatever it codes; what it codes at most was agreed when the stream began (RFC 7587). */
function maxPlaybackRate(codec: StatsEntry | undefined): number {
  const [, agreed] = /\bmaxplaybackrate=(\d+)/.exec(text(codec?.sdpFmtpLine)) ?? [];
  return agreed === undefined ? Infinity : Number(agreed);
}

function codecOf({ codecId }: StatsEntry, all: readonly StatsEntry[]): StatsEntry | undefined {
  return all.find(({ type, id }) => type === 'codec' && id === codecId);
}

function readStream(
  entry: StatsEntry,
  all: readonly StatsEntry[],
): Pick<StreamSample, 'key' | 'atMs' | 'width' | 'height' | 'sampleRate'> {
  return {
    key: String(number(entry.ssrc)),
    atMs: number(entry.timestamp),
    width: number(entry.frameWidth),
    height: number(entry.frameHeight),
    sampleRate: entry.kind === 'audio' ? number(codecOf(entry, all)?.clockRate) : 0,
  };
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
