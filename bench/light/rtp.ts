import type { RtpParametersMessage } from '@rotunda/protocol';
import type { SdpCodec } from './sdp.ts';

const RTP_VERSION = 0x80;
const HEADER_BYTES = 12;
/** VP8 payload descriptor (RFC 7741 section 4.2): start of partition 0, nothing else. */
const VP8_DESCRIPTOR = 0x10;
/** VP8 payload header (RFC 7741 section 4.3): the lowest bit clear means key frame. */
const VP8_KEY_FRAME = 0x00;
const VP8_INTER_FRAME = 0x01;
const KEY_FRAME_EVERY = 30;

/** What a light client publishes: one stream of synthetic packets. */
export interface RtpSource {
  readonly kind: 'audio' | 'video';
  readonly codec: SdpCodec;
  readonly ssrc: number;
  /** Bytes of payload per packet. */
  readonly payloadBytes: number;
  readonly packetsPerSecond: number;
}

/** Opus at 20 ms a packet, 40 kbit/s. */
export function audioSource(ssrc: number): RtpSource {
  const codec = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 };
  return { kind: 'audio', codec, ssrc, payloadBytes: 100, packetsPerSecond: 50 };
}

/** VP8 with one packet per frame: what a forwarder sees of a large picture, without an encoder. */
export function videoSource(ssrc: number, packetsPerSecond: number): RtpSource {
  const codec = { mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 };
  return { kind: 'video', codec, ssrc, payloadBytes: 1100, packetsPerSecond };
}

/** The RTP parameters under which a source is published. */
export function rtpParametersOf({ codec, ssrc }: RtpSource): RtpParametersMessage {
  return {
    codecs: [
      {
        mimeType: codec.mimeType,
        payloadType: codec.payloadType,
        clockRate: codec.clockRate,
        ...(codec.channels === undefined ? {} : { channels: codec.channels }),
      },
    ],
    encodings: [{ ssrc }],
    rtcp: { cname: `light-${ssrc}` },
  };
}

/** The packet number `index` of a source (RFC 3550 section 5.1), before encryption. */
export function rtpPacket(source: RtpSource, index: number): Buffer {
  const packet = Buffer.alloc(HEADER_BYTES + source.payloadBytes, 0x5a);
  const ticks = Math.round((index * source.codec.clockRate) / source.packetsPerSecond);
  packet[0] = RTP_VERSION;
  packet[1] = source.codec.payloadType | (source.kind === 'video' ? 0x80 : 0);
  packet.writeUInt16BE(index & 0xffff, 2);
  packet.writeUInt32BE(ticks % 2 ** 32, 4);
  packet.writeUInt32BE(source.ssrc, 8);
  if (source.kind === 'video') {
    packet[HEADER_BYTES] = VP8_DESCRIPTOR;
    packet[HEADER_BYTES + 1] = index % KEY_FRAME_EVERY === 0 ? VP8_KEY_FRAME : VP8_INTER_FRAME;
  }
  return packet;
}

/** Whether a received packet is RTP and not multiplexed RTCP (RFC 5761 section 4). */
export function isRtp(packet: Uint8Array): boolean {
  const second = packet[1];
  return packet.length >= HEADER_BYTES && second !== undefined && (second < 192 || second > 223);
}
