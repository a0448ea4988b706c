import { SOURCES, TRTC_ERRORS, type EventData, type Source, type StreamMessage } from '@rotunda/protocol';
import type { LocalTrack } from '../devices/platform.ts';
import type { Measured } from '../measures/compare.ts';
import { isOneSize } from '../media/encodings.ts';
import type { Degradation, MediaEngine, PublishOptions, SentLayers, VideoCodec } from '../media/engine.ts';
import type { RequestRefusedError } from '../signal/errors.ts';
import { Publication } from './publication.ts';
import { nextUplink, WIDE } from './uplink.ts';
import type { Wire } from './wire.ts';

/** What the user captures, as the publisher sees it. */
export interface PublishedMedia {
  /** Null when nothing is captured, or it is not to be published. */
  published(source: Source): LocalTrack | null;
  options(source: Source): PublishOptions;
  /** What could not be opened last, or was taken away, because the page may not use it. */
  readonly denied: ReadonlySet<'video' | 'audio'>;
}

export interface PublisherTools {
  readonly engine: MediaEngine;
  readonly wire: Wire;
  readonly media: PublishedMedia;
  /** Whether packets get through to the server; if not, `connected` will say when they do. */
  pathIsUp(): boolean;
  onPublished(source: Source, streamId: string): void;
  onRefused(source: Source, error: { code: number; message: string }): void;
  /** An audience member has something to publish: it is ignored. Once per track. */
  onIgnored(source: Source): void;
  onFailed(source: Source, error: unknown): void;
}

/** Nothing is sent before the transports are there, while the link is down, by an audience member, or after the end. */
type Gate = 'waiting' | 'audience' | 'open' | 'closed';

/** Keeps what is sent in step with what is captured, for one stay. */
export class Publisher {
  readonly #tools: PublisherTools;
  readonly #publications: Record<Source, Publication>;
  readonly #codecs = new Map<Source, VideoCodec>();
  readonly #layers = new Map<Source, EventData<'layersWanted'>>();
  readonly #ignored = new WeakSet<LocalTrack>();
  #gate: Gate = 'waiting';
  #uplink = WIDE;

