import type { WebRtcTransport } from 'mediasoup/types';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { join, MediasoupSpy, RtcClient, rtpPacket, startMedia, until, vp8 } from './harness.contract.ts';
import type { MediaMember, MediaService } from './port.ts';

const SMALL = { ssrc: 3333 };
const BIG = { ssrc: 4444 };
/** VP8's payload descriptor (RFC 7741 4.2) at the begin of a frame, and the begin of a key frame. */
const KEY_FRAME = Buffer.concat([Buffer.from([0x10, 0x00]), Buffer.alloc(998)]);

let spy: MediasoupSpy;
let service: MediaService;
let closers: (() => void)[];

beforeEach(async () => {
  spy = new MediasoupSpy();
  ({ service } = await startMedia({ unwatchedMs: 100 }));
  closers = [];
});

afterEach(async () => {
  for (const close of closers) close();
  await service.close();
  spy.stop();
});

/** A publisher whose big layer is all that comes, and whoever watches it; told: which layers the publisher is asked for. */
async function watching(): Promise<{
  publisher: MediaMember;
  told: string[];
  viewerTransport: WebRtcTransport;
}> {
  const [publisher, viewer] = await Promise.all([join(service), join(service, { mayPublish: false })]);
  const told: string[] = [];
  publisher.events.on('layersWanted', (_stream, layers) => told.push(layers));
  const { streamId } = await publisher.publish({
    transportId: publisher.transports.send!.transportId,
    source: 'video',
    rtpParameters: vp8([SMALL, BIG]),
    muted: false,
  });
  const { consumerId } = await viewer.subscribe({ streamId, layer: 'big' });
  const sender = await RtcClient.connect(publisher, publisher.transports.send!);
  const receiver = await RtcClient.connect(viewer, viewer.transports.recv);
  await viewer.resumeConsumer(consumerId);
  let sequenceNumber = 1;
  const sending = setInterval(() => {
    const packet = { payloadType: 96, ssrc: BIG.ssrc, sequenceNumber: sequenceNumber++, payload: KEY_FRAME };
    sender.send(rtpPacket(packet));
  }, 20);
  closers.push(() => {
    clearInterval(sending);
    sender.close();
    receiver.close();
  });
  const transport = spy.transports.find(({ id }) => id === viewer.transports.recv.transportId);
  return { publisher, told, viewerTransport: transport as WebRtcTransport };
}

function layerOf(): number | undefined {
  return spy.consumers[0]!.currentLayers?.spatialLayer;
}

it('asks for the small layer when a viewer cannot carry the big one any more', async () => {
  const { told, viewerTransport } = await watching();
  await until(() => layerOf() === 1, 'the viewer gets the big layer');
  await until(() => told.length > 0, 'the small layer is not needed');
  expect(told).toEqual(['big']);
  await viewerTransport.setMaxOutgoingBitrate(50_000);
  await until(() => told.length > 1, 'the small layer is needed');
  expect(layerOf()).toBeUndefined();
  expect(told).toEqual(['big', 'all']);
});

it('takes nobody whose publisher is muted for one who cannot carry its picture', async () => {
  const { publisher, told } = await watching();
  await until(() => layerOf() === 1, 'the viewer gets the big layer');
  await until(() => told.length > 0, 'the small layer is not needed');
  await publisher.setMuted('video', true);
  await until(() => layerOf() === undefined, 'the viewer gets nothing');
  await new Promise((resolve) => setTimeout(resolve, 500));
  await publisher.setMuted('video', false);
  await until(() => layerOf() === 1, 'the viewer gets the big layer again');
  expect(told).toEqual(['big']);
});
