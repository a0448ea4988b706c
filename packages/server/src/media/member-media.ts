import { randomUUID } from 'node:crypto';
import { SerialQueue, TypedEmitter, type Clock } from '@rotunda/base';
import type {
  Blocked,
  ConsumerMessage,
  DtlsParametersMessage,
  IceParametersMessage,
  Layer,
  RtpParametersMessage,
  Source,
  TransportMessage,
  TransportsMessage,
} from '@rotunda/protocol';
import { TRTCError } from '@rotunda/protocol';
import type { RtpCapabilities } from 'mediasoup/types';
import { closedError, invalid, refusalOf } from './errors.ts';
import { MemberTransports } from './member-transports.ts';
import type { MediaMember, MediaMemberEvents, MediaRoom } from './port.ts';
import { Publications } from './publications.ts';
import type { RoomMedia } from './room-media.ts';
import type { Lodger, RouterHost } from './router-host.ts';
import { Subscriptions } from './subscriptions.ts';

const MAX_CONSUMERS = 1000;
/** Requests of one member that wait: more than a client that wants all streams of a full room at once has. */
const MAX_WAITING = 2000;
/** A worker may die while a place on it is being made. */
const SETTLE_ATTEMPTS = 3;

export interface MemberOptions {
  readonly room: RoomMedia;
  /** The media of a linked room, if it has any. */
  readonly otherRoom: (room: MediaRoom) => RoomMedia | undefined;
  readonly rtpCapabilities: RtpCapabilities;
  readonly mayPublish: boolean;
  readonly clock: Clock;
  readonly iceConsentTimeoutSeconds: number;
  /** For the log. */
  readonly sessionId: string;
  readonly onClosed: (member: MediaMember) => void;
}

/** Where a member lives: replaced as a whole when the worker dies. */
interface Home {
  readonly host: RouterHost;
  readonly transports: MemberTransports;
}

/** One stay's media. Requests are done one after the other; what ends something takes effect at once. */
export class MemberMedia implements MediaMember, Lodger {
  readonly events: TypedEmitter<MediaMemberEvents>;
  readonly #options: MemberOptions;
  readonly #queue = new SerialQueue();
  readonly #publications: Publications;
  readonly #subscriptions: Subscriptions;
  readonly #leaveRoom: () => void;
  #home: Home | undefined;
  #transports: TransportsMessage | undefined;
  #maySend: boolean;
  #closed = false;

