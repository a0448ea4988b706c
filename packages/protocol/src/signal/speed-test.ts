import * as z from 'zod/mini';
import { dtlsParametersSchema } from './media.ts';

/**
 * A speed test runs over one unreliable, unordered data channel of WebRTC, the same way that media takes. Limits are the same on both
 * sides (docs/trtc.md 2.11).
 */
export const SPEED_TEST = {
  /** Of the wished bandwidths; 0 leaves a direction out. kbit/s. */
  kbps: { least: 10, most: 5_000 },
  /** Small packets that the server sends back, one by one. */
  pings: { count: 100, everyMs: 20 },
  /** How long each direction is filled at the wished rate. */
  loadMs: 2_000,
  /** Of a packet that fills; small ones below `smallBelowKbps`, so that some come about there too. */
  loadBytes: { small: 200, large: 1_000 },
  smallBelowKbps: 200,
  /** Of the data channel, which is negotiated. The client is the DTLS client; SCTP goes over port 5000 on both sides. */
  streamId: 0,
  /** The server closes the path after that. */
  lifetimeMs: 20_000,
} as const;

/** A wished bandwidth. */
export const speedTestKbpsSchema = z.union([
  z.literal(0),
  z.int().check(z.minimum(SPEED_TEST.kbps.least), z.maximum(SPEED_TEST.kbps.most)),
]);

export const speedTestParamsSchema = z.object({
  dtlsParameters: dtlsParametersSchema,
  upKbps: speedTestKbpsSchema,
  downKbps: speedTestKbpsSchema,
});

/** What the server has counted of what the client sent. */
export const speedReportSchema = z.object({
  pings: z.int(),
  /** RFC 3550 6.4.1. */
  jitterMs: z.number(),
  /** Bytes that filled, after the first packet, and the time from that to the last one. */
  loadBytes: z.int(),
  loadMs: z.number(),
});
export type SpeedReport = z.infer<typeof speedReportSchema>;

/** What a packet is. */
export const SPEED_PACKET = { ping: 1, pong: 2, load: 3 } as const;

/** A ping, or its answer with the sender's time beside the server's. Times in milliseconds of each one's own clock. */
export interface Ping {
  readonly type: number;
  readonly seq: number;
  readonly sentAt: number;
  readonly serverAt: number;
}

export const PING_BYTES = 21;

export function encodePing({ type, seq, sentAt, serverAt }: Ping): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PING_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  view.setUint32(1, seq);
  view.setFloat64(5, sentAt);
  view.setFloat64(13, serverAt);
  return bytes;
}

/** Null for anything else. */
export function decodePing(bytes: Uint8Array): Ping | null {
  if (bytes.length !== PING_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    type: view.getUint8(0),
    seq: view.getUint32(1),
    sentAt: view.getFloat64(5),
    serverAt: view.getFloat64(13),
  };
}

export function isLoad(bytes: Uint8Array): boolean {
  const { small, large } = SPEED_TEST.loadBytes;
  return (bytes.length === small || bytes.length === large) && bytes[0] === SPEED_PACKET.load;
}

/** A packet that fills a way at that rate. */
export function loadPacket(kbps: number): Uint8Array<ArrayBuffer> {
  const { small, large } = SPEED_TEST.loadBytes;
  const bytes = new Uint8Array(kbps < SPEED_TEST.smallBelowKbps ? small : large);
  bytes[0] = SPEED_PACKET.load;
  return bytes;
}
