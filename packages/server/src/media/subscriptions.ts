import type { Clock } from '@rotunda/base';
import type { ConsumerMessage, Layer, Source } from '@rotunda/protocol';
import { TRTCError } from '@rotunda/protocol';
import type { Consumer, RtpCapabilities, WebRtcTransport } from 'mediasoup/types';
import { consumerMessage } from './messages.ts';
import type { Viewing } from './demand.ts';
import { invalid } from './errors.ts';
import { watchFallback } from './fallback-watch.ts';
import type { RouterHost } from './router-host.ts';
import type { PublishedStream } from './stream.ts';

const SPATIAL_LAYER: Record<Layer, number> = { small: 0, big: 1 };

interface Subscription {
  readonly consumer: Consumer;
  readonly stream: PublishedStream;
  readonly viewing: Viewing | null;
}

export interface SubscriptionsOptions {
  readonly clock: Clock;
  readonly rtpCapabilities: RtpCapabilities;
  readonly maxConsumers: number;
  readonly consumerClosed: (consumerId: string) => void;
}

/** What one member watches and hears. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #consumers = new Map<string, Subscription>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** @throws TRTCError ERR_NOT_SUPPORTED when the member cannot decode the stream. */
  async open(request: {
    stream: PublishedStream | undefined;
    layer: Layer;
    host: RouterHost;
    transport: WebRtcTransport;
  }): Promise<ConsumerMessage> {
    const { stream, layer, host, transport } = request;
    const { clock, rtpCapabilities, maxConsumers } = this.#options;
    if (!stream || stream.ended) throw new TRTCError('ERR_REFUSED', 'the stream has ended');
    if (this.#consumers.size >= maxConsumers) {
      throw invalid(`one member has at most ${maxConsumers} subscriptions`);
    }
    if (!stream.host.router.canConsume({ producerId: stream.id, rtpCapabilities })) {
      throw new TRTCError('ERR_NOT_SUPPORTED', 'this client cannot decode the stream');
    }
    // Before anything else: the picture may have to be sent again.
    const viewing = stream.view(layer);
    let release = (): void => undefined;
    try {
      const there = await stream.reach(host);
      release = there.release;
      const consumer = await transport.consume({
        producerId: there.producerId,
        rtpCapabilities,
        paused: true,
        preferredLayers: { spatialLayer: SPATIAL_LAYER[layer] },
      });
      // mediasoup tells a consumer nothing of what happened before it was there.
      if (stream.ended || transport.closed) consumer.close();
      if (consumer.closed) throw new TRTCError('ERR_REFUSED', 'the stream has ended');
      this.#keep({ consumer, stream, viewing }, release);
      if (viewing) watchFallback({ consumer, transport, viewing, clock });
      return consumerMessage(consumer, stream.id);
    } catch (error) {
      viewing?.end();
      release();
      if (stream.ended) throw new TRTCError('ERR_REFUSED', 'the stream has ended');
      throw error;
    }
  }

  resume(consumerId: string): Promise<void> {
    return this.#change(consumerId, async ({ consumer }) => {
      await consumer.resume();
      if (consumer.kind === 'video' && !consumer.closed) await consumer.requestKeyFrame();
    });
  }

  setLayer(consumerId: string, layer: Layer): Promise<void> {
    return this.#change(consumerId, async ({ consumer, viewing }) => {
      viewing?.setLayer(layer);
      if (consumer.type === 'simple') return;
      await consumer.setPreferredLayers({ spatialLayer: SPATIAL_LAYER[layer] });
    });
  }

  /** Harmless for one that is closed already. */
  close(consumerId: string): void {
    this.#consumers.get(consumerId)?.consumer.close();
  }

  /** Closes all of that source, and tells. */
  closeSource(source: Source): void {
    for (const { consumer, stream } of this.#consumers.values()) {
      if (stream.source !== source) continue;
      consumer.close();
      this.#options.consumerClosed(consumer.id);
    }
  }

  /** Closes all without telling anybody. */
  closeAll(): void {
    const consumers = [...this.#consumers.values()];
    this.#consumers.clear();
    for (const { consumer } of consumers) consumer.close();
  }

  #keep(subscription: Subscription, release: () => void): void {
    const { consumer, viewing } = subscription;
    this.#consumers.set(consumer.id, subscription);
    consumer.observer.once('close', () => {
      this.#consumers.delete(consumer.id);
      viewing?.end();
      release();
    });
    consumer.once('producerclose', () => this.#options.consumerClosed(consumer.id));
  }

  async #change(consumerId: string, change: (subscription: Subscription) => Promise<void>): Promise<void> {
    const subscription = this.#consumers.get(consumerId);
    if (!subscription) throw new TRTCError('ERR_REFUSED', 'the subscription has ended');
    try {
      await change(subscription);
    } catch (error) {
      // The worker has forgotten the consumer before it says so.
      if (subscription.stream.ended) throw new TRTCError('ERR_REFUSED', 'the stream has ended');
      throw error;
    }
  }
}