  private constructor(options: MemberOptions) {
    this.#options = options;
    const { room, sessionId, clock } = options;
    this.events = new TypedEmitter((error, event) => {
      room.log.error({ err: error, event, sessionId }, 'a listener of a media member failed');
    });
    this.#maySend = options.mayPublish;
    this.#leaveRoom = options.room.enter();
    this.#publications = new Publications({
      room: options.room,
      cname: randomUUID().slice(0, 13),
      onLayersWanted: (stream, layers) => this.#emit('layersWanted', stream, layers),
    });
    this.#subscriptions = new Subscriptions({
      clock,
      rtpCapabilities: options.rtpCapabilities,
      maxConsumers: MAX_CONSUMERS,
      consumerClosed: (id) => this.#emit('consumerClosed', id),
    });
  }

  /** @throws TRTCError ERR_SERVER_PROCESS_FAILED when no worker can take the member. */
  static async open(options: MemberOptions): Promise<MemberMedia> {
    const member = new MemberMedia(options);
    try {
      await member.#settle();
      return member;
    } catch (error) {
      member.close();
      throw refusalOf(error, { mediaGone: true });
    }
  }

  get transports(): TransportsMessage {
    // While a worker is being replaced: the old ones, which no longer lead anywhere.
    this.#transports = this.#home?.transports.messages ?? this.#transports;
    if (!this.#transports) throw closedError();
    return this.#transports;
  }

  openSend(): Promise<TransportMessage> {
    this.#maySend = true;
    return this.#run(async ({ transports }) => {
      if (!this.#maySend) throw new TRTCError('ERR_REFUSED', 'the send transport was closed meanwhile');
      const message = await transports.openSend();
      if (!this.#maySend) {
        transports.closeSend();
        throw new TRTCError('ERR_REFUSED', 'the send transport was closed meanwhile');
      }
      return message;
    });
  }

  closeSend(): void {
    this.#maySend = false;
    this.#publications.closeAll();
    this.#home?.transports.closeSend();
  }

  connectTransport(transportId: string, dtlsParameters: DtlsParametersMessage): Promise<void> {
    return this.#run(({ transports }) => transports.connect(transportId, dtlsParameters));
  }

  restartIce(transportId: string): Promise<IceParametersMessage> {
    return this.#run(({ transports }) => transports.restartIce(transportId));
  }

  publish(request: {
    transportId: string;
    source: Source;
    rtpParameters: RtpParametersMessage;
    muted: boolean;
  }): Promise<{ streamId: string }> {
    const wish = this.#publications.wish(request.source);
    return this.#run(async ({ host, transports }) => {
      const transport = transports.sendTransport(request.transportId);
      const stream = await this.#publications.open({ ...request, wish, host, transport });
      transports.expectPackets(transport);
      return { streamId: stream.id };
    });
  }

  unpublish(source: Source): void {
    this.#publications.close(source);
  }

  isPublishing(streamId: string): boolean {
    return this.#publications.has(streamId);
  }

  setBlocked(blocked: Blocked): Promise<void> {
    return this.#publications.setBlocked(blocked);
  }

  setMuted(source: Source, muted: boolean): Promise<void> {
    return this.#run(() => this.#publications.setMuted(source, muted));
  }

  subscribe({ streamId, layer, from }: Parameters<MediaMember['subscribe']>[0]): Promise<ConsumerMessage> {
    return this.#run(({ host, transports }) => {
      const { room, otherRoom } = this.#options;
      const stream = (from ? otherRoom(from) : room)?.stream(streamId);
      return this.#subscriptions.open({ stream, layer, host, transport: transports.recv });
    });
  }

  resumeConsumer(consumerId: string): Promise<void> {
    return this.#run(() => this.#subscriptions.resume(consumerId));
  }

  setLayer(consumerId: string, layer: Layer): Promise<void> {
    return this.#run(() => this.#subscriptions.setLayer(consumerId, layer));
  }

  unsubscribe(consumerId: string): void {
    this.#subscriptions.close(consumerId);
  }

  stopReceiving(source: Source): void {
    this.#subscriptions.closeSource(source);
  }

  close(): void {
    if (this.#closed) return;
    this.#transports = this.#home?.transports.messages ?? this.#transports;
    this.#closed = true;
    this.#queue.close();
    this.#moveOut();
    this.#leaveRoom();
    this.events.removeAllListeners();
    this.#options.onClosed(this);
  }

  /** The worker died: moves to another one, and tells. */
  hostLost(): void {
    const home = this.#home;
    if (this.#closed || !home) return;
    this.#transports = home.transports.messages;
    const wasLost = home.transports.lost;
    this.#moveOut();
    const mayRebuild = this.#options.room.mayRebuild(home.host);
    // What was asked of the old worker fails first.
    this.#queue
      .run(() => this.#rebuild({ mayRebuild, wasLost }))
      .catch((error: unknown) => {
        if (!this.#closed) this.#fail(error);
      });
  }

  async #rebuild({ mayRebuild, wasLost }: { mayRebuild: boolean; wasLost: boolean }): Promise<void> {
    if (this.#closed) return;
    if (!mayRebuild) return this.#fail(new Error('the workers under this room keep dying'));
    const { transports } = await this.#settle();
    // New transports are not lost, however the old ones were.
    if (wasLost) this.#emit('mediaBack');
    this.#emit('reset', transports.messages);
  }

  /** The client is told before anything else is answered: what it asked of the old transport is over. */
  #renewRecv(stalled: MemberTransports): void {
    const { room, sessionId } = this.#options;
    this.#run(async ({ transports }) => {
      if (transports !== stalled) return;
      const recv = await transports.renewRecv();
      this.#emit('recvReplaced', recv);
      room.log.info({ sessionId }, 'a receive transport that no picture came through any more was replaced');
    }).catch((error: unknown) => {
      if (!this.#closed) room.log.warn({ sessionId, error: String(error) }, 'could not replace a transport');
    });
  }

  #fail(error: unknown): void {
    const { room, sessionId } = this.#options;
    room.log.error({ sessionId, error: String(error) }, 'media of a member could not be restored');
    this.#emit('failed');
  }

  async #settle(): Promise<Home> {
    for (let attempt = 1; ; attempt++) {
      let host: RouterHost | undefined;
      try {
        host = await this.#options.room.place();
        return await this.#moveIn(host);
      } catch (error) {
        const workerDied = !(error instanceof TRTCError) && (host?.closed ?? true);
        host?.release();
        if (this.#closed || !workerDied || attempt === SETTLE_ATTEMPTS) throw error;
      }
    }
  }

  async #moveIn(host: RouterHost): Promise<Home> {
    const { clock, iceConsentTimeoutSeconds } = this.#options;
    const transports = await MemberTransports.open(
      {
        host,
        clock,
        iceConsentTimeoutSeconds,
        mediaLost: () => this.#emit('mediaLost'),
        mediaBack: () => this.#emit('mediaBack'),
        recvStalled: (stalled) => this.#renewRecv(stalled),
      },
      { withSend: this.#maySend },
    );
    if (this.#closed || host.closed) {
      transports.close();
      throw new Error('the router or the member was closed meanwhile');
    }
    if (!this.#maySend) transports.closeSend();
    this.#home = { host, transports };
    host.moveIn(this);
    return this.#home;
  }

  /** Ends everything on the router. Nobody is told: a member that leaves knows, and `reset` says it all. */
  #moveOut(): void {
    const home = this.#home;
    this.#home = undefined;
    this.#publications.closeAll();
    this.#subscriptions.closeAll();
    if (!home) return;
    home.transports.close();
    home.host.moveOut(this);
    home.host.release();
  }

  async #run<T>(task: (home: Home) => Promise<T>): Promise<T> {
    if (this.#queue.size >= MAX_WAITING) throw invalid('too many requests at once');
    let home: Home | undefined;
    try {
      const result = await this.#queue.run(() => {
        home = this.#home;
        if (this.#closed) throw closedError();
        if (!home) throw new TRTCError('ERR_SERVER_PROCESS_FAILED', 'the media is being set up anew');
        return task(home);
      });
      return result;
    } catch (error) {
      throw refusalOf(this.#closed ? closedError() : error, { mediaGone: home?.host.closed ?? true });
    }
  }

  #emit<K extends keyof MediaMemberEvents>(event: K, ...args: MediaMemberEvents[K]): void {
    if (!this.#closed) this.events.emit(event, ...args);
  }
}
