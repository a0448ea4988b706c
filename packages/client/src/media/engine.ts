import type {
  ConsumerMessage,
  DtlsParametersMessage,
  IceParametersMessage,
  Layer,
  RtpCapabilitiesMessage,
  RtpParametersMessage,
  Source,
  TransportMessage,
} from '@rotunda/protocol';
import type { LocalTrack } from '../devices/platform.ts';
import type { SeiMessage } from './sei/sei-format.ts';

export type VideoCodec = 'vp8' | 'h264' | 'vp9';
export type Direction = 'send' | 'recv';
export type MediaConnectionState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

/** A received track: the part of MediaStreamTrack that playback needs. */
export interface RemoteTrack {
  readonly id: string;
  readonly kind: string;
}

/** How a stream is encoded. Bitrates in kbit/s. */
export type PublishOptions =
  | {
      readonly kind: 'audio';
      readonly maxKbps: number;
      readonly stereo: boolean;
      /** Hz: what is sent has no more than that. */
      readonly sampleRate: 16_000 | 48_000;
      /** Send a few packets a second while it is silent, not fifty. */
      readonly dtx: boolean;
      readonly muted: boolean;
    }
  | {
      readonly kind: 'video';
      readonly codec: VideoCodec;
      readonly maxKbps: number;
      /** Not less even on a poor network; 0 for no limit. Counts from when a stream begins. */
      readonly minKbps: number;
      readonly fps: number;
      /** How many times smaller than the captured picture the encoded one is, in width and in height; 1 or more. */
      readonly scaleDownBy: number;
      /**
       * The small stream beside the big one; null for a single layer. One that is not smaller takes the place of both, until
       * there is something to tell them apart again.
       */
      readonly small: { readonly maxKbps: number; readonly fps: number; readonly scaleDownBy: number } | null;
      readonly degradation: Degradation;
      /** What is sent; a single layer is the big one and the small one. */
      readonly layers: SentLayers;
      /** Whether messages may ride on its frames ({@link MediaEngine.sendSei}). Counts from when a stream begins. */
      readonly carriesSei: boolean;
      readonly muted: boolean;
    };

/** All layers of a stream, one of them, or nothing. */
export type SentLayers = 'none' | Layer | 'all';

/** What to give up when network or processor do not suffice for all (W3C mst-content-hint, RTCDegradationPreference). */
export type Degradation = 'maintain-framerate' | 'maintain-resolution' | 'balanced';

/** What the engine needs from signalling while it works. */
export interface MediaSignals {
  connectTransport(transportId: string, dtlsParameters: DtlsParametersMessage): Promise<void>;
  /** @returns the server's stream id. */
  publish(request: {
    transportId: string;
    source: Source;
    rtpParameters: RtpParametersMessage;
    muted: boolean;
  }): Promise<string>;
  /** Asked for each picture that is about to be received: whether its frames are to be led where messages can be looked for. */
  wantsSei(): boolean;
  /** A message came with a frame; the copies of one message have one number, if its sender numbers. */
  onSei(consumerId: string, message: SeiMessage): void;
  /** Messages were wanted in the frames of a stream, and this page cannot have them. */
  onSeiUnavailable(): void;
  /** The path to the server changed its state; `closed` is not told. */
  onConnectionState(direction: Direction, state: MediaConnectionState): void;
}

export interface IceServer {
  readonly urls: string[];
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
}

/**
 * Media of one stay: a send and a receive transport, at most one producer per source, any number of consumers. The
 * only door to WebRTC. Never stops a local track. After `close` every promise that is still open rejects.
 */
export interface MediaEngine {
  /** Once, before anything else. @returns what this client can receive. */
  load(routerRtpCapabilities: RtpCapabilitiesMessage): Promise<RtpCapabilitiesMessage>;
  /** Replaces the transport of that direction, if any, with all that was on it. */
  createTransport(direction: Direction, transport: TransportMessage, iceServers: readonly IceServer[]): void;
  closeTransport(direction: Direction): void;
  transportId(direction: Direction): string | null;
  restartIce(direction: Direction, iceParameters: IceParametersMessage): Promise<void>;
  /**
   * Nothing of a video source is sent before `setMuted(source, false)`, whether or not the server is told that it is muted; audio
   * begins as `options.muted` says. @returns the server's stream id.
   */
  publish(source: Source, track: LocalTrack, options: PublishOptions): Promise<string>;
  replaceTrack(source: Source, track: LocalTrack): Promise<void>;
  /** A muted video source sends nothing; muted audio sends silence. The local track is not touched otherwise. */
  setMuted(source: Source, muted: boolean): Promise<void>;
  /** New size, rates and preference for a source that is being sent. Codec, layers and lowest rate stay. */
  setEncoding(source: Source, options: PublishOptions): Promise<void>;
  /** Whether messages can ride on frames here, as far as it is known. */
  readonly canCarrySei: boolean;
  /** Sends a message with the next `copies` frames of each layer of a stream that carries messages. */
  sendSei(source: Source, message: SeiMessage, copies: number): void;
  /** Whether messages are looked for in received frames, as far as they are led there; so at first. */
  readSei(reading: boolean): void;
  /** Whether the frames of a consumer are led there. */
  leadsSei(consumerId: string): boolean;
  unpublish(source: Source): void;
  consume(consumer: ConsumerMessage): Promise<RemoteTrack>;
  closeConsumer(consumerId: string): void;
  /** Whether anything of the source has left this machine. */
  hasSent(source: Source): Promise<boolean>;
  /** Whether anything of the consumer has arrived here. */
  hasReceived(consumerId: string): Promise<boolean>;
  stats(): Promise<MediaStats>;
  close(): void;
}

/** One entry of the platform's statistics (an RTCStats dictionary), as it came. */
export type StatsEntry = Readonly<Record<string, unknown>>;

/** What the platform counts on the transports of a stay. */
export interface MediaStats {
  /** Of the send and of the receive transport; empty where there is none. */
  readonly send: readonly StatsEntry[];
  readonly recv: readonly StatsEntry[];
  /** Which media section (`mid`) carries which source. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Which SSRC carries which consumer. */
  readonly consumers: ReadonlyMap<number, string>;
}

export type MediaEngineFactory = (signals: MediaSignals) => MediaEngine;
