import type { TypedEmitter } from '@rotunda/base';
import type {
  Blocked,
  ConsumerMessage,
  DtlsParametersMessage,
  IceParametersMessage,
  Layer,
  RoomKey,
  RtpCapabilitiesMessage,
  RtpParametersMessage,
  Source,
  TransportMessage,
  TransportsMessage,
} from '@rotunda/protocol';

/** Names the media of one life of a room. */
export interface MediaRoom {
  readonly key: RoomKey;
  readonly incarnation: string;
}

export interface MediaMemberEvents {
  /**
   * What the member sends does not get through: ICE consent or DTLS was lost on a send transport that had been connected, or
   * something was published on one that is not connected. Comes again with each publication until `mediaBack`.
   */
  mediaLost: [];
  /** Follows `mediaLost` when nothing is lost any more: packets get through again, or new transports came. */
  mediaBack: [];
  /** Which layers of a picture of this member somebody receives or falls back to; all, until it is told. */
  layersWanted: [stream: { source: Source; streamId: string }, layers: 'none' | Layer | 'all'];
  /** A consumer ended because its producer did. */
  consumerClosed: [consumerId: string];
  /** What the member receives could not be sent on the old transport any more: this one replaces it, all consumers are gone. */
  recvReplaced: [recv: TransportMessage];
  /** The worker died: these transports replace the old ones, all producers and consumers are gone. */
  reset: [transports: TransportsMessage];
  /** The worker died and no other could take over. */
  failed: [];
}

/**
 * One stay's media: at most a send and a receive transport, one producer per source, its consumers. Its requests are
 * done one after the other and reject with a TRTCError: ERR_ROOM_INVALID_PARAMETER for what the client should not have
 * sent, ERR_NOT_SUPPORTED for a stream that it cannot decode, ERR_REFUSED for what has ended meanwhile,
 * ERR_SERVER_PROCESS_FAILED while the worker is being replaced. What returns nothing takes effect at once.
 */
export interface MediaMember {
  readonly events: TypedEmitter<MediaMemberEvents>;
  readonly transports: TransportsMessage;
  /** Adds the send transport of a member that may publish from now on; the same one when called again. */
  openSend(): Promise<TransportMessage>;
  /** Closes the send transport with all producers. */
  closeSend(): void;
  connectTransport(transportId: string, dtlsParameters: DtlsParametersMessage): Promise<void>;
  restartIce(transportId: string): Promise<IceParametersMessage>;
  /**
   * Publishing a source again ends its earlier stream once the new parameters are found to be valid, also if the worker
   * then refuses them.
   * Throws a TRTCError for what the member may not or the worker cannot do. @returns the producer's id.
   */
  publish(request: {
    transportId: string;
    source: Source;
    rtpParameters: RtpParametersMessage;
    muted: boolean;
  }): Promise<{ streamId: string }>;
  unpublish(source: Source): void;
  /** Whether that stream of this member has not ended. */
  isPublishing(streamId: string): boolean;
  /**
   * What the member may not send: of such a source nothing is passed on to anybody, neither now nor when it is published later,
   * on whichever worker. Resolves when that is so; then what may be sent again begins with a key frame. Never rejects.
   */
  setBlocked(blocked: Blocked): Promise<void>;
  /** Muted video is held back; muted audio flows on, as the silence that the client sends. */
  setMuted(source: Source, muted: boolean): Promise<void>;
  /**
   * The consumer is paused until `resumeConsumer`; resuming asks the publisher for a key frame. `from`: the room of the
   * publisher, when that is another one.
   */
  subscribe(request: { streamId: string; layer: Layer; from?: MediaRoom }): Promise<ConsumerMessage>;
  resumeConsumer(consumerId: string): Promise<void>;
  setLayer(consumerId: string, layer: Layer): Promise<void>;
  unsubscribe(consumerId: string): void;
  /** Ends every subscription to a stream of that source; `consumerClosed` tells of each. */
  stopReceiving(source: Source): void;
  /** Closes everything of this member. Idempotent. */
  close(): void;
}

export interface SpeedPathEvents {
  message: [bytes: Uint8Array];
  /** Once. Also when the worker died. */
  closed: [];
}

/** The way that media takes, for packets between one client and this process. */
export interface SpeedPath {
  readonly events: TypedEmitter<SpeedPathEvents>;
  /** Where it goes. */
  readonly transport: TransportMessage;
  /** Lost when the path is full. */
  send(bytes: Uint8Array): void;
  /** Idempotent. */
  close(): void;
}

/** How packets get from one user to another. The only door to the SFU. */
export interface MediaService {
  /** The same for every router. */
  readonly routerRtpCapabilities: RtpCapabilitiesMessage;
  /** Takes a place in the room's media; makes routers on demand and drops them with the last member. */
  join(
    request: MediaRoom & {
      sessionId: string;
      rtpCapabilities: RtpCapabilitiesMessage;
      mayPublish: boolean;
    },
  ): Promise<MediaMember>;
  /** Opens a path to the client with that certificate. Rejects with a TRTCError. */
  openSpeedPath(client: DtlsParametersMessage): Promise<SpeedPath>;
  /** Open things, for metrics and leak tests. */
  counts(): { workers: number; routers: number; transports: number; producers: number; consumers: number };
  close(): Promise<void>;
}
