import * as datachannel from 'node-datachannel';
import type { ConsumerMessage, DtlsParametersMessage, TransportMessage } from '@rotunda/protocol';
import { isRtp, rtpPacket, type RtpSource } from './rtp.ts';
import { buildAnswer, dtlsParametersOf, type SdpCodec, type SdpMedia } from './sdp.ts';

/** Hands the client's DTLS parameters to the server; resolves when the server transport expects the handshake. */
export type ConnectTransport = (
  transportId: string,
  dtlsParameters: DtlsParametersMessage,
) => Promise<unknown>;

interface Section {
  readonly mid: string;
  readonly kind: 'audio' | 'video';
  readonly codec: SdpCodec;
  readonly track: datachannel.Track;
}

/** A source on its way: `next` is the number of its next packet. */
interface Flow {
  readonly source: RtpSource;
  readonly track: datachannel.Track;
  next: number;
  timer: NodeJS.Timeout | undefined;
}

/** How often a sender looks which packets are due. */
const SEND_TICK_MS = 4;

/** One real ICE, DTLS and SRTP association with a server transport. */
class LightPeer {
  readonly #connection: datachannel.PeerConnection;
  readonly #sections: Section[] = [];

  constructor(name: string) {
    this.#connection = new datachannel.PeerConnection(name, {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
    });
  }

  addSection(options: { kind: 'audio' | 'video'; codec: SdpCodec; sendSsrc?: number }): Section {
    const { kind, codec, sendSsrc } = options;
    const mid = String(this.#sections.length);
    const direction = sendSsrc === undefined ? 'RecvOnly' : 'SendOnly';
    const media = kind === 'audio' ? audioMedia(mid, direction, codec) : videoMedia(mid, direction, codec);
    if (sendSsrc !== undefined) {
      media.addSSRC(sendSsrc, `light-${sendSsrc}`, 'light', kind);
    }
    const section = { mid, kind, codec, track: this.#connection.addTrack(media) };
    this.#sections.push(section);
    return section;
  }

  /** Offers all sections and returns the DTLS parameters of the offer. */
  offer(): Promise<DtlsParametersMessage> {
    return new Promise((resolve) => {
      this.#connection.onLocalDescription((sdp) => resolve(dtlsParametersOf(sdp)));
      this.#connection.setLocalDescription('offer');
    });
  }

  answer(transport: TransportMessage, media: readonly SdpMedia[]): void {
    this.#connection.setRemoteDescription(buildAnswer(transport, media), 'answer');
  }

  close(): void {
    this.#connection.close();
  }
}

/** Publishes synthetic packets over one transport. */
export class LightSender {
  readonly #peer = new LightPeer('send');
  #flows: Flow[] = [];
  #sent = 0;

  private constructor() {}

  /** Resolves when DTLS is up; the sources then send until `close`. */
  static async open(options: {
    transport: TransportMessage;
    sources: readonly RtpSource[];
    connect: ConnectTransport;
  }): Promise<LightSender> {
    const { transport, sources, connect } = options;
    const sender = new LightSender();
    const sections = sources.map(({ kind, codec, ssrc }) =>
      sender.#peer.addSection({ kind, codec, sendSsrc: ssrc }),
    );
    await connect(transport.transportId, await sender.#peer.offer());
    const opened = sections.map(({ track }) => opening(track));
    sender.#peer.answer(
      transport,
      sections.map(({ mid, kind, codec }) => ({ mid, kind, codec, direction: 'recvonly' as const })),
    );
    await Promise.all(opened);
    sender.#flows = sources.flatMap((source, index) => {
      const section = sections[index];
      return section ? [{ source, track: section.track, next: 0, timer: undefined }] : [];
    });
    sender.resume();
    return sender;
  }

  /** Packets sent so far. */
  get sent(): number {
    return this.#sent;
  }

  pause(): void {
    for (const flow of this.#flows) {
      clearInterval(flow.timer);
      flow.timer = undefined;
    }
  }

  resume(): void {
    for (const flow of this.#flows) {
      flow.timer ??= this.#run(flow);
    }
  }

  close(): void {
    this.pause();
    this.#peer.close();
  }

  #run(flow: Flow): NodeJS.Timeout {
    const { source, track } = flow;
    const first = flow.next;
    const startedAt = performance.now();
    return setInterval(() => {
      const due = first + Math.floor(((performance.now() - startedAt) * source.packetsPerSecond) / 1000);
      for (; flow.next <= due && track.isOpen(); flow.next += 1) {
        track.sendMessageBinary(rtpPacket(source, flow.next));
        this.#sent += 1;
      }
    }, SEND_TICK_MS);
  }
}

/** Receives and decrypts; a packet counts only when it has come out of SRTP. */
export class LightReceiver {
  readonly #peer = new LightPeer('recv');
  readonly #firstRtp: Promise<number>;
  #tellFirstRtp: ((at: number) => void) | undefined;
  #received = 0;

  private constructor() {
    this.#firstRtp = new Promise((resolve) => {
      this.#tellFirstRtp = resolve;
    });
  }

  /**
   * Connects and consumes. `consumers` may still be on its way: it is awaited together with the connection.
   *
   * @param codecs one per consumer, in order: what the server's router will send
   */
  static async open(options: {
    transport: TransportMessage;
    codecs: readonly SdpCodec[];
    consumers: Promise<readonly ConsumerMessage[]>;
    connect: ConnectTransport;
  }): Promise<LightReceiver> {
    const { transport, codecs, connect } = options;
    const receiver = new LightReceiver();
    const sections = codecs.map((codec) =>
      receiver.#peer.addSection({ kind: codec.mimeType.startsWith('audio/') ? 'audio' : 'video', codec }),
    );
    for (const { track } of sections) {
      track.onMessage((packet) => receiver.#onPacket(packet));
    }
    const connected = receiver.#peer.offer().then((dtls) => connect(transport.transportId, dtls));
    const [consumers] = await Promise.all([options.consumers, connected]);
    receiver.#peer.answer(
      transport,
      sections.map(({ mid, kind, codec }, index) => ({
        mid,
        kind,
        codec,
        direction: 'sendonly' as const,
        ssrc: consumers[index]?.rtpParameters.encodings[0]?.ssrc,
      })),
    );
    return receiver;
  }

  /** Resolves with `performance.now()` of the first decrypted RTP packet. */
  get firstRtp(): Promise<number> {
    return this.#firstRtp;
  }

  /** Decrypted RTP packets so far. */
  get received(): number {
    return this.#received;
  }

  close(): void {
    this.#peer.close();
  }

  #onPacket(packet: Uint8Array): void {
    if (!isRtp(packet)) {
      return;
    }
    this.#received += 1;
    this.#tellFirstRtp?.(performance.now());
    this.#tellFirstRtp = undefined;
  }
}

function audioMedia(mid: string, direction: datachannel.Direction, codec: SdpCodec): datachannel.Audio {
  const media = new datachannel.Audio(mid, direction);
  media.addOpusCodec(codec.payloadType);
  return media;
}

function videoMedia(mid: string, direction: datachannel.Direction, codec: SdpCodec): datachannel.Video {
  const media = new datachannel.Video(mid, direction);
  media.addVideoCodec(codec.payloadType, codec.mimeType.slice('video/'.length));
  return media;
}

function opening(track: datachannel.Track): Promise<void> {
  return new Promise((resolve) => {
    track.onOpen(resolve);
  });
}
