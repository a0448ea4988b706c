import type { ConsumerMessage, Layer, Source } from '@rotunda/protocol';
import type { MediaEngine, RemoteTrack } from '../media/engine.ts';
import { SignalClosedError } from '../signal/errors.ts';
import { Reconciler } from './reconciler.ts';
import type { Wire } from './wire.ts';

export interface SubscriptionTools {
  readonly engine: MediaEngine;
  readonly wire: Wire;
  /** The stream to receive right now and which layer of it; null for nothing; `hold` while nothing can be changed. */
  wanted(): { readonly streamId: string; readonly layer: Layer } | null | 'hold';
  onTrack(track: RemoteTrack, consumerId: string): void;
  onTrackGone(consumerId: string): void;
  onFailed(error: unknown): void;
}

interface Received {
  readonly streamId: string;
  readonly consumerId: string;
  layer: Layer;
  /** The server holds packets back until the consumer is ready, so that the first key frame is not lost. */
  flow: 'paused' | 'flowing';
}

/** One stream of one other user: brings what is received to what is wanted. */
export class Subscription {
  readonly userId: string;
  readonly source: Source;
  readonly #tools: SubscriptionTools;
  readonly #reconciler: Reconciler;
  #received: Received | null = null;
  /** A stream that could not be received; not tried again before there is another one. */
  #failedStreamId: string | null = null;
  #generation = 0;

  constructor(stream: { userId: string; source: Source }, tools: SubscriptionTools) {
    this.userId = stream.userId;
    this.source = stream.source;
    this.#tools = tools;
    this.#reconciler = new Reconciler(
      () => this.#step(),
      (error) => this.#failed(error),
    );
  }

  get consumerId(): string | null {
    return this.#received?.consumerId ?? null;
  }

  /** The layer that was asked for last; null while nothing is received. */
  get layer(): Layer | null {
    return this.#received?.layer ?? null;
  }

  sync(): void {
    this.#reconciler.request();
  }

  /** The application asks anew: a failure is forgotten. */
  allow(): void {
    this.#failedStreamId = null;
  }

  /** The receive transport is gone, and what was on it. */
  forget(): void {
    this.#generation++;
    const gone = this.#received;
    this.#received = null;
    if (gone) this.#tools.onTrackGone(gone.consumerId);
  }

  /** The server closed the consumer, because its producer ended. */
  consumerClosed(): void {
    this.#drop();
    this.sync();
  }

  close(): void {
    this.#reconciler.close();
  }

  async #step(): Promise<void> {
    const wanted = this.#tools.wanted();
    if (wanted === 'hold') return;
    const received = this.#received;
    if (received && received.streamId !== wanted?.streamId) {
      this.#drop();
      this.sync();
      await this.#tools.wire.request('unsubscribe', { consumerId: received.consumerId });
    } else if (wanted && !received) {
      if (wanted.streamId === this.#failedStreamId) return;
      await this.#subscribe(wanted);
      this.sync();
    } else if (wanted && received) {
      await this.#adjust(received, wanted.layer);
    }
  }

  async #subscribe(wanted: { streamId: string; layer: Layer }): Promise<void> {
    const { engine, wire } = this.#tools;
    const { userId, source } = this;
    const generation = this.#generation;
    const consumer = await wire.request('subscribe', { userId, source, layer: wanted.layer });
    if (!this.#isWanted(generation, wanted.streamId)) {
      await this.#giveBack(consumer, generation);
      return;
    }
    const track = await engine.consume(consumer);
    if (!this.#isWanted(generation, wanted.streamId)) {
      if (generation === this.#generation) engine.closeConsumer(consumer.consumerId);
      await this.#giveBack(consumer, generation);
      return;
    }
    const { consumerId } = consumer;
    this.#received = { streamId: wanted.streamId, consumerId, layer: wanted.layer, flow: 'paused' };
    this.#tools.onTrack(track, consumerId);
  }

  async #adjust(received: Received, layer: Layer): Promise<void> {
    const { wire } = this.#tools;
    const { consumerId } = received;
    if (received.flow === 'paused') {
      await wire.request('resumeConsumer', { consumerId });
      received.flow = 'flowing';
    }
    if (received.layer === layer || this.#received !== received) return;
    await wire.request('setLayer', { consumerId, layer });
    received.layer = layer;
  }

  async #giveBack({ consumerId }: ConsumerMessage, generation: number): Promise<void> {
    if (this.#reconciler.closed || generation !== this.#generation) return;
    await this.#tools.wire.request('unsubscribe', { consumerId });
  }

  #isWanted(generation: number, streamId: string): boolean {
    if (this.#reconciler.closed || generation !== this.#generation) return false;
    const wanted = this.#tools.wanted();
    return wanted === 'hold' || wanted?.streamId === streamId;
  }

  #drop(): void {
    const gone = this.#received;
    if (!gone) return;
    this.#received = null;
    this.#tools.engine.closeConsumer(gone.consumerId);
    this.#tools.onTrackGone(gone.consumerId);
  }

  #failed(error: unknown): void {
    if (error instanceof SignalClosedError) return;
    const wanted = this.#tools.wanted();
    // A stream that ended meanwhile is no failure.
    if (!wanted || wanted === 'hold') return;
    // What flows goes on as it was; what does not even begin to flow would be a black tile for ever.
    if (this.#received?.flow !== 'flowing') {
      this.#drop();
      this.#failedStreamId = wanted.streamId;
    }
    this.#tools.onFailed(error);
  }
}
