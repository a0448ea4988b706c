import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  closedConsumers,
  join,
  MediasoupSpy,
  publishAudio,
  ROOM,
  RtcClient,
  rtpPacket,
  SIMULCAST,
  startMedia,
  until,
  vp8,
} from './harness.contract.ts';
import type { MediaMember, MediaService } from './port.ts';

const HERE = { key: ROOM, incarnation: 'i1' };
const THERE = { ...HERE, key: { ...ROOM, id: 'other' } };

let spy: MediasoupSpy;
let service: MediaService;

beforeEach(() => {
  spy = new MediasoupSpy();
});
afterEach(async () => {
  await service.close();
  spy.stop();
});

/** A publisher in one room, and a viewer in another. */
async function rooms(workers = 1): Promise<{ publisher: MediaMember; viewer: MediaMember }> {
  ({ service } = await startMedia({ workers }));
  const publisher = await join(service);
  const viewer = await join(service, { room: THERE.key.id });
  return { publisher, viewer };
}

/** Packets of the publisher's microphone until the viewer has got some. */
async function expectHeard(publisher: MediaMember, viewer: MediaMember, consumerId: string): Promise<void> {
  await viewer.resumeConsumer(consumerId);
  const sender = await RtcClient.connect(publisher, publisher.transports.send!);
  const receiver = await RtcClient.connect(viewer, viewer.transports.recv);
  const watched = spy.consumers.find(({ id }) => id === consumerId)!;
  let sequenceNumber = 1;
  await until(async () => {
    sender.send(rtpPacket({ payloadType: 111, ssrc: 1111, sequenceNumber: sequenceNumber++ }));
    const stats = await watched.getStats();
    return stats.some((stat) => stat.type === 'outbound-rtp' && stat.packetCount > 10);
  }, 'packets in the other room');
  sender.close();
  receiver.close();
}

describe.each([1, 2])('a viewer in another room, on %i workers', (workers) => {
  it('gets the packets of the publisher', async () => {
    const { publisher, viewer } = await rooms(workers);
    expect((await spy.workerOf(publisher)) === (await spy.workerOf(viewer))).toBe(workers === 1);
    const streamId = await publishAudio(publisher);
    const consumer = await viewer.subscribe({ streamId, layer: 'big', from: HERE });
    expect(consumer).toMatchObject({ producerId: streamId, kind: 'audio' });
    await expectHeard(publisher, viewer, consumer.consumerId);
  });

  it('has a pipe, together with the others who need it, and the last one closes it', async () => {
    const { publisher, viewer } = await rooms(workers);
    const second = await join(service, { room: THERE.key.id });
    const { transportId } = publisher.transports.send!;
    const audio = await publishAudio(publisher);
    const request = { transportId, source: 'video', rtpParameters: vp8(SIMULCAST), muted: false } as const;
    const video = await publisher.publish(request);
    const watch = (member: MediaMember, streamId: string) =>
      member.subscribe({ streamId, layer: 'big', from: HERE });
    const first = await watch(viewer, audio);
    const others = await Promise.all([watch(second, audio), watch(second, video.streamId)]);
    expect(service.counts()).toMatchObject({ transports: 8, producers: 4, consumers: 5 });
    viewer.unsubscribe(first.consumerId);
    for (const { consumerId } of others) second.unsubscribe(consumerId);
    await until(() => service.counts().transports === 6, 'the pipe ends');
    expect(service.counts()).toMatchObject({ producers: 2, consumers: 0 });
    const again = await watch(viewer, audio);
    await expectHeard(publisher, viewer, again.consumerId);
  });

  it('is told of the end when the publisher leaves, and nothing of the link stays open', async () => {
    const { publisher, viewer } = await rooms(workers);
    const closed = closedConsumers(viewer);
    const streamId = await publishAudio(publisher);
    const { consumerId } = await viewer.subscribe({ streamId, layer: 'big', from: HERE });
    publisher.close();
    await until(() => closed.includes(consumerId), 'the consumer ends');
    expect(service.counts()).toMatchObject({ routers: 1, transports: 2, producers: 0, consumers: 0 });
  });

  it('leaves nothing of the link open when its room ends, nor in the middle of it', async () => {
    const { publisher, viewer } = await rooms(workers);
    const streamId = await publishAudio(publisher);
    await viewer.subscribe({ streamId, layer: 'big', from: HERE });
    const late = viewer.subscribe({ streamId, layer: 'big', from: HERE });
    viewer.close();
    await expect(late).rejects.toMatchObject({ errorName: 'ERR_REFUSED' });
    await until(() => service.counts().transports === 2, 'the pipe ends');
    expect(service.counts()).toMatchObject({ routers: 1, producers: 1, consumers: 0 });
  });
});

it('keeps the lives of a linked room apart', async () => {
  const { publisher, viewer } = await rooms();
  const streamId = await publishAudio(publisher);
  for (const from of [{ ...HERE, incarnation: 'i0' }, THERE]) {
    await expect(viewer.subscribe({ streamId, layer: 'big', from })).rejects.toMatchObject({
      errorName: 'ERR_REFUSED',
    });
  }
});
