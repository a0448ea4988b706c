import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { TransportMessage } from '@rotunda/protocol';
import type { WebRtcTransport } from 'mediasoup/types';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { join, MediasoupSpy, RtcClient, rtpPacket, startMedia, until, vp8 } from './harness.contract.ts';
import type { MediaMember, MediaService } from './port.ts';

const LAYERS = [{ ssrc: 3333 }, { ssrc: 4444 }];
/** A VP8 payload descriptor and the first octet of a key frame (RFC 7741 4.2, 4.3), and some more. */
const KEY_FRAME = Buffer.concat([Buffer.from([0x10, 0x00]), Buffer.alloc(998)]);

/** A path to a transport that can be cut off. */
class Path {
  readonly transport: TransportMessage;
  readonly #front: Socket;
  readonly #back: Socket;
  #open = true;

  private constructor(front: Socket, back: Socket, transport: TransportMessage) {
    this.#front = front;
    this.#back = back;
    const target = transport.iceCandidates[0]!.port;
    const { port } = front.address();
    this.transport = {
      ...transport,
      iceCandidates: transport.iceCandidates.map((candidate) => ({ ...candidate, port })),
    };
    let client = 0;
    front.on('message', (message, from) => {
      client = from.port;
      if (this.#open) back.send(message, target, '127.0.0.1');
    });
    back.on('message', (message) => {
      if (this.#open) front.send(message, client, '127.0.0.1');
    });
  }

  static async to(transport: TransportMessage): Promise<Path> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    await Promise.all(sockets.map((socket) => once(socket.bind(0, '127.0.0.1'), 'listening')));
    return new Path(...sockets, transport);
  }

  set open(open: boolean) {
    this.#open = open;
  }

  close(): void {
    this.#front.close();
    this.#back.close();
  }
}

let spy: MediasoupSpy;
let service: MediaService;
let closers: (() => void)[];

beforeEach(async () => {
  spy = new MediasoupSpy();
  ({ service } = await startMedia());
  closers = [];
});

afterEach(async () => {
  for (const close of closers) close();
  await service.close();
  spy.stop();
});

/** Sends both layers of a picture until the test is over. @returns the stream's id. */
async function publishPicture(): Promise<string> {
  const publisher = await join(service);
  const send = publisher.transports.send!;
  const { streamId } = await publisher.publish({
    transportId: send.transportId,
    source: 'video',
    rtpParameters: vp8(LAYERS),
    muted: false,
  });
  const client = await RtcClient.connect(publisher, send);
  let sequenceNumber = 1;
  const sending = setInterval(() => {
    for (const { ssrc } of LAYERS) {
      client.send(rtpPacket({ payloadType: 96, ssrc, sequenceNumber, payload: KEY_FRAME }));
    }
    sequenceNumber += 1;
  }, 20);
  closers.push(() => {
    clearInterval(sending);
    client.close();
  });
  return streamId;
}

/** @returns once the picture is sent to the viewer. */
async function watch(viewer: MediaMember, streamId: string, transport: TransportMessage): Promise<void> {
  const { consumerId } = await viewer.subscribe({ streamId, layer: 'big' });
  const client = await RtcClient.connect(viewer, transport);
  closers.push(() => client.close());
  await viewer.resumeConsumer(consumerId);
  const consumer = spy.consumers.find(({ id }) => id === consumerId)!;
  await until(() => consumer.currentLayers !== undefined, 'the picture is sent');
}

it('gives a viewer that was cut off another transport when no picture would be sent on the old one', async () => {
  const streamId = await publishPicture();
  const viewer = await join(service, { mayPublish: false });
  const { recv } = viewer.transports;
  const path = await Path.to(recv);
  closers.push(() => path.close());
  await watch(viewer, streamId, path.transport);
  const replaced: TransportMessage[] = [];
  viewer.events.on('recvReplaced', (transport) => replaced.push(transport));
  const old = spy.transports.find(({ id }) => id === recv.transportId) as WebRtcTransport;

  path.open = false;
  await until(() => old.iceState === 'disconnected', 'the path is given up', 30_000);
  path.open = true;

  // Without this the picture stands still for ever: nothing that viewer or publisher do brings it back.
  await until(() => replaced.length > 0, 'another transport');
  expect(replaced).toEqual([viewer.transports.recv]);
  expect(viewer.transports.recv.transportId).not.toBe(recv.transportId);
  expect(service.counts()).toMatchObject({ transports: 3, producers: 1, consumers: 0 });
  await expect(viewer.connectTransport(recv.transportId, recv.dtlsParameters)).rejects.toThrow(
    'the transport does not exist',
  );
  await watch(viewer, streamId, viewer.transports.recv);
}, 60_000);

it('leaves the transport of a member that was cut off as it is when no picture was ever sent on it', async () => {
  const viewer = await join(service, { mayPublish: false });
  const { recv } = viewer.transports;
  const path = await Path.to(recv);
  closers.push(() => path.close());
  const client = await RtcClient.connect(viewer, path.transport);
  closers.push(() => client.close());
  const replaced: TransportMessage[] = [];
  viewer.events.on('recvReplaced', (transport) => replaced.push(transport));
  const transport = spy.transports.find(({ id }) => id === recv.transportId) as WebRtcTransport;

  path.open = false;
  await until(() => transport.iceState === 'disconnected', 'the path is given up', 30_000);
  path.open = true;
  await until(() => transport.iceState !== 'disconnected', 'the path is back');
  // Requests are done in turn: whatever had been found would have been done.
  await transport.getStats();
  await viewer.restartIce(recv.transportId);
  expect(replaced).toEqual([]);
  expect(viewer.transports.recv.transportId).toBe(recv.transportId);
}, 60_000);