  constructor(tools: PublisherTools) {
    this.#tools = tools;
    this.#publications = {
      video: this.#publication('video'),
      audio: this.#publication('audio'),
      sub: this.#publication('sub'),
    };
  }

  /** The transports are there, or there again, and the server holds `ownStreams`. */
  open(role: { mayPublish: boolean }, ownStreams: readonly StreamMessage[]): void {
    if (this.#gate === 'closed') return;
    for (const source of SOURCES) {
      this.#publications[source].compare(ownStreams.find((stream) => stream.source === source) ?? null);
    }
    this.goOn(role);
  }

  /** After {@link suspend}, with nothing changed. */
  goOn(role: { mayPublish: boolean }): void {
    if (this.#gate === 'closed') return;
    this.#gate = role.mayPublish ? 'open' : 'audience';
    for (const source of SOURCES) this.sync(source);
  }

  /** What one room refused or needed counts no more in the next. */
  forgetRoom(): void {
    this.#codecs.clear();
    for (const source of SOURCES) this.#publications[source].allow();
  }

  /** The role changed while the link is up. */
  setRole(role: { mayPublish: boolean }): void {
    if (this.#gate === 'closed' || this.#gate === 'waiting') return;
    this.#gate = role.mayPublish ? 'open' : 'audience';
    for (const source of SOURCES) {
      const track = this.#tools.media.published(source);
      // Who gives up the stage knows that publishing ends.
      if (track) this.#ignored.add(track);
      this.sync(source);
    }
  }

  /** The link is down: nothing begins and nothing ends. */
  suspend(): void {
    if (this.#gate !== 'closed') this.#gate = 'waiting';
  }

  /** The send transport was closed or replaced: what is sent next may take another way. */
  transportGone(): void {
    this.#uplink = WIDE;
    for (const source of SOURCES) this.#publications[source].forget();
  }

  /** Something about what is captured has changed. */
  sync(source: Source): void {
    const track = this.#tools.media.published(source);
    if (this.#gate === 'audience' && track && !this.#ignored.has(track)) {
      this.#ignored.add(track);
      this.#tools.onIgnored(source);
    }
    this.#publications[source].sync();
  }

  /** The application started the source again. */
  allow(source: Source): void {
    this.#publications[source].allow();
    this.sync(source);
  }

  /** What was refused may be allowed now. */
  retry(): void {
    for (const source of SOURCES) this.allow(source);
  }

  /** The server has taken a stream that is being published. */
  accepted(source: Source, streamId: string): void {
    this.#publications[source].accepted(streamId);
  }

  /**
   * The server ended a stream. If only its packets were missing, it is sent again as soon as they get through. What a newer
   * permission ticket does not allow any more is asked for once again when that ticket has been taken, and told then.
   */
  stopped(source: Source, stream: { streamId: string; code: number; message: string }): void {
    const publication = this.#publications[source];
    if (!publication.stopped(stream.streamId)) return;
    const { ERR_SERVER_PROCESS_FAILED, ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR } = TRTC_ERRORS;
    if (stream.code === ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR.code) return;
    if (stream.code !== ERR_SERVER_PROCESS_FAILED.code) this.#tools.onRefused(source, stream);
    else if (this.#tools.pathIsUp()) publication.sync();
  }

  /** Packets get through again. */
  connected(): void {
    for (const source of SOURCES) this.#publications[source].sync();
  }

  /** A viewer needs another codec; holds for the rest of the stay. */
  republish(source: Source, codec: VideoCodec): void {
    this.#codecs.set(source, codec);
    this.#publications[source].sync();
  }

  /** What somebody receives of a stream; says nothing about a later one of the same source. */
  layersWanted(wanted: EventData<'layersWanted'>): void {
    this.#layers.set(wanted.source, wanted);
    this.#publications[wanted.source].sync();
  }

  /** What is sent is known anew. */
  measured(measured: Measured): void {
    const options = this.#options('video');
    if (options.kind !== 'video' || !options.small || isOneSize(options)) return;
    if (options.layers === 'small') return;
    const rates = { bigKbps: options.maxKbps, smallKbps: options.small.maxKbps };
    const { narrow } = this.#uplink;
    this.#uplink = nextUplink(this.#uplink, measured, rates);
    if (this.#uplink.narrow !== narrow) this.#publications.video.sync();
  }

  /** How a source is sent, or is about to be; null while it is not: nothing captured, muted, no link, an audience member. */
  sending(source: Source): PublishOptions | null {
    if (this.#gate !== 'open' || !this.#tools.media.published(source)) return null;
    const options = this.#options(source);
    return options.muted || this.#publications[source].refused ? null : options;
  }

  close(): void {
    this.#gate = 'closed';
    for (const source of SOURCES) this.#publications[source].close();
  }

  #publication(source: Source): Publication {
    const tools = this.#tools;
    return new Publication(source, {
      engine: tools.engine,
      wire: tools.wire,
      wanted: () => {
        const track = this.#gate === 'audience' ? null : tools.media.published(source);
        return track && { track, options: this.#options(source) };
      },
      reachable: () => this.#gate === 'open' || this.#gate === 'audience',
      onPublished: (streamId) => tools.onPublished(source, streamId),
      onRefused: (error: RequestRefusedError) => tools.onRefused(source, error),
      onFailed: (error) => tools.onFailed(source, error),
    });
  }

  #options(source: Source): PublishOptions {
    const options = this.#tools.media.options(source);
    if (options.kind === 'audio') return options;
    const codec = this.#codecs.get(source) ?? options.codec;
    // What is paused is not sent, whoever wants it.
    return {
      ...options,
      codec,
      layers: options.layers === 'none' ? 'none' : this.#sentLayers(source, options),
    };
  }

  /** Where not both get through, the small layer is done without, unless it is needed or smoothness is preferred. */
  #sentLayers(source: Source, { degradation }: { degradation: Degradation }): SentLayers {
    const wanted = this.#layers.get(source);
    if (wanted?.streamId !== this.#publications[source].streamId) return 'all';
    const alone = wanted.spare === 'small' && this.#uplink.narrow && degradation !== 'maintain-framerate';
    return alone ? 'big' : wanted.layers;
  }
}
