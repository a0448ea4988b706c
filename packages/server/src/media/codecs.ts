import { generateRouterRtpCapabilities } from 'mediasoup/ortc';
import type { RouterRtpCodecCapability, RtpCapabilities } from 'mediasoup/types';

/** What every router speaks. The first video codec is what clients publish unless told otherwise. */
export const ROUTER_CODECS: RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    parameters: { minptime: 10, useinbandfec: 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
];

/**
 * The RTP header extensions (RFC 8285) that Rotunda negotiates: those that the worker reads or writes itself. The
 * others it would copy from the publisher's packets to the viewers', and a value of length 0 in a packet then ends
 * the worker and with it the media of every room on it.
 */
const HEADER_EXTENSIONS: ReadonlySet<string> = new Set([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
]);

/** What clients are told that they can send and receive. The same for all routers: payload types are assigned in order. */
export const ROUTER_CAPABILITIES: RtpCapabilities = offeredCapabilities();

function offeredCapabilities(): RtpCapabilities {
  const all = generateRouterRtpCapabilities(structuredClone(ROUTER_CODECS));
  return {
    codecs: all.codecs ?? [],
    headerExtensions: (all.headerExtensions ?? []).filter(({ uri }) => HEADER_EXTENSIONS.has(uri)),
  };
}
