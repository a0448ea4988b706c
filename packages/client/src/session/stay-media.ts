import type { Clock } from '@rotunda/base';
import {
  SOURCES,
  type Layer,
  type RtpCapabilitiesMessage,
  type SnapshotMessage,
  type Source,
  type TransportMessage,
  type TransportsMessage,
  type WelcomeFrame,
} from '@rotunda/protocol';
import type {
  IceServer,
  MediaEngine,
  MediaEngineFactory,
  MediaSignals,
  RemoteTrack,
  VideoCodec,
} from '../media/engine.ts';
import { readSound, type SoundSamples } from '../measures/loudness.ts';
import type { SeiMessage } from '../media/sei/sei-format.ts';
import { Meter, type MeterObserver, type MeterTools } from '../measures/meter.ts';
import type { RemoteUsers } from '../users/remote-users.ts';
import { FirstPackets } from './first-packets.ts';
import { IceRecovery } from './ice-recovery.ts';
import type { Page } from './page.ts';
import { Publisher, type PublishedMedia } from './publisher.ts';
import { Subscriber } from './subscriber.ts';
import { surroundingsOf } from './surroundings.ts';
import type { Wire } from './wire.ts';

/** What becomes of a stay's media, told to its owner. */
export interface StayMediaObserver extends MeterObserver {
  onFirstSent(source: Source): void;
  onPublishRefused(source: Source, error: { code: number; message: string }): void;
  onPublishIgnored(source: Source): void;
  onRemoteTrack(userId: string, source: Source, track: RemoteTrack): void;
  onRemoteTrackGone(userId: string, source: Source): void;
  onFirstReceived(userId: string, source: Source): void;
  /** Messages were to ride on pictures, and this page cannot have that. */
  onSeiUnavailable(): void;
  /** Something could not be sent or received; `userId` is empty for the user's own. */
  onMediaFailed(userId: string, source: Source, error: unknown): void;
}

export interface StayMediaTools {
  readonly clock: Clock;
  readonly createEngine: MediaEngineFactory;
  readonly page: Page;
  readonly wire: Wire;
  readonly local: PublishedMedia;
  readonly users: RemoteUsers;
  readonly observer: StayMediaObserver;
  /** As in {@link MeterTools}. */
  levelOf: MeterTools['levelOf'];
  /** Whether messages that ride on pictures are of interest. */
  wantsSei(): boolean;
  onSei(userId: string, message: SeiMessage): void;
}

/** All media of one stay: transports, what is sent, what is received. */
export class StayMedia {
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
  readonly #engine: MediaEngine;
  readonly #ice: IceRecovery;
  readonly #firsts: FirstPackets;
  readonly #meter: Meter;
  #iceServers: readonly IceServer[] = [];
  #rtpCapabilities: RtpCapabilitiesMessage | null = null;

