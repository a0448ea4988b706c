import { TRTCVideoStreamType } from '@rotunda/protocol';
import type { NetworkQuality } from '../measures/quality.ts';
import type {
  LocalStatistics,
  RemoteStatistics,
  RoomQuality,
  RoomStatistics,
} from '../measures/room-statistics.ts';
import { toStreamType } from './video-params.ts';

/** How good one user's path is. `userId` is empty for oneself. */
export class TRTCQualityInfo {
  /** Whose path; empty for oneself. */
  userId = '';
  /** One of {@link TRTCQuality}. */
  quality: NetworkQuality = 0;
}

/** One stream that is being sent. Sound is told with the big stream; without pictures, `width` and `height` are 0. */
export class TRTCLocalStatistics {
  /** Pixels. */
  width = 0;
  /** Pixels. */
  height = 0;
  /** Frames per second that were really sent. */
  frameRate = 0;
  /** kbit/s. */
  videoBitrate = 0;
  /** Hz, at most: of the coded sound, as the quality of `startLocalAudio` has it agreed. */
  audioSampleRate = 0;
  /** kbit/s. */
  audioBitrate = 0;
  /** Which stream. */
  streamType: TRTCVideoStreamType = TRTCVideoStreamType.TRTCVideoStreamTypeBig;
}

/** One user's stream that is being received. Losses and shares in percent, rates in kbit/s, times in milliseconds. */
export class TRTCRemoteStatistics {
  /** Whose stream. */
  userId = '';
  /** Of the greater one of sound and picture. TRTC calls it deprecated. */
  finalLoss = 0;
  /** Pixels. */
  width = 0;
  /** Pixels. */
  height = 0;
  /** Frames per second that were received. */
  frameRate = 0;
  /** kbit/s. */
  videoBitrate = 0;
  /** Hz, of the decoded sound: always 48000 with Opus, also where less was coded, which a receiver does not learn. */
  audioSampleRate = 0;
  /** kbit/s. */
  audioBitrate = 0;
  /** How long packets wait here before they are played. */
  jitterBufferDelay = 0;
  /** How long sound stood still since the stream began, and its share of the time it was played. 0 where the browser does not tell. */
  audioTotalBlockTime = 0;
  /** Percent; see `audioTotalBlockTime`. */
  audioBlockRate = 0;
  /** The same for pictures, in milliseconds. */
  videoTotalBlockTime = 0;
  /** The same for pictures, in percent. */
  videoBlockRate = 0;
  /** Which stream. */
  streamType: TRTCVideoStreamType = TRTCVideoStreamType.TRTCVideoStreamTypeBig;
  /** Over the whole chain from that user to here. */
  audioPacketLoss = 0;
  /** Over the whole chain from that user to here, in percent. */
  videoPacketLoss = 0;
  /** Network both ways to the server and waiting here; without capturing and encoding. 0 until the other side told its part. */
  point2PointDelay = 0;
  /** From that user to the server, as its SDK told; 0 before. */
  remoteNetworkUplinkLoss = 0;
  /** Between that user and the server and back, in milliseconds; 0 before it was told. */
  remoteNetworkRTT = 0;
}

/**
 * What `onStatistics` tells. A browser does not tell of the processor and of the way to the gateway, and of memory at most how much the
 * scripts of the page hold (Chromium): `appCpu`, `systemCpu`, `gatewayRtt` and the memory fields are always 0.
 */
export class TRTCStatistics {
  /** Percent of the packets sent to, or received from, the server. */
  upLoss = 0;
  /** Percent of the packets from the server. */
  downLoss = 0;
  /** Always 0. */
  appCpu = 0;
  /** Always 0. */
  systemCpu = 0;
  /** To the server and back, in milliseconds. */
  rtt = 0;
  /** Of media, since the stay began. */
  receivedBytes = 0;
  /** Of media, since the stay began. */
  sentBytes = 0;
  /** One for each stream that is being sent, the small one last. */
  localStatisticsArray: TRTCLocalStatistics[] = [];
  /** How many those are. */
  localStatisticsArraySize = 0;
  /** One for each stream that is being received. */
  remoteStatisticsArray: TRTCRemoteStatistics[] = [];
  /** How many those are. */
  remoteStatisticsArraySize = 0;
  /** Always 0. */
  gatewayRtt = 0;
  /** Always 0. */
  appMemoryUsageInMB = 0;
  /** Always 0. */
  systemMemoryUsageInMB = 0;
  /** Always 0. */
  systemMemoryInMB = 0;
}

export function toStatistics({ rttMs, local, remote, ...counts }: RoomStatistics): TRTCStatistics {
  return Object.assign(new TRTCStatistics(), {
    ...counts,
    rtt: rttMs,
    localStatisticsArray: local.map(toLocal),
    localStatisticsArraySize: local.length,
    remoteStatisticsArray: remote.map(toRemote),
    remoteStatisticsArraySize: remote.length,
  });
}

/** The user's own quality is that of the uplink. */
export function toQualities({ uplink, remote }: RoomQuality): [TRTCQualityInfo, TRTCQualityInfo[]] {
  return [toQuality('', uplink), remote.map(({ userId, quality }) => toQuality(userId, quality))];
}

function toQuality(userId: string, quality: NetworkQuality): TRTCQualityInfo {
  return Object.assign(new TRTCQualityInfo(), { userId, quality });
}

function streamFields(stream: LocalStatistics): { [K in keyof TRTCLocalStatistics]: TRTCLocalStatistics[K] } {
  return {
    width: stream.width,
    height: stream.height,
    frameRate: stream.fps,
    videoBitrate: stream.videoKbps,
    audioSampleRate: stream.audioSampleRate,
    audioBitrate: stream.audioKbps,
    streamType: toStreamType(stream.source, stream.layer),
  };
}

function toLocal(stream: LocalStatistics): TRTCLocalStatistics {
  return Object.assign(new TRTCLocalStatistics(), streamFields(stream));
}

function toRemote(stream: RemoteStatistics): TRTCRemoteStatistics {
  return Object.assign(new TRTCRemoteStatistics(), {
    ...streamFields(stream),
    userId: stream.userId,
    finalLoss: Math.max(stream.audioLoss, stream.videoLoss),
    jitterBufferDelay: stream.bufferMs,
    audioTotalBlockTime: stream.audioBlockedMs,
    audioBlockRate: stream.audioBlockedPercent,
    videoTotalBlockTime: stream.videoBlockedMs,
    videoBlockRate: stream.videoBlockedPercent,
    audioPacketLoss: stream.audioLoss,
    videoPacketLoss: stream.videoLoss,
    point2PointDelay: stream.delayMs,
    remoteNetworkUplinkLoss: stream.uplinkLoss,
    remoteNetworkRTT: stream.uplinkRttMs,
  });
}
