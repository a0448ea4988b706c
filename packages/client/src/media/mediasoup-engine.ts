import type {
  ConsumerMessage,
  IceParametersMessage,
  RtpCapabilitiesMessage,
  RtpParametersMessage,
  Source,
  TransportMessage,
} from '@rotunda/protocol';
import type { types } from 'mediasoup-client';
import type { LocalTrack } from '../devices/platform.ts';
import type {
  Direction,
  IceServer,
  MediaEngine,
  MediaEngineFactory,
  MediaSignals,
  MediaStats,
  PublishOptions,
  RemoteTrack,
  StatsEntry,
} from './engine.ts';
import { producerEncoding, Publications } from './publications.ts';
import type { SeiMessage } from './sei/sei-format.ts';
import { hasEncodedTransforms, SeiTransforms } from './sei/sei-transforms.ts';

/**
 * What a producer is asked for with. mediasoup-client does not wait until a producer that was refused is taken out of the session
 * before it makes the next one, which then fails; so it is told that nothing is refused, and what was is closed, in turn.
 */
type ProduceRequest = { readonly source: Source; readonly muted: boolean; refusal: Error | null };

/** An engine that works with WebRTC of the platform, through mediasoup-client. */
export const createMediasoupEngine: MediaEngineFactory = (signals) => new MediasoupEngine(signals);

class MediasoupEngine implements MediaEngine {
  readonly #signals: MediaSignals;
  readonly #transports = new Map<Direction, types.Transport>();
  readonly #publications = new Publications();
  readonly #consumers = new Map<string, types.Consumer>();
  readonly #sei: SeiTransforms;
  #device: types.Device | null = null;
  #closed = false;

  constructor(signals: MediaSignals) {
    this.#signals = signals;
    this.#sei = new SeiTransforms((consumerId, message) => signals.onSei(consumerId, message));
  }