  constructor(tools: StayMediaTools) {
    const { wire, clock } = tools;
    this.#engine = tools.createEngine(this.#signals(tools));
    this.#ice = new IceRecovery({ clock, engine: this.#engine, wire });
    this.#firsts = new FirstPackets(clock);
    this.publisher = this.#createPublisher(tools);
    this.subscriber = this.#createSubscriber(tools);
    this.#meter = new Meter({
      ...tools,
      stats: () => this.#engine.stats(),
      onMeasured: (measured) => this.publisher.measured(measured),
      streams: () => this.subscriber.received,
      surroundings: () => surroundingsOf(tools),
      report: (quality) => wire.request('quality', quality),
    });
  }

  /** What this client can receive; the device is asked once per stay. */
  async load(welcome: WelcomeFrame): Promise<RtpCapabilitiesMessage> {
    this.#iceServers = welcome.iceServers;
    this.#rtpCapabilities ??= await this.#engine.load(welcome.routerRtpCapabilities);
    return this.#rtpCapabilities;
  }

  /** The stay began or goes on. Transports at hand that the snapshot does not replace are still good. */
  begin(snapshot: Pick<SnapshotMessage, 'ownStreams' | 'transports'>, role: { mayPublish: boolean }): void {
    this.#ice.linkBack();
    if (snapshot.transports) this.#replaceTransports(snapshot.transports);
    this.publisher.open(role, snapshot.ownStreams);
    this.subscriber.open();
    this.#meter.resume();
  }

  /** What the device said in {@link load}. */
  get rtpCapabilities(): RtpCapabilitiesMessage {
    if (!this.#rtpCapabilities) throw new Error('load first');
    return this.#rtpCapabilities;
  }

  /** What {@link hold} or {@link suspend} stopped goes on, with the same transports. */
  goOn(role: { mayPublish: boolean }): void {
    this.#ice.linkBack();
    this.publisher.goOn(role);
    this.subscriber.open();
    this.#meter.resume();
  }

  /** Another room has other transports, other streams and other viewers. */
  leave(): void {
    this.publisher.forgetRoom();
    this.subscriber.forgetRoom();
    this.#closeTransport('send');
    this.#closeTransport('recv');
  }

  /** The media worker was replaced. */
  reset(transports: TransportsMessage, role: { mayPublish: boolean }): void {
    this.#replaceTransports(transports);
    this.publisher.open(role, []);
    this.subscriber.open();
  }

  /** The receive transport was replaced: what is sent goes on as it was. */
  resetReceiving(recv: TransportMessage): void {
    this.#createTransport('recv', recv);
    this.subscriber.open();
  }

  /** The link is down: what flows goes on flowing, nothing new is begun. */
  suspend(): void {
    this.hold();
    this.#meter.suspend();
  }

  /** What flows goes on flowing, nothing new is begun. */
  hold(): void {
    this.publisher.suspend();
    this.subscriber.suspend();
  }

  /** The user may publish from now on. A transport that is there already stays. */
  allowSending(send: TransportMessage | undefined): void {
    if (send) this.#renew('send', send);
    this.publisher.setRole({ mayPublish: true });
  }

  forbidSending(): void {
    this.#closeTransport('send');
    this.publisher.setRole({ mayPublish: false });
  }

  get canCarrySei(): boolean {
    return this.#engine.canCarrySei;
  }

  sendSei(source: Source, message: SeiMessage, copies: number): void {
    this.#engine.sendSei(source, message, copies);
  }

  readSei(reading: boolean): void {
    this.#engine.readSei(reading);
  }

  get hasSendTransport(): boolean {
    return this.#engine.transportId('send') !== null;
  }

  want(userId: string, source: Source, layer: Layer): void {
    this.subscriber.want(userId, source, layer);
  }

  /** More may be allowed than before: what was refused is asked for again. */
  retry(): void {
    this.publisher.retry();
    this.subscriber.retry();
  }

  republish(source: Source, codec: VideoCodec): void {
    this.publisher.republish(source, codec);
  }

  /** How much sound has been sent and received so far. */
  async sound(): Promise<SoundSamples> {
    return readSound(await this.#engine.stats(), this.subscriber.received);
  }

  /** Nothing new is begun from here on. */
  closeIntake(): void {
    this.publisher.close();
    this.subscriber.close();
    this.#ice.close();
    this.#firsts.close();
    this.#meter.close();
  }

  /** Closes the transports with all that is on them. Idempotent. */
  close(): void {
    this.closeIntake();
    this.#engine.close();
  }

  /** One that is at hand already is still good. */
  #replaceTransports({ send, recv }: TransportsMessage): void {
    this.#renew('recv', recv);
    if (send) this.#renew('send', send);
    else this.#closeTransport('send');
  }

  #renew(direction: 'send' | 'recv', transport: TransportMessage): void {
    if (transport.transportId !== this.#engine.transportId(direction))
      this.#createTransport(direction, transport);
  }

  #createTransport(direction: 'send' | 'recv', transport: TransportMessage): void {
    this.#closeTransport(direction);
    this.#engine.createTransport(direction, transport, this.#iceServers);
  }

  #closeTransport(direction: 'send' | 'recv'): void {
    this.#ice.reset(direction);
    this.#engine.closeTransport(direction);
    if (direction === 'recv') {
      this.subscriber.transportGone();
      return;
    }
    for (const source of SOURCES) this.#firsts.unwatch(`send/${source}`);
    this.publisher.transportGone();
  }

  #signals({ wire, observer, ...tools }: StayMediaTools): MediaSignals {
    return {
      connectTransport: async (transportId, dtlsParameters) => {
        await wire.request('connectTransport', { transportId, dtlsParameters });
      },
      publish: async (request) => {
        const { streamId } = await wire.request('publish', request);
        this.publisher.accepted(request.source, streamId);
        return streamId;
      },
      wantsSei: () => tools.wantsSei(),
      onSei: (consumerId, message) => {
        const stream = this.subscriber.received.find((each) => each.consumerId === consumerId);
        if (stream) tools.onSei(stream.userId, message);
      },
      onSeiUnavailable: () => observer.onSeiUnavailable(),
      onConnectionState: (direction, state) => {
        this.#ice.onState(direction, state);
        if (direction === 'send' && state === 'connected') this.publisher.connected();
      },
    };
  }

  #createPublisher({ wire, local, observer }: StayMediaTools): Publisher {
    return new Publisher({
      engine: this.#engine,
      wire,
      media: local,
      pathIsUp: () => this.#ice.isUp('send'),
      onPublished: (source) => {
        const probe = (): Promise<boolean> => this.#engine.hasSent(source);
        this.#firsts.watch(`send/${source}`, { probe, onFirst: () => observer.onFirstSent(source) });
      },
      onRefused: (source, error) => observer.onPublishRefused(source, error),
      onIgnored: (source) => observer.onPublishIgnored(source),
      onFailed: (source, error) => observer.onMediaFailed('', source, error),
    });
  }

  #createSubscriber({ wire, users, observer }: StayMediaTools): Subscriber {
    return new Subscriber({
      engine: this.#engine,
      wire,
      streamId: (userId, source) => users.streamId(userId, source),
      onTrack: (userId, source, track, consumerId) => {
        const probe = (): Promise<boolean> => this.#engine.hasReceived(consumerId);
        const onFirst = (): void => observer.onFirstReceived(userId, source);
        if (source === 'audio') this.#firsts.watch(`recv/${consumerId}`, { probe, onFirst });
        observer.onRemoteTrack(userId, source, track);
      },
      onTrackGone: (userId, source, consumerId) => {
        this.#firsts.unwatch(`recv/${consumerId}`);
        observer.onRemoteTrackGone(userId, source);
      },
      onFailed: (userId, source, error) => observer.onMediaFailed(userId, source, error),
    });
  }
}
