import { systemClock } from '@rotunda/base';
import { SPEED_TEST, type DtlsParametersMessage, type TransportMessage } from '@rotunda/protocol';
import type { IceServer } from './engine.ts';

/** Packets to the server and back over the way that media takes: what is lost on it stays lost. */
export interface SpeedChannel {
  /** What the server must know of this end. */
  readonly dtlsParameters: DtlsParametersMessage;
  /** Resolves when packets get through; rejects when they do not within some seconds, or after `close`. */
  connect(transport: TransportMessage): Promise<void>;
  /** @returns false, and sends nothing, while the way is full. */
  send(bytes: Uint8Array<ArrayBuffer>): boolean;
  /** The server's address that is used; empty when it is not known. */
  address(): Promise<string>;
  /** Idempotent. */
  close(): void;
}

/** Rejects where the platform has no data channels. `iceServers`: ways around closed networks. */
export type SpeedChannelFactory = (
  onPacket: (bytes: Uint8Array) => void,
  iceServers: readonly IceServer[],
) => Promise<SpeedChannel>;

/** Data that waits to be sent beyond this says that the way is full. Bytes. */
const FULL_BYTES = 32 * 1_024;
/** On a way that loses every fourth packet a handshake needs some tries. */
const CONNECT_MS = 10_000;

/** A data channel of WebRTC. */
export const openRtcSpeedChannel: SpeedChannelFactory = async (onPacket, iceServers) => {
  const connection = new RTCPeerConnection({ iceServers: iceServers as RTCIceServer[] });
  try {
    const channel = connection.createDataChannel('', {
      negotiated: true,
      id: SPEED_TEST.streamId,
      ordered: false,
      maxRetransmits: 0,
    });
    channel.binaryType = 'arraybuffer';
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) onPacket(new Uint8Array(data));
    });
    await connection.setLocalDescription(await connection.createOffer());
    return new RtcSpeedChannel(connection, channel);
  } catch (error) {
    connection.close();
    throw error;
  }
};

class RtcSpeedChannel implements SpeedChannel {
  readonly #connection: RTCPeerConnection;
  readonly #channel: RTCDataChannel;

  constructor(connection: RTCPeerConnection, channel: RTCDataChannel) {
    this.#connection = connection;
    this.#channel = channel;
  }

  get dtlsParameters(): DtlsParametersMessage {
    const sdp = this.#connection.localDescription?.sdp ?? '';
    const value = /^a=fingerprint:sha-256 (\S+)/im.exec(sdp)?.[1] ?? '';
    return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] };
  }

  async connect(transport: TransportMessage): Promise<void> {
    const mid = midOf(this.#connection.localDescription);
    const answered = this.#connection.setRemoteDescription({
      type: 'answer',
      sdp: answerSdp(transport, mid),
    });
    await Promise.all([answered, this.#opened()]);
  }

  send(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.#channel.readyState !== 'open' || this.#channel.bufferedAmount > FULL_BYTES) return false;
    this.#channel.send(bytes);
    return true;
  }

  async address(): Promise<string> {
    const entries = new Map<string, Record<string, unknown>>();
    const report = await this.#connection.getStats();
    report.forEach((entry: Record<string, unknown>) => entries.set(String(entry.id), entry));
    const used = [...entries.values()].find(
      ({ type, nominated, state }) =>
        type === 'candidate-pair' && nominated === true && state === 'succeeded',
    );
    const address = entries.get(String(used?.remoteCandidateId))?.address;
    return typeof address === 'string' ? address : '';
  }

  close(): void {
    this.#channel.close();
    this.#connection.close();
  }

  #opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = systemClock.after(CONNECT_MS, () => reject(new Error('no packet reached the server')));
      this.#channel.addEventListener('open', () => {
        timer.cancel();
        resolve();
      });
      this.#channel.addEventListener('close', () => {
        timer.cancel();
        reject(new Error('the speed test was closed'));
      });
    });
  }
}

function midOf(description: RTCSessionDescription | null): string {
  return /^a=mid:(\S+)/m.exec(description?.sdp ?? '')?.[1] ?? '0';
}

/** What an ICE-lite server would answer to an offer of nothing but a data channel (RFC 8829, RFC 8841). */
export function answerSdp(
  { iceParameters, iceCandidates, dtlsParameters }: TransportMessage,
  mid: string,
): string {
  const candidates = iceCandidates.map(({ foundation, protocol, priority, address, port, type, tcpType }) => {
    const tcp = tcpType ? ` tcptype ${tcpType}` : '';
    return `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${tcp}`;
  });
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    'a=ice-lite',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 127.0.0.1',
    `a=mid:${mid}`,
    'a=setup:passive',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    ...dtlsParameters.fingerprints.map(({ algorithm, value }) => `a=fingerprint:${algorithm} ${value}`),
    'a=sctp-port:5000',
    'a=max-message-size:2048',
    ...candidates,
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}
