import type { Layer, Source } from '@rotunda/protocol';
import type { MediaEngine, RemoteTrack } from '../media/engine.ts';
import { isInterruption, meansEnded } from '../signal/errors.ts';
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
  /** Nothing is received, and nothing is to be. */
  onIdle(): void;
}

interface Subscribing {
  readonly name: 'subscribing';
  readonly streamId: string;
  /** Known when the server has answered. */
  consumerId: string | null;
  /** As in {@link Received}. */
  round: number;
}

interface Received {
  readonly name: 'received';
  readonly streamId: string;
  readonly consumerId: string;
  layer: Layer;
  /** The server holds packets back until the consumer is ready, so that the first key frame is not lost. */
  flow: 'paused' | 'flowing';
  /** After how many calls of {@link Subscription.renew} it began. */
  readonly round: number;
}

/**
 * `over`: the stream has ended, or cannot be received; not tried again before there is another one.
 *
 * Whoever waits for something compares afterwards: another object means that what was waited for does not count any more.
 */
type State =
  { readonly name: 'none' } | Subscribing | Received | { readonly name: 'over'; readonly streamId: string };

const NONE: State = { name: 'none' };

/** One stream of one other user: brings what is received to what is wanted. */
export class Subscription {
  readonly userId: string;
  readonly source: Source;
  readonly #tools: SubscriptionTools;
  readonly #reconciler: Reconciler;
  #state: State = NONE;
  #round = 0;

  constructor(stream: { userId: string; source: Source }, tools: SubscriptionTools) {
    this.userId = stream.userId;
    this.source = stream.source;
    this.#tools = tools;
    this.#reconciler = new Reconciler(
      () => this.#step(),
      (error) => {
        if (!isInterruption(error)) this.#tools.onFailed(error);
      },
    );
  }

  /** What is received, in the layer that was asked for last; null while nothing is. */
  get received(): { readonly consumerId: string; readonly layer: Layer } | null {
    return this.#state.name === 'received' ? this.#state : null;
  }

  sync(): void {
    this.#reconciler.request();
  }

  /** What is being received is given back and received anew. */
  renew(): void {
    this.#round++;
    this.sync();
  }

  /** The application asks anew: a failure is forgotten. */
  allow(): void {
    if (this.#state.name === 'over') this.#state = NONE;
  }

  /** The receive transport is gone, and what was on it. */
  forget(): void {
    this.#end(NONE);
  }

  /** The server closed a consumer, because its stream ended; the room may not have been told yet. */
  consumerClosed(consumerId: string): void {
    const state = this.#state;
    if (!('consumerId' in state) || state.consumerId !== consumerId) return;
    this.#end({ name: 'over', streamId: state.streamId });
    this.sync();
  }

  close(): void {
    this.#reconciler.close();
  }

  #is(state: State): boolean {
    return !this.#reconciler.closed && this.#state === state;
  }

  #isWanted(streamId: string): boolean {
    const wanted = this.#tools.wanted();
    return wanted === 'hold' || wanted?.streamId === streamId;
  }

  #end(next: State): void {
    const gone = this.#state;
    this.#state = next;
    if (gone.name !== 'received') return;
    this.#tools.engine.closeConsumer(gone.consumerId);
    this.#tools.onTrackGone(gone.consumerId);
  }

  async #step(): Promise<void> {
    const wanted = this.#tools.wanted();
    if (wanted === 'hold') return;
    const state = this.#state;
    if (state.name === 'received' && state.streamId === wanted?.streamId && state.round === this.#round) {
      await this.#adjust(state, wanted.layer);
    } else if (state.name === 'received') {
      await this.#unsubscribe(state);
    } else if (!wanted) {
      this.#tools.onIdle();
    } else if (state.name === 'none' || state.streamId !== wanted.streamId) {
      await this.#subscribe(wanted);
    }
  }

  async #subscribe({ streamId, layer }: { streamId: string; layer: Layer }): Promise<void> {
    const attempt: Subscribing = {
      name: 'subscribing',
      streamId,
      consumerId: null,
      round: this.#round,
    };
    this.#state = attempt;
    let opened: { consumerId: string; track: RemoteTrack | null };
    try {
      opened = await this.#open(attempt, layer);
    } catch (error) {
      if (this.#is(attempt)) await this.#failed(attempt, error);
      else await this.#giveBack(attempt);
      return;
    }
    const { consumerId, track } = opened;
    if (!this.#is(attempt)) {
      await this.#giveBack(attempt);
    } else if (!track || !this.#isWanted(streamId)) {
      await this.#unsubscribe({ consumerId });
    } else {
      const { round } = attempt;
      this.#state = { name: 'received', streamId, consumerId, layer, flow: 'paused', round };
      this.#tools.onTrack(track, consumerId);
      this.sync();
    }
  }

  /** It ended before it was there, or was asked for before the client knew of the transport that it is on now. */
  async #giveBack({ consumerId }: Subscribing): Promise<void> {
    if (consumerId === null) return;
    this.#tools.engine.closeConsumer(consumerId);
    if (!this.#reconciler.closed) await this.#tools.wire.request('unsubscribe', { consumerId });
  }

  /** Without a track the stream was no longer wanted before it was there. */
  async #open(
    attempt: Subscribing,
    layer: Layer,
  ): Promise<{ consumerId: string; track: RemoteTrack | null }> {
    const { engine, wire } = this.#tools;
    const { userId, source } = this;
    const consumer = await wire.request('subscribe', { userId, source, layer });
    const { consumerId } = consumer;
    attempt.consumerId = consumerId;
    attempt.round = this.#round;
    const wanted = this.#is(attempt) && this.#isWanted(attempt.streamId);
    return { consumerId, track: wanted ? await engine.consume(consumer) : null };
  }

  async #unsubscribe({ consumerId }: { consumerId: string }): Promise<void> {
    this.#end(NONE);
    this.#tools.engine.closeConsumer(consumerId);
    this.sync();
    await this.#tools.wire.request('unsubscribe', { consumerId });
  }

  async #adjust(received: Received, layer: Layer): Promise<void> {
    const { wire } = this.#tools;
    const { consumerId } = received;
    try {
      if (received.flow === 'paused') {
        await wire.request('resumeConsumer', { consumerId });
        received.flow = 'flowing';
      }
      if (received.layer === layer || !this.#is(received)) return;
      await wire.request('setLayer', { consumerId, layer });
      received.layer = layer;
    } catch (error) {
      if (this.#is(received)) await this.#failed(received, error);
    }
  }

  /** @throws `error`, if the application should hear of it. */
  async #failed(state: Subscribing | Received, error: unknown): Promise<void> {
    const { streamId, consumerId } = state;
    if (isInterruption(error)) {
      if (state.name === 'subscribing') this.#state = NONE;
      return;
    }
    const ended = meansEnded(error);
    // What flows goes on as it was; what does not even begin to flow would be a black tile for ever.
    if (state.name === 'subscribing' || state.flow === 'paused') {
      const wanted = this.#isWanted(streamId);
      this.#end({ name: 'over', streamId });
      if (consumerId !== null && !ended) await this.#tools.wire.request('unsubscribe', { consumerId });
      if (!wanted) return;
    }
    if (!ended) throw error;
  }
}
