import type { RtpParametersMessage } from '@rotunda/protocol';
import { consumerSchema } from '@rotunda/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  closedConsumers,
  join,
  MediasoupSpy,
  opus,
  publishAudio,
  RtcClient,
  rtpPacket,
  SIMULCAST,
  startMedia,
  until,
  vp8,
} from './harness.contract.ts';
import type { MediaService } from './port.ts';

let spy: MediasoupSpy;
let service: MediaService;

beforeEach(async () => {
  spy = new MediasoupSpy();
  ({ service } = await startMedia());
});

afterEach(async () => {
  await service.close();
  spy.stop();
});

describe('publishing and subscribing', () => {
  it('hands out a consumer that is paused until it is resumed', async () => {
    const [publisher, viewer] = await Promise.all([join(service), join(service, { mayPublish: false })]);
    const streamId = await publishAudio(publisher);
    const consumer = consumerSchema.parse(await viewer.subscribe({ streamId, layer: 'big' }));
    expect(consumer).toMatchObject({ producerId: streamId, kind: 'audio' });
    expect(spy.consumers[0]!.paused).toBe(true);
    await viewer.resumeConsumer(consumer.consumerId);
    expect(spy.consumers[0]!.paused).toBe(false);
  });

  it('forwards what is published between real transports', async () => {
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const streamId = await publishAudio(publisher);
    const { consumerId } = await viewer.subscribe({ streamId, layer: 'big' });
    await viewer.resumeConsumer(consumerId);
    const sender = await RtcClient.connect(publisher, publisher.transports.send!);
    const receiver = await RtcClient.connect(viewer, viewer.transports.recv);
    let sequenceNumber = 1;
    await until(async () => {
      sender.send(rtpPacket({ payloadType: 111, ssrc: 1111, sequenceNumber: sequenceNumber++ }));
      const stats = await spy.consumers[0]!.getStats();
      return stats.some((stat) => stat.type === 'outbound-rtp' && stat.packetCount > 10);
    }, 'packets at the viewer');
    sender.close();
    receiver.close();
  });

  it('stops receiving one kind of stream, and tells', async () => {
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const sound = await viewer.subscribe({ streamId: await publishAudio(publisher), layer: 'big' });
    const transportId = publisher.transports.send!.transportId;
    const { streamId } = await publisher.publish({
      transportId,
      source: 'video',
      rtpParameters: vp8(SIMULCAST),
      muted: false,
    });
    const picture = await viewer.subscribe({ streamId, layer: 'big' });
    const closed = closedConsumers(viewer);
    viewer.stopReceiving('sub');
    expect(closed).toEqual([]);
    viewer.stopReceiving('video');
    expect(closed).toEqual([picture.consumerId]);
    expect(service.counts().consumers).toBe(1);
    await viewer.resumeConsumer(sound.consumerId);
    viewer.stopReceiving('video');
    expect(closed).toHaveLength(1);
  });

  it('offers two layers of a simulcast stream and switches between them', async () => {
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const { streamId } = await publisher.publish({
      transportId: publisher.transports.send!.transportId,
      source: 'video',
      rtpParameters: vp8(SIMULCAST),
      muted: false,
    });
    const { consumerId } = await viewer.subscribe({ streamId, layer: 'small' });
    expect(spy.consumers[0]!.preferredLayers).toMatchObject({ spatialLayer: 0 });
    await viewer.setLayer(consumerId, 'big');
    expect(spy.consumers[0]!.preferredLayers).toMatchObject({ spatialLayer: 1 });
  });

  it('tells the publisher which layers somebody receives, once the picture is there', async () => {
    await service.close();
    ({ service } = await startMedia({ unwatchedMs: 100 }));
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const told: string[] = [];
    publisher.events.on('layersWanted', (_stream, layers) => told.push(layers));
    const transportId = publisher.transports.send!.transportId;
    const video = { transportId, source: 'video', rtpParameters: vp8(), muted: false } as const;
    const { streamId } = await publisher.publish(video);
    const sender = await RtcClient.connect(publisher, publisher.transports.send!);
    expect(told).toEqual([]);
    let sequenceNumber = 1;
    await until(() => {
      sender.send(rtpPacket({ payloadType: 96, ssrc: 2222, sequenceNumber: sequenceNumber++ }));
      return told.length > 0;
    }, 'nobody receives the picture');
    const { consumerId } = await viewer.subscribe({ streamId, layer: 'small' });
    await viewer.setLayer(consumerId, 'big');
    expect(told).toEqual(['none', 'small', 'all']);
    viewer.unsubscribe(consumerId);
    await until(() => told.length > 3, 'nobody receives it any more');
    expect(told.at(-1)).toBe('none');
    sender.close();
  });

  it('leaves nothing behind when a member goes while its requests are being answered', async () => {
    const publisher = await join(service);
    const streamId = await publishAudio(publisher);
    for (let round = 0; round < 10; round++) {
      const viewer = await join(service);
      const asked = [publishAudio(viewer), viewer.subscribe({ streamId, layer: 'big' })];
      for (let turn = 0; turn < round; turn++) await new Promise((resolve) => setImmediate(resolve));
      viewer.close();
      await Promise.allSettled(asked);
    }
    publisher.close();
    await until(
      () => Object.values({ ...service.counts(), workers: 0 }).every((count) => count === 0),
      'nothing is open any more',
    );
  });

  it('replaces the stream of a source that is published again', async () => {
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const closed = closedConsumers(viewer);
    const first = await publishAudio(publisher);
    const { consumerId } = await viewer.subscribe({ streamId: first, layer: 'big' });
    const second = await publishAudio(publisher);
    expect(second).not.toBe(first);
    await until(() => closed.includes(consumerId), 'the old consumer ends');
    expect(service.counts()).toMatchObject({ producers: 1, consumers: 0 });
  });

  it('keeps nothing of a subscription whose member leaves while it is being made', async () => {
    const publisher = await join(service);
    const streamId = await publishAudio(publisher);
    const viewers = await Promise.all(Array.from({ length: 20 }, () => join(service, { mayPublish: false })));
    // The answers of the worker arrive together: whoever gets the first one sees the others leave before theirs.
    for (const transport of spy.transports) {
      transport.observer.once('newconsumer', () => {
        for (const viewer of viewers) viewer.close();
      });
    }
    const asked = viewers.map((viewer) => viewer.subscribe({ streamId, layer: 'big' }));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(service.counts()).toMatchObject({ producers: 1, consumers: 0 });
  });

  it('drops a publication that was withdrawn while it was being made', async () => {
    const publisher = await join(service);
    const pending = publishAudio(publisher);
    publisher.unpublish('audio');
    await expect(pending).rejects.toMatchObject({ errorName: 'ERR_REFUSED' });
    expect(service.counts().producers).toBe(0);
  });

  it('holds back muted video; muted audio is silence that flows on', async () => {
    const publisher = await join(service);
    const transportId = publisher.transports.send!.transportId;
    await publisher.publish({ transportId, source: 'video', rtpParameters: vp8(), muted: true });
    await publisher.publish({ transportId, source: 'audio', rtpParameters: opus(), muted: true });
    const [video, audio] = spy.producers;
    expect([video!.paused, audio!.paused]).toEqual([true, false]);
    await publisher.setMuted('video', false);
    await publisher.setMuted('audio', false);
    expect([video!.paused, audio!.paused]).toEqual([false, false]);
    await publisher.setMuted('audio', true);
    expect(audio!.paused).toBe(false);
  });

  it('says so when a viewer cannot decode a stream', async () => {
    const publisher = await join(service);
    const audioOnly = service.routerRtpCapabilities.codecs.filter(({ kind }) => kind === 'audio');
    const viewer = await join(service, { rtpCapabilities: { codecs: audioOnly } });
    const transportId = publisher.transports.send!.transportId;
    const video = { transportId, source: 'video', rtpParameters: vp8(), muted: false } as const;
    const { streamId } = await publisher.publish(video);
    await expect(viewer.subscribe({ streamId, layer: 'big' })).rejects.toMatchObject({
      errorName: 'ERR_NOT_SUPPORTED',
    });
  });

  it.each([
    ['sound as the camera', { source: 'video', rtpParameters: opus() }],
    ['a picture as the microphone', { source: 'audio', rtpParameters: vp8() }],
    ['two layers of the screen', { source: 'sub', rtpParameters: vp8(SIMULCAST) }],
    ['an unknown codec', { source: 'audio', rtpParameters: withCodec('audio/PCMU') }],
    ['an encoding that nothing identifies', { source: 'video', rtpParameters: vp8([{}]) }],
    ['an encoding with ssrc 0', { source: 'video', rtpParameters: vp8([{ ssrc: 0 }]) }],
  ] as const)('refuses %s', async (_what, request) => {
    const publisher = await join(service);
    const transportId = publisher.transports.send!.transportId;
    await expect(publisher.publish({ transportId, muted: false, ...request })).rejects.toMatchObject({
      errorName: 'ERR_ROOM_INVALID_PARAMETER',
    });
    expect(service.counts().producers).toBe(0);
  });

  it("refuses a publication on any transport but the member's own send transport", async () => {
    const [member, other] = await Promise.all([join(service), join(service)]);
    const request = { source: 'audio', rtpParameters: opus(), muted: false } as const;
    for (const transportId of [
      member.transports.recv.transportId,
      other.transports.send!.transportId,
      'none',
    ]) {
      await expect(member.publish({ ...request, transportId })).rejects.toMatchObject({
        errorName: 'ERR_ROOM_INVALID_PARAMETER',
      });
    }
  });

  it('keeps what a publisher made up out of what viewers get', async () => {
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const forged = opus();
    forged.codecs[0]!.parameters = {
      stereo: '1',
      forged: 'x\r\na=evil:1',
      maxaveragebitrate: 'x\r\na=evil:2',
    };
    forged.rtcp = { cname: 'x\r\na=evil:3' };
    forged.msid = 'x\r\na=evil:4 t';
    const transportId = publisher.transports.send!.transportId;
    const { streamId } = await publisher.publish({
      transportId,
      source: 'audio',
      rtpParameters: forged,
      muted: false,
    });
    const consumer = await viewer.subscribe({ streamId, layer: 'big' });
    expect(JSON.stringify(consumer)).not.toContain('evil');
    expect(consumer.rtpParameters.codecs[0]!.parameters).toEqual({ stereo: 1 });
  });
});

function withCodec(mimeType: string): RtpParametersMessage {
  const parameters = opus();
  parameters.codecs = [{ mimeType, payloadType: 0, clockRate: 8000 }];
  return parameters;
}
