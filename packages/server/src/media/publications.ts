import type { Blocked, RtpParametersMessage, Source } from '@rotunda/protocol';
import { NOT_BLOCKED, TRTCError, isBlocked } from '@rotunda/protocol';
import type { WebRtcTransport } from 'mediasoup/types';
import { Demand, type WantedLayers } from './demand.ts';
import type { RoomMedia } from './room-media.ts';
import type { RouterHost } from './router-host.ts';
import { kindOf, producerParameters } from './rtp-rules.ts';
import { PublishedStream } from './stream.ts';

/**
 * Many viewers who arrive at once cost the publisher one key frame, not one each. Milliseconds: just over the 300 that libwebrtc's
 * encoder keeps between two key frames, because a request that comes earlier is ignored there and would be lost.
 */
const KEY_FRAME_REQUEST_DELAY_MS = 310;

/** What one member publishes: at most one stream per source. */
export class Publications {
  readonly #room: RoomMedia;
  readonly #cname: string;
  readonly #onLayersWanted: (stream: { source: Source; streamId: string }, layers: WantedLayers) => void;
  readonly #streams = new Map<Source, PublishedStream>();
  /** The latest wish per source: a publication whose wish was withdrawn while it was being made is dropped. */
  readonly #wishes = new Map<Source, symbol>();
  #blocked: Blocked = NOT_BLOCKED;

  constructor(options: {
    room: RoomMedia;
    cname: string;
    onLayersWanted: (stream: { source: Source; streamId: string }, layers: WantedLayers) => void;
  }) {
    this.#room = options.room;
    this.#cname = options.cname;
    this.#onLayersWanted = options.onLayersWanted;
  }

  /** Call it at once; pass the result to {@link open} when it is the request's turn. */
  wish(source: Source): symbol {
    const wish = Symbol(source);
    this.#wishes.set(source, wish);
    return wish;
  }

  /** An earlier stream of that source ends as soon as the new one is found to be valid. */
  async open(request: {
    wish: symbol;
    source: Source;
    rtpParameters: RtpParametersMessage;
    muted: boolean;
    host: RouterHost;
    transport: WebRtcTransport;
  }): Promise<PublishedStream> {
    const { wish, source, rtpParameters, muted, host, transport } = request;
    this.#assertWished(source, wish);
    const parameters = producerParameters({ source, rtpParameters, cname: this.#cname });
    // Before, not after: the new one may have the mid or the ssrc of the old one.
    this.#end(source);
    const kind = kindOf(source);
    const producer = await transport.produce({
      kind,
      rtpParameters: parameters,
      paused: this.#holdsBack({ source, muted }),
      ...(kind === 'video' ? { keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS } : {}),
    });
    const demand = kind === 'video' ? this.#demand({ source, streamId: producer.id }) : null;
    const stream = new PublishedStream({ source, muted, producer, host, log: this.#room.log, demand });
    try {
      // One that is born on a closed transport hears of no end any more.
      if (producer.closed || transport.closed)
        throw new TRTCError('ERR_REFUSED', 'the transport was closed meanwhile');
      this.#assertWished(source, wish);
    } catch (error) {
      stream.end();
      throw error;
    }
    this.#streams.set(source, stream);
    this.#room.add(stream);
    // Blocked, or no longer, while it was being made.
    if (producer.paused !== this.#holdsBack(stream)) await this.#hold(stream);
    return stream;
  }

  has(streamId: string): boolean {
    return [...this.#streams.values()].some((stream) => stream.id === streamId && !stream.ended);
  }

  async setMuted(source: Source, muted: boolean): Promise<void> {
    const stream = this.#streams.get(source);
    if (!stream || stream.ended) throw new TRTCError('ERR_REFUSED', `${source} is not published`);
    stream.muted = muted;
    await this.#hold(stream);
  }

  /** Of streams that end meanwhile, or whose worker dies, nothing is passed on anyway. */
  async setBlocked(blocked: Blocked): Promise<void> {
    this.#blocked = blocked;
    await Promise.allSettled([...this.#streams.values()].map((stream) => this.#hold(stream)));
  }

  close(source: Source): void {
    this.#wishes.delete(source);
    this.#end(source);
  }

  closeAll(): void {
    this.#wishes.clear();
    for (const source of this.#streams.keys()) this.#end(source);
  }

  #demand(stream: { source: Source; streamId: string }): Demand {
    const { clock, unwatchedMs } = this.#room;
    const onChanged = (layers: WantedLayers): void => this.#onLayersWanted(stream, layers);
    return new Demand({ clock, patienceMs: unwatchedMs, onChanged });
  }

  async #hold(stream: PublishedStream): Promise<void> {
    await (this.#holdsBack(stream) ? stream.producer.pause() : stream.producer.resume());
  }

  /** A muted microphone sends silence, which flows on, so that nobody's sound has a gap. */
  #holdsBack({ source, muted }: Pick<PublishedStream, 'source' | 'muted'>): boolean {
    return isBlocked(this.#blocked, source) || (muted && source !== 'audio');
  }

  #end(source: Source): void {
    const stream = this.#streams.get(source);
    this.#streams.delete(source);
    stream?.end();
  }

  #assertWished(source: Source, wish: symbol): void {
    if (this.#wishes.get(source) !== wish) {
      throw new TRTCError('ERR_REFUSED', 'the publication was withdrawn meanwhile');
    }
  }
}
