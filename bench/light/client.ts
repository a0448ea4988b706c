import type {
  ConsumerMessage,
  RtpCapabilitiesMessage,
  SnapshotMessage,
  TransportMessage,
  WelcomeFrame,
} from '@rotunda/protocol';
import { BENCH_APP, userSig } from '../lib/credentials.ts';
import { LightReceiver, LightSender, type ConnectTransport } from './media.ts';
import { rtpParametersOf, type RtpSource } from './rtp.ts';
import type { SdpCodec } from './sdp.ts';
import { LightSignal, type ReceivedEvent } from './signal.ts';

const CALL_SCENE = 0;
const ANCHOR = 20;

export interface LightOptions {
  readonly serverUrl: string;
  readonly roomId: number;
  readonly userId: string;
}

/** A user without a browser: the real protocol and, for whoever publishes or watches, real media. */
export class LightClient {
  readonly userId: string;
  readonly signal: LightSignal;
  readonly snapshot: SnapshotMessage;
  /** The end of the stay by the server's word. Settles only then. */
  readonly ended: Promise<ReceivedEvent<'ended'>>;
  readonly #welcome: WelcomeFrame;
  readonly #connect: ConnectTransport;
  #sender: LightSender | undefined;
  #receiver: LightReceiver | undefined;

  private constructor(userId: string, signal: LightSignal, welcome: WelcomeFrame, snapshot: SnapshotMessage) {
    this.userId = userId;
    this.signal = signal;
    this.snapshot = snapshot;
    this.#welcome = welcome;
    this.#connect = (transportId, dtlsParameters) =>
      signal.request('connectTransport', { transportId, dtlsParameters });
    this.ended = new Promise((resolve) => {
      signal.on('ended', (event) => resolve(event));
    });
  }

  /** Opens a socket and enters; resolves with the snapshot. */
  static async enter({ serverUrl, roomId, userId }: LightOptions): Promise<LightClient> {
    const signal = new LightSignal(serverUrl);
    const welcome = await signal.welcome;
    const snapshot = await signal.request('enter', {
      sdkAppId: BENCH_APP.sdkAppId,
      userId,
      userSig: userSig(userId),
      room: { roomId },
      scene: CALL_SCENE,
      role: ANCHOR,
      rtpCapabilities: welcome.routerRtpCapabilities,
    });
    return new LightClient(userId, signal, welcome, snapshot);
  }

  /** Publishes synthetic packets; resolves when they flow. */
  async publish(source: RtpSource): Promise<LightSender> {
    const transport = this.#sendTransport();
    const published = this.signal.request('publish', {
      transportId: transport.transportId,
      source: source.kind,
      rtpParameters: rtpParametersOf(source),
      muted: false,
    });
    const opened = LightSender.open({ transport, sources: [source], connect: this.#connect });
    const [sender] = await Promise.all([opened, published]);
    this.#sender = sender;
    return sender;
  }

  /** Subscribes to one stream; resolves when the consumer is resumed. Its packets count only once decrypted. */
  async watch({ userId, kind }: { userId: string; kind: 'audio' | 'video' }): Promise<LightReceiver> {
    const { transports } = this.snapshot;
    if (!transports) {
      throw new Error('a new stay has transports');
    }
    const subscribed = this.signal.request('subscribe', { userId, source: kind, layer: 'big' });
    this.#receiver = await LightReceiver.open({
      transport: transports.recv,
      codecs: [routerCodec(this.#welcome.routerRtpCapabilities, kind)],
      consumers: subscribed.then((consumer): ConsumerMessage[] => [consumer]),
      connect: this.#connect,
    });
    const { consumerId } = await subscribed;
    await this.signal.request('resumeConsumer', { consumerId });
    return this.#receiver;
  }

  /** The next leave of that user, as this client is told. */
  left(userId: string): Promise<ReceivedEvent<'userLeft'>> {
    return this.signal.next('userLeft', (data) => data.userId === userId);
  }

  async exit(): Promise<void> {
    await this.signal.request('exit', {});
    this.close();
  }

  /** Ends everything of this client at once. */
  close(): void {
    this.closeMedia();
    this.signal.close();
  }

  closeMedia(): void {
    this.#sender?.close();
    this.#sender = undefined;
    this.#receiver?.close();
    this.#receiver = undefined;
  }

  #sendTransport(): TransportMessage {
    const send = this.snapshot.transports?.send;
    if (!send) {
      throw new Error('an anchor has a send transport');
    }
    return send;
  }
}

/** What a router forwards of that kind: its first codec. */
export function routerCodec(capabilities: RtpCapabilitiesMessage, kind: 'audio' | 'video'): SdpCodec {
  const codec = capabilities.codecs.find((candidate) => candidate.kind === kind);
  if (codec?.preferredPayloadType === undefined) {
    throw new Error(`the router has no ${kind} codec`);
  }
  return { ...codec, payloadType: codec.preferredPayloadType };
}
