import { TypedEmitter } from '@rotunda/base';
import { SPEED_TEST, type DtlsParametersMessage, type TransportMessage } from '@rotunda/protocol';
import type { DataProducer, Router } from 'mediasoup/types';
import { dtlsParameters, transportMessage } from './messages.ts';
import type { SpeedPath, SpeedPathEvents } from './port.ts';
import type { MediaWorker } from './worker-slot.ts';

/** More than that is no packet of a speed test. */
const MAX_MESSAGE_BYTES = 2_048;

/**
 * Neither put in order nor repeated: what is lost on the way stays lost, as it is to be counted. A limit of 0 repetitions is none for the worker; but
 * after so many milliseconds it gives a packet up, and no loss is noticed as soon as that.
 */
const UNRELIABLE = { ordered: false, maxPacketLifeTime: 20 } as const;

/** A data channel between one client and this process, on a router of its own that ends with it. */
export class MediasoupSpeedPath implements SpeedPath {
  readonly events = new TypedEmitter<SpeedPathEvents>();
  readonly transport: TransportMessage;
  readonly #worker: MediaWorker;
  readonly #router: Router;
  readonly #down: DataProducer;

  private constructor(parts: {
    worker: MediaWorker;
    router: Router;
    down: DataProducer;
    transport: TransportMessage;
  }) {
    this.#worker = parts.worker;
    this.#router = parts.router;
    this.#down = parts.down;
    this.transport = parts.transport;
    this.#worker.load += 1;
    this.#router.observer.once('close', () => {
      this.#worker.load -= 1;
      this.events.emit('closed');
    });
  }

  /** `watch` is called with the router before anything is on it. Rejects with the worker's own error. */
  static async open(
    worker: MediaWorker,
    parameters: DtlsParametersMessage,
    watch: (router: Router) => void,
  ): Promise<MediasoupSpeedPath> {
    const router = await worker.worker.createRouter();
    try {
      watch(router);
      return await MediasoupSpeedPath.#on(router, worker, parameters);
    } catch (error) {
      router.close();
      throw error;
    }
  }

  static async #on(
    router: Router,
    worker: MediaWorker,
    parameters: DtlsParametersMessage,
  ): Promise<MediasoupSpeedPath> {
    const transport = await router.createWebRtcTransport({
      webRtcServer: worker.webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      enableSctp: true,
      maxSctpMessageSize: MAX_MESSAGE_BYTES,
    });
    const message = transportMessage(transport);
    const { streamId } = SPEED_TEST;
    await transport.connect({ dtlsParameters: dtlsParameters({ ...parameters, role: 'client' }) });
    const inside = await router.createDirectTransport({ maxMessageSize: MAX_MESSAGE_BYTES });
    const down = await inside.produceData();
    const toClient = await transport.consumeData({ dataProducerId: down.id, ...UNRELIABLE });
    if (toClient.sctpStreamParameters?.streamId !== streamId)
      throw new Error('the first stream has another id');
    const up = await transport.produceData({ sctpStreamParameters: { streamId, ...UNRELIABLE } });
    const fromClient = await inside.consumeData({ dataProducerId: up.id });
    const path = new MediasoupSpeedPath({ worker, router, down, transport: message });
    fromClient.on('message', (bytes) => path.events.emit('message', bytes));
    return path;
  }

  send(bytes: Uint8Array): void {
    if (!this.#down.closed) this.#down.send(Buffer.from(bytes));
  }

  close(): void {
    this.#router.close();
  }
}
