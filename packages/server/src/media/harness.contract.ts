import type { RtpCapabilitiesMessage, RtpParametersMessage, TransportMessage } from '@rotunda/protocol';
import type { DtlsParametersMessage, RoomKey } from '@rotunda/protocol';
import { systemClock } from '@rotunda/base';
import { observer } from 'mediasoup';
import type { Consumer, Producer, Router, Transport, Worker } from 'mediasoup/types';
import { Audio, PeerConnection } from 'node-datachannel';
import type { Track } from 'node-datachannel';
import type { MediaMember, MediaService } from './port.ts';
import type { MediaServiceOptions } from './service.ts';
import { createMediaService } from './service.ts';

/** Everything that mediasoup opened since the spy was made: tests look behind the port and kill with it. */
export class MediasoupSpy {
  readonly workers: Worker[] = [];
  readonly routers: { worker: Worker; router: Router }[] = [];
  readonly transports: Transport[] = [];
  readonly producers: Producer[] = [];
  readonly consumers: Consumer[] = [];
  readonly #onWorker = (worker: Worker): void => {
    this.workers.push(worker);
    worker.observer.on('newrouter', (router) => {
      this.routers.push({ worker, router });
      router.observer.on('newtransport', (transport: Transport) => {
        this.transports.push(transport);
        transport.observer.on('newproducer', (producer) => this.producers.push(producer));
        transport.observer.on('newconsumer', (consumer) => this.consumers.push(consumer));
      });
    });
  };

  constructor() {
    observer.on('newworker', this.#onWorker);
  }

  stop(): void {
    observer.off('newworker', this.#onWorker);
  }

  openRouters(): Router[] {
    return this.routers.map(({ router }) => router).filter(({ closed }) => !closed);
  }

  /** The worker that carries a member: the one whose router knows its receive transport. */
  async workerOf(member: MediaMember): Promise<Worker> {
    for (const { worker, router } of this.routers) {
      if (router.closed) continue;
      const { transportIds } = await router.dump();
      if (transportIds.includes(member.transports.recv.transportId)) return worker;
    }
    throw new Error('no router carries this member');
  }
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly context: object;
  readonly message: string;
}

/** A service on free ports of loopback, and what it logged. */
export async function startMedia(
  options: Partial<MediaServiceOptions> = {},
): Promise<{ service: MediaService; log: LogLine[] }> {
  const log: LogLine[] = [];
  const write =
    (level: LogLine['level']) =>
    (context: object, message: string): void =>
      void log.push({ level, context, message });
  const service = await createMediaService({
    workers: 1,
    basePort: 0,
    listenHost: '127.0.0.1',
    clock: systemClock,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    ...options,
  });
  return { service, log };
}

export const ROOM: RoomKey = { sdkAppId: 1400000001, kind: 'string', id: 'lobby' };

let sessions = 0;

/** Joins `room` with a client that can do all that the server can. */
export function join(
  service: MediaService,
  request: { room?: string; mayPublish?: boolean; rtpCapabilities?: RtpCapabilitiesMessage } = {},
): Promise<MediaMember> {
  return service.join({
    key: { ...ROOM, id: request.room ?? ROOM.id },
    incarnation: 'i1',
    sessionId: `s${++sessions}`,
    rtpCapabilities: request.rtpCapabilities ?? service.routerRtpCapabilities,
    mayPublish: request.mayPublish ?? true,
  });
}

export const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';
export const RID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';

export function opus(ssrc = 1111, mid = 'a'): RtpParametersMessage {
  return {
    mid,
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: 111,
        clockRate: 48_000,
        channels: 2,
        parameters: { minptime: 10, useinbandfec: 1 },
        rtcpFeedback: [{ type: 'transport-cc' }],
      },
    ],
    headerExtensions: [{ uri: MID, id: 1 }],
    encodings: [{ ssrc }],
    rtcp: { cname: 'somebody' },
  };
}

export function vp8(
  encodings: RtpParametersMessage['encodings'] = [{ ssrc: 2222, rtx: { ssrc: 2223 } }],
  mid = 'v',
): RtpParametersMessage {
  return {
    mid,
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: 96,
        clockRate: 90_000,
        rtcpFeedback: [
          { type: 'nack' },
          { type: 'nack', parameter: 'pli' },
          { type: 'ccm', parameter: 'fir' },
        ],
      },
      { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } },
    ],
    headerExtensions: [
      { uri: MID, id: 1 },
      { uri: RID, id: 2 },
    ],
    encodings,
  };
}

