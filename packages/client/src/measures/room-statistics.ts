import type { Layer, RequestResult, Source } from '@rotunda/protocol';
import type { Measured, ReceivedMeasure, SentMeasure } from './compare.ts';
import type { ReceivedStream } from './received-stream.ts';
import { NETWORK_QUALITY, gradePath, worst, type NetworkQuality } from './quality.ts';

/** What another user's SDK told the server of its own way there. */
export type RemoteReport = RequestResult<'quality'>['users'][number];

/** One stream of pictures with the sound that belongs to it, or sound alone. kbit/s, Hz. */
interface StreamStatistics {
  readonly source: Exclude<Source, 'audio'>;
  readonly layer: Layer;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly videoKbps: number;
  readonly audioKbps: number;
  readonly audioSampleRate: number;
}
export type LocalStatistics = StreamStatistics;

/** Losses and shares in percent, times in milliseconds; what is not known is 0. */
export interface RemoteStatistics extends StreamStatistics {
  readonly userId: string;
  readonly audioLoss: number;
  readonly videoLoss: number;
  readonly bufferMs: number;
  /** From there to here, without capturing and encoding; 0 before the other side has told its part. */
  readonly delayMs: number;
  readonly audioBlockedMs: number;
  readonly audioBlockedPercent: number;
  readonly videoBlockedMs: number;
  readonly videoBlockedPercent: number;
  readonly uplinkLoss: number;
  readonly uplinkRttMs: number;
}

/** Every two seconds. Bytes since the stay began. */
export interface RoomStatistics {
  readonly rttMs: number;
  readonly upLoss: number;
  readonly downLoss: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly local: readonly LocalStatistics[];
  readonly remote: readonly RemoteStatistics[];
}

export interface RoomQuality {
  readonly uplink: NetworkQuality;
  readonly downlink: NetworkQuality;
  /** The whole chain from each user whose streams are received, as far as it is known. */
  readonly remote: readonly { readonly userId: string; readonly quality: NetworkQuality }[];
}

export interface Measures {
  readonly measured: Measured;
  readonly streams: readonly ReceivedStream[];
  readonly reports: readonly RemoteReport[];
}

/** Big streams first, in whichever order the platform counts. */
export function describeLocal({ sent }: Measured): LocalStatistics[] {
  const sound = sent.find(({ source }) => source === 'audio');
  const pictures = sent
    .filter(({ source }) => source !== 'audio')
    .toSorted((a, b) => a.layer.localeCompare(b.layer));
  const main = pictures.find(({ source, layer }) => source === 'video' && layer === 'big');
  const local = pictures.map((picture) => describeStream(picture, picture === main ? sound : undefined));
  if (sound && !main) local.push(describeStream(undefined, sound));
  return local;
}

export function describeRemote({ measured, streams, reports }: Measures): RemoteStatistics[] {
  const measures = new Map(measured.received.map((measure) => [measure.consumerId, measure]));
  return byUser(streams).flatMap(([userId, own]) => {
    const of = (source: Source): (ReceivedMeasure & ReceivedStream) | undefined => {
      const stream = own.find((candidate) => candidate.source === source);
      const measure = stream && measures.get(stream.consumerId);
      return measure && { ...measure, ...stream };
    };
    const report = reports.find((candidate) => candidate.userId === userId);
    const [video, audio, sub] = [of('video'), of('audio'), of('sub')];
    const path = { userId, report, rttMs: measured.rttMs };
    const entries = video || audio ? [describeReceived(path, video, audio)] : [];
    if (sub) entries.push(describeReceived(path, sub, undefined));
    return entries;
  });
}

export function describeQuality({ measured, streams, reports }: Measures): RoomQuality {
  const { rttMs, upLoss, downLoss } = measured;
  const losses = new Map(measured.received.map(({ consumerId, lossPercent }) => [consumerId, lossPercent]));
  const remote = byUser(streams).map(([userId, own]) => {
    const lossPercent = Math.max(...own.map(({ consumerId }) => losses.get(consumerId) ?? 0));
    const there = reports.find((report) => report.userId === userId)?.quality ?? NETWORK_QUALITY.unknown;
    return { userId, quality: worst(gradePath({ lossPercent, rttMs }), there) };
  });
  return {
    uplink: gradePath({ lossPercent: upLoss, rttMs }),
    downlink: gradePath({ lossPercent: downLoss, rttMs }),
    remote,
  };
}

type Picture = Pick<SentMeasure, 'source' | 'layer' | 'width' | 'height' | 'fps' | 'kbps'>;
type Sound = Pick<SentMeasure, 'kbps' | 'sampleRate'>;

function describeStream(picture: Picture | undefined, sound: Sound | undefined): StreamStatistics {
  return {
    source: picture?.source === 'sub' ? 'sub' : 'video',
    layer: picture?.layer ?? 'big',
    width: picture?.width ?? 0,
    height: picture?.height ?? 0,
    fps: picture?.fps ?? 0,
    videoKbps: picture?.kbps ?? 0,
    audioKbps: sound?.kbps ?? 0,
    audioSampleRate: sound?.sampleRate ?? 0,
  };
}

function describeReceived(
  path: { userId: string; report: RemoteReport | undefined; rttMs: number | null },
  picture: (ReceivedMeasure & ReceivedStream) | undefined,
  sound: (ReceivedMeasure & ReceivedStream) | undefined,
): RemoteStatistics {
  const { userId, report, rttMs } = path;
  const bufferMs = Math.max(picture?.bufferMs ?? 0, sound?.bufferMs ?? 0);
  return {
    ...describeStream(picture, sound),
    userId,
    audioLoss: sound?.lossPercent ?? 0,
    videoLoss: picture?.lossPercent ?? 0,
    bufferMs,
    delayMs: report && rttMs !== null ? Math.round((report.rtt + rttMs) / 2) + bufferMs : 0,
    audioBlockedMs: sound?.blockedMs ?? 0,
    audioBlockedPercent: sound?.blockedPercent ?? 0,
    videoBlockedMs: picture?.blockedMs ?? 0,
    videoBlockedPercent: picture?.blockedPercent ?? 0,
    uplinkLoss: report?.upLoss ?? 0,
    uplinkRttMs: report?.rtt ?? 0,
  };
}

function byUser(streams: readonly ReceivedStream[]): [string, ReceivedStream[]][] {
  const userIds = [...new Set(streams.map(({ userId }) => userId))];
  return userIds.map((userId) => [userId, streams.filter((stream) => stream.userId === userId)]);
}