  async load(routerRtpCapabilities: RtpCapabilitiesMessage): Promise<RtpCapabilitiesMessage> {
    // Not at the top: importing the SDK must not touch a browser global.
    const { Device } = await import('mediasoup-client');
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities });
    this.#assertOpen();
    this.#device = device;
    return device.recvRtpCapabilities as RtpCapabilitiesMessage;
  }

  createTransport(
    direction: Direction,
    { transportId, ...parameters }: TransportMessage,
    iceServers: readonly IceServer[],
  ): void {
    this.#assertOpen();
    if (!this.#device) throw new Error('load comes before transports');
    this.closeTransport(direction);
    const options = {
      id: transportId,
      ...(parameters as Omit<types.TransportOptions, 'id'>),
      iceServers: iceServers as RTCIceServer[],
    };
    const transport =
      direction === 'send'
        ? this.#device.createSendTransport(options)
        : this.#device.createRecvTransport(options);
    this.#transports.set(direction, transport);
    this.#listen(direction, transport);
  }

  closeTransport(direction: Direction): void {
    this.#transports.get(direction)?.close();
    this.#transports.delete(direction);
    if (direction === 'send') this.#publications.clear();
    else this.#consumers.clear();
  }

  transportId(direction: Direction): string | null {
    return this.#transports.get(direction)?.id ?? null;
  }

  async restartIce(direction: Direction, iceParameters: IceParametersMessage): Promise<void> {
    await this.#transport(direction).restartIce({ iceParameters: iceParameters as types.IceParameters });
  }

  async publish(source: Source, track: LocalTrack, options: PublishOptions): Promise<string> {
    const codec = options.kind === 'video' ? options.codec : '';
    const attach = options.kind === 'video' && options.carriesSei ? await this.#prepareSei() : null;
    const transport = this.#transport('send');
    if (options.kind === 'audio') track.enabled = !options.muted;
    const request: ProduceRequest = { source, muted: options.muted, refusal: null };
    const producer = await transport.produce({
      track: track as MediaStreamTrack,
      stopTracks: false,
      disableTrackOnPause: false,
      appData: request,
      ...producerEncoding(this.#device, options),
      onRtpSender: (sender) => {
        if (options.kind === 'video') withhold(sender);
        attach?.(sender, { direction: 'send', key: source, codec });
      },
    });
    if (request.refusal || this.#closed || producer.closed) {
      producer.close();
      throw request.refusal ?? new Error('the transport was closed while publishing');
    }
    await this.#publications.add(source, { producer, track }, options);
    return producer.id;
  }

  async replaceTrack(source: Source, track: LocalTrack): Promise<void> {
    await this.#publications.replaceTrack(source, track);
  }

  async setMuted(source: Source, muted: boolean): Promise<void> {
    await this.#publications.setMuted(source, muted);
  }

  async setEncoding(source: Source, options: PublishOptions): Promise<void> {
    await this.#publications.setEncoding(source, options);
  }

  get canCarrySei(): boolean {
    return hasEncodedTransforms();
  }

  sendSei(source: Source, message: SeiMessage, copies: number): void {
    if (!this.#closed) this.#sei.send(source, message, copies);
  }

  readSei(reading: boolean): void {
    this.#sei.read(reading);
  }

  leadsSei(consumerId: string): boolean {
    return this.#consumers.get(consumerId)?.appData['leadsSei'] === true;
  }

  unpublish(source: Source): void {
    this.#publications.close(source);
  }

  async consume({ consumerId, producerId, kind, rtpParameters }: ConsumerMessage): Promise<RemoteTrack> {
    const attach = kind === 'video' && this.#signals.wantsSei() ? await this.#prepareSei() : null;
    const codec = rtpParameters.codecs[0]?.mimeType.split('/')[1] ?? '';
    const consumer = await this.#transport('recv').consume({
      id: consumerId,
      producerId,
      kind,
      rtpParameters: rtpParameters as types.RtpParameters,
      appData: { leadsSei: attach !== null },
      ...(attach && {
        onRtpReceiver: (receiver) => attach(receiver, { direction: 'recv', key: consumerId, codec }),
      }),
    });
    if (this.#closed || consumer.closed) {
      consumer.close();
      throw new Error('the transport was closed while subscribing');
    }
    this.#consumers.set(consumerId, consumer);
    return consumer.track;
  }

  closeConsumer(consumerId: string): void {
    this.#consumers.get(consumerId)?.close();
    this.#consumers.delete(consumerId);
  }

  async hasSent(source: Source): Promise<boolean> {
    const stats = await this.#publications.producer(source)?.getStats();
    return hasPositive(stats, 'outbound-rtp', source === 'audio' ? 'packetsSent' : 'framesEncoded');
  }

  async hasReceived(consumerId: string): Promise<boolean> {
    const stats = await this.#consumers.get(consumerId)?.getStats();
    return hasPositive(stats, 'inbound-rtp', 'packetsReceived');
  }

  async stats(): Promise<MediaStats> {
    const [send, recv] = await Promise.all([this.#entries('send'), this.#entries('recv')]);
    const sources = this.#publications.producers().flatMap(([source, producer]): [string, Source][] => {
      const { mid } = producer.rtpParameters;
      return mid === undefined ? [] : [[mid, source]];
    });
    const consumers = [...this.#consumers].flatMap(([consumerId, { rtpParameters }]): [number, string][] => {
      const ssrc = rtpParameters.encodings?.[0]?.ssrc;
      return ssrc === undefined ? [] : [[ssrc, consumerId]];
    });
    return { send, recv, sources: new Map(sources), consumers: new Map(consumers) };
  }

  close(): void {
    this.#closed = true;
    this.closeTransport('send');
    this.closeTransport('recv');
    this.#sei.close();
  }

  async #prepareSei() {
    this.#assertOpen();
    const attach = await this.#sei.prepare();
    this.#assertOpen();
    if (!attach) this.#signals.onSeiUnavailable();
    return attach;
  }

  #listen(direction: Direction, transport: types.Transport): void {
    const signals = this.#signals;
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      void report(signals.connectTransport(transport.id, dtlsParameters), done, failed);
    });
    transport.on('connectionstatechange', (state) => {
      if (this.#transports.get(direction) === transport && state !== 'closed') {
        signals.onConnectionState(direction, state);
      }
    });
    if (direction === 'recv') return;
    transport.on('produce', ({ rtpParameters, appData }, done) => {
      const asked = appData as ProduceRequest;
      const { source, muted } = asked;
      const request = {
        transportId: transport.id,
        source,
        rtpParameters: rtpParameters as RtpParametersMessage,
        muted,
      };
      const refused = (error: Error): void => {
        asked.refusal = error;
        done({ id: `refused ${source}` });
      };
      void report(signals.publish(request), (id) => done({ id }), refused);
    });
  }

  async #entries(direction: Direction): Promise<StatsEntry[]> {
    const entries: StatsEntry[] = [];
    const report = await this.#transports.get(direction)?.getStats();
    report?.forEach((entry: StatsEntry) => entries.push(entry));
    return entries;
  }

  #transport(direction: Direction): types.Transport {
    this.#assertOpen();
    const transport = this.#transports.get(direction);
    if (!transport) throw new Error(`there is no ${direction} transport`);
    return transport;
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('the media engine is closed');
  }
}

/**
 * Takes the track away before anything is negotiated, so that none of its pictures leave while the server is asked. That fails only
 * where the connection is closed, and then publishing fails too.
 */
function withhold(sender: RTCRtpSender): void {
  sender.replaceTrack(null).catch(() => undefined);
}

/** mediasoup-client wants to be called back. */
async function report<T>(
  answer: Promise<T>,
  done: (result: T) => void,
  failed: (error: Error) => void,
): Promise<void> {
  try {
    done(await answer);
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error)));
  }
}

function hasPositive(stats: RTCStatsReport | undefined, type: string, counter: string): boolean {
  let positive = false;
  stats?.forEach((entry: Record<string, unknown>) => {
    if (entry.type === type && typeof entry[counter] === 'number' && entry[counter] > 0) positive = true;
  });
  return positive;
}
