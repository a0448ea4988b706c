import type { MediaStats, StatsEntry } from '../media/engine.ts';

/**
 * What Chromium counted in a call with one other user, two seconds apart: the small and the big stream and sound sent, a
 * picture and sound received, and the probes that measure bandwidth. Only the entries and fields that are read.
 */
// prettier-ignore
const RECORDED: Record<'before' | 'after', { send: StatsEntry[]; recv: StatsEntry[] }> = {
  before: {
    send: [
      { id: 'id1', type: 'codec', mimeType: 'audio/opus', clockRate: 48000 },
      { id: 'id2', type: 'codec', mimeType: 'video/VP8', clockRate: 90000 },
      { id: 'id3', type: 'candidate-pair', currentRoundTripTime: 0.002, bytesSent: 342204, bytesReceived: 6784 },
      { type: 'outbound-rtp', timestamp: 1000.0, kind: 'audio', mid: '1', mediaSourceId: 'id8', ssrc: 3205318094, codecId: 'id1', bytesSent: 43410, packetsSent: 468 },
      { type: 'outbound-rtp', timestamp: 1000.0, kind: 'video', mid: '0', mediaSourceId: 'id9', rid: 'r1', ssrc: 2052034238, codecId: 'id2', frameWidth: 640, frameHeight: 360, framesSent: 142, bytesSent: 182457, packetsSent: 252 },
      { type: 'outbound-rtp', timestamp: 1000.0, kind: 'video', mid: '0', mediaSourceId: 'id9', rid: 'r0', ssrc: 4078052075, codecId: 'id2', frameWidth: 160, frameHeight: 90, framesSent: 142, bytesSent: 60765, packetsSent: 214 },
      { id: 'id8', type: 'media-source', kind: 'audio', totalAudioEnergy: 0.1, totalSamplesDuration: 9.4 },
      { id: 'id9', type: 'media-source', kind: 'video', frames: 150 },
      { type: 'remote-inbound-rtp', ssrc: 3205318094, packetsLost: 0 },
      { type: 'remote-inbound-rtp', ssrc: 2052034238, packetsLost: 0 },
      { type: 'remote-inbound-rtp', ssrc: 4078052075, packetsLost: 0 },
      { id: 'id4', type: 'transport', selectedCandidatePairId: 'id3' },
    ],
    recv: [
      { id: 'id5', type: 'codec', mimeType: 'audio/opus', clockRate: 48000 },
      { id: 'id6', type: 'codec', mimeType: 'video/VP8', clockRate: 90000 },
      { id: 'id7', type: 'candidate-pair', currentRoundTripTime: 0.001, bytesSent: 8172, bytesReceived: 262794 },
      { type: 'inbound-rtp', timestamp: 1000.049, kind: 'audio', mid: '0', ssrc: 391531503, codecId: 'id5', bytesReceived: 41259, packetsReceived: 456, packetsLost: 0, jitterBufferDelay: 33100.8, jitterBufferEmittedCount: 433920, concealedSamples: 1920, silentConcealedSamples: 360, totalSamplesDuration: 9.23, totalAudioEnergy: 0.05 },
      { type: 'inbound-rtp', timestamp: 1000.049, kind: 'video', mid: 'probator', ssrc: 1234, framesDecoded: 0, bytesReceived: 1760, packetsReceived: 8, packetsLost: 0, jitterBufferDelay: 0, jitterBufferEmittedCount: 0, totalFreezesDuration: 0, totalInterFrameDelay: 0 },
      { type: 'inbound-rtp', timestamp: 1000.049, kind: 'video', mid: '1', ssrc: 180340802, codecId: 'id6', frameWidth: 640, frameHeight: 360, framesReceived: 130, framesDecoded: 128, bytesReceived: 170533, packetsReceived: 233, packetsLost: 0, jitterBufferDelay: 0.989324, jitterBufferEmittedCount: 128, totalFreezesDuration: 0, totalInterFrameDelay: 8.51 },
      { id: 'id4', type: 'transport', selectedCandidatePairId: 'id7' },
    ],
  },
  after: {
    send: [
      { id: 'id1', type: 'codec', mimeType: 'audio/opus', clockRate: 48000 },
      { id: 'id2', type: 'codec', mimeType: 'video/VP8', clockRate: 90000 },
      { id: 'id3', type: 'candidate-pair', currentRoundTripTime: 0.001, bytesSent: 413442, bytesReceived: 8144 },
      { type: 'outbound-rtp', timestamp: 3000.048, kind: 'audio', mid: '1', mediaSourceId: 'id8', ssrc: 3205318094, codecId: 'id1', bytesSent: 52857, packetsSent: 568 },
      { type: 'outbound-rtp', timestamp: 3000.048, kind: 'video', mid: '0', mediaSourceId: 'id9', rid: 'r1', ssrc: 2052034238, codecId: 'id2', frameWidth: 640, frameHeight: 360, framesSent: 172, bytesSent: 221657, packetsSent: 307 },
      { type: 'outbound-rtp', timestamp: 3000.048, kind: 'video', mid: '0', mediaSourceId: 'id9', rid: 'r0', ssrc: 4078052075, codecId: 'id2', frameWidth: 160, frameHeight: 90, framesSent: 172, bytesSent: 70972, packetsSent: 258 },
      { id: 'id8', type: 'media-source', kind: 'audio', totalAudioEnergy: 0.12, totalSamplesDuration: 11.4 },
      { id: 'id9', type: 'media-source', kind: 'video', frames: 190 },
      { type: 'remote-inbound-rtp', ssrc: 3205318094, packetsLost: 0 },
      { type: 'remote-inbound-rtp', ssrc: 2052034238, packetsLost: 0 },
      { type: 'remote-inbound-rtp', ssrc: 4078052075, packetsLost: 0 },
      { id: 'id4', type: 'transport', selectedCandidatePairId: 'id3' },
    ],
    recv: [
      { id: 'id5', type: 'codec', mimeType: 'audio/opus', clockRate: 48000 },
      { id: 'id6', type: 'codec', mimeType: 'video/VP8', clockRate: 90000 },
      { id: 'id7', type: 'candidate-pair', currentRoundTripTime: 0.001, bytesSent: 10088, bytesReceived: 320533 },
      { type: 'inbound-rtp', timestamp: 3000.106, kind: 'audio', mid: '0', ssrc: 391531503, codecId: 'id5', bytesReceived: 50676, packetsReceived: 556, packetsLost: 0, jitterBufferDelay: 40675.2, jitterBufferEmittedCount: 529920, concealedSamples: 1920, silentConcealedSamples: 360, totalSamplesDuration: 11.23, totalAudioEnergy: 0.13 },
      { type: 'inbound-rtp', timestamp: 3000.106, kind: 'video', mid: 'probator', ssrc: 1234, framesDecoded: 0, bytesReceived: 3520, packetsReceived: 16, packetsLost: 8, jitterBufferDelay: 0, jitterBufferEmittedCount: 0, totalFreezesDuration: 0, totalInterFrameDelay: 0 },
      { type: 'inbound-rtp', timestamp: 3000.106, kind: 'video', mid: '1', ssrc: 180340802, codecId: 'id6', frameWidth: 640, frameHeight: 360, framesReceived: 160, framesDecoded: 157, bytesReceived: 209575, packetsReceived: 286, packetsLost: 0, jitterBufferDelay: 1.668275, jitterBufferEmittedCount: 157, totalFreezesDuration: 0, totalInterFrameDelay: 10.416 },
      { id: 'id4', type: 'transport', selectedCandidatePairId: 'id7' },
    ],
  },
};

export function recorded(moment: 'before' | 'after'): MediaStats {
  return {
    ...structuredClone(RECORDED[moment]),
    sources: new Map([
      ['1', 'audio'],
      ['0', 'video'],
    ]),
    consumers: new Map([
      [391531503, 'audio'],
      [180340802, 'video'],
    ]),
  };
}
