import type { Layer, Source } from '@rotunda/protocol';
import type { MediaEngine, RemoteTrack } from '../media/engine.ts';
import type { ReceivedStream } from '../measures/received-stream.ts';
import type { VideoSource } from './remote-views.ts';
import { Subscription } from './subscription.ts';
import type { Wire } from './wire.ts';

export interface SubscriberTools {
  readonly engine: MediaEngine;
  readonly wire: Wire;
  streamId(userId: string, source: Source): string | null;
  onTrack(userId: string, source: Source, track: RemoteTrack, consumerId: string): void;
  onTrackGone(userId: string, source: Source, consumerId: string): void;
  onFailed(userId: string, source: Source, error: unknown): void;
}

/** Nothing is asked for before the transports are there, while the link is down, or after the end. */
type Gate = 'waiting' | 'open' | 'closed';

/** Keeps what is received in step with what is wanted and what is there, for one stay. */
export class Subscriber {
  readonly #tools: SubscriberTools;
  /** At most one of each stream: it stays until it has given back what it had. */
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #wanted = new Map<string, Layer>();
  #gate: Gate = 'waiting';

  constructor(tools: SubscriberTools) {
    this.#tools = tools;
  }

  /** The transports are there, or there again. */
  open(): void {
    if (this.#gate === 'closed') return;
    this.#gate = 'open';
    for (const subscription of this.#subscriptions.values()) subscription.sync();
  }

  /** What was refused may be allowed now. */
  retry(): void {
    for (const subscription of this.#subscriptions.values()) {
      subscription.allow();
      subscription.sync();
    }
  }

  /** Every picture in which no messages can be looked for is received anew. `onRenew`: before that of one begins. */
  renewPictures(onRenew: (userId: string, source: VideoSource) => void): void {
    for (const subscription of this.#subscriptions.values()) {
      const { userId, source, received } = subscription;
      if (source === 'audio' || (received && this.#tools.engine.leadsSei(received.consumerId))) continue;
      onRenew(userId, source);
      subscription.renew();
    }
  }

  suspend(): void {
    if (this.#gate !== 'closed') this.#gate = 'waiting';
  }

  want(userId: string, source: Source, layer: Layer): void {
    if (this.#gate === 'closed') return;
    const key = keyOf(userId, source);
    this.#wanted.set(key, layer);
    const subscription = this.#subscription(key, userId, source);
    subscription.allow();
    subscription.sync();
  }

  unwant(userId: string, source: Source): void {
    const key = keyOf(userId, source);
    this.#wanted.delete(key);
    this.#subscriptions.get(key)?.sync();
  }

  /** A stream began, ended or was replaced. */
  streamChanged(userId: string, source: Source): void {
    this.#subscriptions.get(keyOf(userId, source))?.sync();
  }

  /** The user has left: nothing of it is wanted any more. */
  forgetUser(userId: string): void {
    for (const [key, subscription] of this.#subscriptions) {
      if (subscription.userId !== userId) continue;
      this.#wanted.delete(key);
      subscription.sync();
    }
  }

  /** What is being received right now. */
  get received(): ReceivedStream[] {
    return [...this.#subscriptions.values()].flatMap(({ received, userId, source }) =>
      received ? [{ userId, source, consumerId: received.consumerId, layer: received.layer }] : [],
    );
  }

  consumerClosed(consumerId: string): void {
    for (const subscription of this.#subscriptions.values()) subscription.consumerClosed(consumerId);
  }

  /** The receive transport was replaced. */
  transportGone(): void {
    for (const subscription of this.#subscriptions.values()) subscription.forget();
  }

  /** Nothing is wanted any more, and nothing given back: the room is left. */
  forgetRoom(): void {
    for (const subscription of this.#subscriptions.values()) {
      subscription.close();
      subscription.forget();
    }
    this.#subscriptions.clear();
    this.#wanted.clear();
  }

  close(): void {
    this.#gate = 'closed';
    for (const subscription of this.#subscriptions.values()) subscription.close();
    this.#subscriptions.clear();
    this.#wanted.clear();
  }

  #subscription(key: string, userId: string, source: Source): Subscription {
    const known = this.#subscriptions.get(key);
    if (known) return known;
    const tools = this.#tools;
    const subscription = new Subscription(
      { userId, source },
      {
        engine: tools.engine,
        wire: tools.wire,
        wanted: () => {
          if (this.#gate === 'waiting') return 'hold';
          const layer = this.#wanted.get(key);
          const streamId = tools.streamId(userId, source);
          return this.#gate === 'open' && layer && streamId ? { layer, streamId } : null;
        },
        onTrack: (track, consumerId) => tools.onTrack(userId, source, track, consumerId),
        onTrackGone: (consumerId) => tools.onTrackGone(userId, source, consumerId),
        onFailed: (error) => tools.onFailed(userId, source, error),
        onIdle: () => {
          if (!this.#wanted.has(key)) this.#subscriptions.delete(key);
        },
      },
    );
    this.#subscriptions.set(key, subscription);
    return subscription;
  }
}

function keyOf(userId: string, source: Source): string {
  return `${source}/${userId}`;
}
