import type { TransportMessage } from '@rotunda/protocol';
import { join, type MediasoupSpy, RtcClient, rtpPacket, until, vp8 } from './harness.contract.ts';
import type { MediaMember, MediaService } from './port.ts';

const LAYERS = [{ ssrc: 3333 }, { ssrc: 4444 }];
/** A VP8 payload descriptor and the first octet of a key frame (RFC 7741 4.2, 4.3), and some more. */
const KEY_FRAME = Buffer.concat([Buffer.from([0x10, 0x00]), Buffer.alloc(998)]);

/** A picture in two layers that one member sends and others watch, through real transports. */
export class Picture {
  readonly #spy: MediasoupSpy;
  readonly #streamId: string;
  readonly #clients: RtcClient[] = [];
  readonly #sending: NodeJS.Timeout;

  private constructor(spy: MediasoupSpy, streamId: string, client: RtcClient) {
    this.#spy = spy;
    this.#streamId = streamId;
    this.#clients.push(client);
    let sequenceNumber = 1;
    this.#sending = setInterval(() => {
      for (const { ssrc } of LAYERS) {
        client.send(rtpPacket({ payloadType: 96, ssrc, sequenceNumber, payload: KEY_FRAME }));
      }
      sequenceNumber += 1;
    }, 20);
  }

  /** Sends until it is closed. */
  static async publish(service: MediaService, spy: MediasoupSpy): Promise<Picture> {
    const publisher = await join(service);
    const send = publisher.transports.send!;
    const { streamId } = await publisher.publish({
      transportId: send.transportId,
      source: 'video',
      rtpParameters: vp8(LAYERS),
      muted: false,
    });
    return new Picture(spy, streamId, await RtcClient.connect(publisher, send));
  }

  /** @returns once the picture is sent to the viewer. */
  async watch(viewer: MediaMember, transport: TransportMessage = viewer.transports.recv): Promise<void> {
    const { consumerId } = await viewer.subscribe({ streamId: this.#streamId, layer: 'big' });
    this.#clients.push(await RtcClient.connect(viewer, transport));
    await viewer.resumeConsumer(consumerId);
    const consumer = this.#spy.consumers.find(({ id }) => id === consumerId)!;
    await until(() => consumer.currentLayers !== undefined, 'the picture is sent');
  }

  close(): void {
    clearInterval(this.#sending);
    for (const client of this.#clients) client.close();
  }
}
