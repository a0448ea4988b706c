import type { ConsumerMessage, RtpCapabilitiesMessage, TransportMessage } from '@rotunda/protocol';
import { Child } from '../lib/child.ts';
import { workersOf } from '../lib/cpu.ts';
import { routerCodec } from './client.ts';
import { LightReceiver, LightSender, type ConnectTransport } from './media.ts';
import { rtpParametersOf, videoSource } from './rtp.ts';
import { inBatches, type Topology, type TopologyShape } from './topology.ts';

/** The same topology on mediasoup alone. */
export class BareTopology implements Topology {
  readonly #child: Child<unknown>;
  readonly #sender: LightSender;
  readonly #receivers: readonly LightReceiver[];
  readonly #workers: readonly number[];

  private constructor(child: Child<unknown>, sender: LightSender, receivers: readonly LightReceiver[]) {
    this.#child = child;
    this.#sender = sender;
    this.#receivers = receivers;
    this.#workers = workersOf(child.pid);
  }

  static async open({ viewers, packetsPerSecond }: TopologyShape): Promise<BareTopology> {
    const child = new Child<{ rtpCapabilities: RtpCapabilitiesMessage }>('bare-process.ts', {});
    const { rtpCapabilities } = await child.ready();
    const connect: ConnectTransport = (transportId, dtlsParameters) =>
      child.ask('connect', { transportId, dtlsParameters });
    const source = videoSource(1, packetsPerSecond);
    const transport = await child.ask<TransportMessage>('transport');
    const { producerId } = await child.ask<{ producerId: string }>('produce', {
      transportId: transport.transportId,
      kind: source.kind,
      rtpParameters: rtpParametersOf(source),
    });
    const sender = await LightSender.open({ transport, sources: [source], connect });
    const codec = routerCodec(rtpCapabilities, 'video');
    const receivers = await inBatches(viewers, async () => {
      const recv = await child.ask<TransportMessage>('transport');
      const consumer = child.ask<ConsumerMessage>('consume', { transportId: recv.transportId, producerId });
      const consumers = consumer.then((one): ConsumerMessage[] => [one]);
      const receiver = await LightReceiver.open({ transport: recv, codecs: [codec], consumers, connect });
      await child.ask('resume', { consumerId: (await consumer).consumerId });
      await receiver.firstRtp;
      return receiver;
    });
    sender.pause();
    return new BareTopology(child, sender, receivers);
  }

  play(): void {
    this.#sender.resume();
  }

  pause(): void {
    this.#sender.pause();
  }

  sent(): number {
    return this.#sender.sent;
  }

  received(): number {
    return this.#receivers.reduce((sum, receiver) => sum + receiver.received, 0);
  }

  workers(): readonly number[] {
    return this.#workers;
  }

  async close(): Promise<void> {
    this.#sender.close();
    for (const receiver of this.#receivers) {
      receiver.close();
    }
    await this.#child.stop();
  }
}
