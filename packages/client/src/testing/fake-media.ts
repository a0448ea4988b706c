import type { RequestResult, Source, TransportMessage, TransportsMessage } from '@rotunda/protocol';
import { Refused } from './fake-refusal.ts';
import { send, type FakeStay } from './fake-rooms.ts';

/** The media of a fake server, without any packets: who receives which stream, and which streams are dead. */
export class FakeMedia {
  /** What is being received: consumerId -> by whom and of which stream. */
  readonly consumers = new Map<string, { readonly receiver: FakeStay; readonly streamId: string }>();
  readonly #dead = new Set<string>();
  readonly #transports = new WeakMap<FakeStay, TransportsMessage>();
  readonly #nextId: () => number;

  constructor(nextId: () => number) {
    this.#nextId = nextId;
  }

  /** The packets of a stream end; whoever received them is told. */
  end(streamId: string): void {
    this.#dead.add(streamId);
    for (const [consumerId, consumer] of this.consumers) {
      if (consumer.streamId !== streamId) continue;
      this.consumers.delete(consumerId);
      const { socket } = consumer.receiver;
      if (socket) send(socket, { type: 'event', name: 'consumerClosed', data: { consumerId } });
    }
  }

  /** Nothing is received by that client any more, and it is not told. */
  forget(receiver: FakeStay): void {
    for (const [consumerId, consumer] of this.consumers)
      if (consumer.receiver === receiver) this.consumers.delete(consumerId);
  }

  subscribe(receiver: FakeStay, streamId: string, source: Source): RequestResult<'subscribe'> {
    if (this.#dead.has(streamId)) throw new Refused(-3);
    const consumerId = `consumer-${this.#nextId()}`;
    this.consumers.set(consumerId, { receiver, streamId });
    return {
      consumerId,
      producerId: streamId,
      kind: source === 'audio' ? 'audio' : 'video',
      rtpParameters: {
        codecs: [{ mimeType: 'video/VP8', payloadType: 100, clockRate: 90_000 }],
        encodings: [{ ssrc: 1 }],
      },
    };
  }

  unsubscribe(consumerId: string): void {
    this.consumers.delete(consumerId);
  }

  assertConsumed(consumerId: string): void {
    if (!this.consumers.has(consumerId)) throw new Refused(-3);
  }

  /** New transports, but for the send transport if that is kept. */
  transports(stay: FakeStay, { keepSend = false } = {}): TransportsMessage {
    const send = (keepSend ? this.#transports.get(stay)?.send : null) ?? this.transport('send');
    const recv = this.transport('recv');
    const transports = stay.role === 20 ? { recv, send } : { recv };
    this.#transports.set(stay, transports);
    return transports;
  }

  transport(direction: string): TransportMessage {
    return {
      transportId: `${direction}-${this.#nextId()}`,
      iceParameters: { usernameFragment: 'u', password: 'p' },
      iceCandidates: [],
      dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AB:'.repeat(31) + 'AB' }] },
    };
  }
}