export const SIMULCAST: RtpParametersMessage['encodings'] = [
  { rid: 'r0', maxBitrate: 100_000, scaleResolutionDownBy: 4 },
  { rid: 'r1', maxBitrate: 900_000, scaleResolutionDownBy: 1 },
];

/** The consumers that the member is told have ended, as they do. */
export function closedConsumers(member: MediaMember): string[] {
  const closed: string[] = [];
  member.events.on('consumerClosed', (id) => closed.push(id));
  return closed;
}

/** Publishes the microphone of a member. */
export async function publishAudio(member: MediaMember, ssrc = 1111): Promise<string> {
  const { streamId } = await member.publish({
    transportId: member.transports.send!.transportId,
    source: 'audio',
    rtpParameters: opus(ssrc),
    muted: false,
  });
  return streamId;
}

/** A browser's part of one transport: ICE, DTLS and SRTP for real. */
export class RtcClient {
  readonly #peer: PeerConnection;
  readonly #track: Track;

  private constructor(peer: PeerConnection, track: Track) {
    this.#peer = peer;
    this.#track = track;
  }

  static async connect(member: MediaMember, transport: TransportMessage): Promise<RtcClient> {
    const peer = new PeerConnection('test', { iceServers: [], disableAutoNegotiation: true });
    const audio = new Audio('0', 'SendRecv');
    audio.addOpusCodec(111);
    audio.addSSRC(1111, 'test');
    const client = new RtcClient(peer, peer.addTrack(audio));
    const offered = new Promise<string>((resolve) => peer.onLocalDescription((sdp) => resolve(sdp)));
    peer.setLocalDescription('offer');
    await member.connectTransport(transport.transportId, dtlsOf(await offered));
    const open = new Promise<void>((resolve) => client.#track.onOpen(resolve));
    peer.setRemoteDescription(answerOf(transport), 'answer');
    await open;
    return client;
  }

  /** Sends one RTP packet, exactly as given. @returns false if the SRTP library would not encrypt it (a repetition). */
  send(packet: Buffer): boolean {
    try {
      return this.#track.sendMessageBinary(packet);
    } catch {
      return false;
    }
  }

  close(): void {
    this.#track.close();
    this.#peer.close();
  }
}

function dtlsOf(sdp: string): DtlsParametersMessage {
  const value = /^a=fingerprint:sha-256 (\S+)/m.exec(sdp)?.[1] ?? '';
  return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] };
}

function answerOf({ iceParameters, iceCandidates, dtlsParameters }: TransportMessage): string {
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')!;
  const candidates = iceCandidates
    .filter(({ protocol, address }) => protocol === 'udp' && address === '127.0.0.1')
    .map((c) => `a=candidate:${c.foundation} 1 udp ${c.priority} ${c.address} ${c.port} typ host`);
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint.value}`,
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 127.0.0.1',
    'a=setup:passive',
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    ...candidates,
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}

/** An RTP packet (RFC 3550 5.1) with header extensions (RFC 8285) in the one-byte or the two-byte form. */
export function rtpPacket(request: {
  payloadType: number;
  ssrc: number;
  sequenceNumber: number;
  extensions?: { id: number; value: string }[];
  twoByteExtensions?: boolean;
  payload?: Buffer;
}): Buffer {
  const { payloadType, ssrc, sequenceNumber, extensions = [], twoByteExtensions = false } = request;
  const header = Buffer.alloc(12);
  header.writeUInt8(extensions.length > 0 ? 0x90 : 0x80, 0);
  header.writeUInt8(payloadType, 1);
  header.writeUInt16BE(sequenceNumber & 0xffff, 2);
  header.writeUInt32BE((sequenceNumber * 960) >>> 0, 4);
  header.writeUInt32BE(ssrc, 8);
  const elements = extensions.map(({ id, value }) => {
    const prefix = twoByteExtensions ? [id, value.length] : [(id << 4) | (value.length - 1)];
    return Buffer.concat([Buffer.from(prefix), Buffer.from(value)]);
  });
  const body = Buffer.concat(elements);
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  const prefix = Buffer.alloc(extensions.length > 0 ? 4 : 0);
  if (extensions.length > 0) {
    prefix.writeUInt16BE(twoByteExtensions ? 0x1000 : 0xbede, 0);
    prefix.writeUInt16BE(padded.length / 4, 2);
  }
  return Buffer.concat([header, prefix, padded, request.payload ?? Buffer.alloc(40, 7)]);
}

/** Waits until `check` answers something other than false or undefined. */
export async function until<T>(
  check: () => T | false | undefined | Promise<T | false | undefined>,
  what: string,
  limitMs = 15_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await check();
    if (value !== false && value !== undefined) return value;
    if (Date.now() > end) throw new Error(`did not happen within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
