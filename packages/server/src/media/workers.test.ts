import type { TransportsMessage } from '@rotunda/protocol';
import { FakeClock } from '@rotunda/base';
import type { Worker } from 'mediasoup/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reservePort } from '../testing/ports.ts';
import {
  join,
  MediasoupSpy,
  publishAudio,
  RtcClient,
  rtpPacket,
  startMedia,
  until,
  vp8,
} from './harness.contract.ts';
import type { MediaMember, MediaService } from './port.ts';

let spy: MediasoupSpy;
let service: MediaService | undefined;

beforeEach(() => {
  spy = new MediasoupSpy();
});

afterEach(async () => {
  await service?.close();
  spy.stop();
});

async function start(options: Parameters<typeof startMedia>[0]): Promise<MediaService> {
  ({ service } = await startMedia(options));
  return service;
}

/** Everything that a member is told, in order. */
function record(member: MediaMember): { events: string[]; resets: TransportsMessage[] } {
  const events: string[] = [];
  const resets: TransportsMessage[] = [];
  member.events
    .on('consumerClosed', () => events.push('consumerClosed'))
    .on('mediaLost', () => events.push('mediaLost'))
    .on('mediaBack', () => events.push('mediaBack'))
    .on('failed', () => events.push('failed'))
    .on('reset', (transports) => {
      events.push('reset');
      resets.push(transports);
    });
  return { events, resets };
}

async function kill(worker: Worker): Promise<void> {
  process.kill(worker.pid, 'SIGKILL');
  await until(() => worker.closed, 'the worker is dead');
}

describe('a worker that dies', () => {
  it('costs its rooms their transports, which are made anew, and other rooms nothing', async () => {
    const media = await start({ workers: 2 });
    const hit = await Promise.all([join(media, { room: 'hit' }), join(media, { room: 'hit' })]);
    const spared = await Promise.all([join(media, { room: 'spared' }), join(media, { room: 'spared' })]);
    const [worker, other] = [await spy.workerOf(hit[0]), await spy.workerOf(spared[0])];
    expect(worker).not.toBe(other);
    for (const [publisher, viewer] of [hit, spared]) {
      await viewer.subscribe({ streamId: await publishAudio(publisher), layer: 'big' });
    }
    const told = hit.map(record);
    const sparedTold = spared.map(record);
    const before = spared[0].transports;

    await kill(worker);

    await until(() => told.every(({ resets }) => resets.length === 1), 'both members are told');
    // The publisher's packets had never got through: its new transports are not lost.
    expect(told.map(({ events }) => events)).toEqual([['mediaBack', 'reset'], ['reset']]);
    for (const [index, member] of hit.entries()) {
      expect(member.transports).toEqual(told[index]!.resets[0]);
      expect(member.transports.send).toBeDefined();
    }
    const streamId = await publishAudio(hit[0]);
    const { consumerId } = await hit[1].subscribe({ streamId, layer: 'big' });
    await hit[1].resumeConsumer(consumerId);

    expect(sparedTold.map(({ events }) => events)).toEqual([[], []]);
    expect(spared[0].transports).toEqual(before);
    await until(() => media.counts().workers === 2, 'the worker is replaced');
    expect(media.counts()).toMatchObject({ routers: 2, transports: 8, producers: 2, consumers: 2 });
    for (const member of [...hit, ...spared]) member.close();
    expect(media.counts()).toEqual({ workers: 2, routers: 0, transports: 0, producers: 0, consumers: 0 });
  });

  it('is waited for when there is no other, on the same port', async () => {
    const media = await start({});
    const member = await join(media, { mayPublish: false });
    const { events } = record(member);
    const died = spy.workers[0]!;
    await kill(died);
    await Promise.all([join(media), until(() => events.includes('reset'), 'reset')]);
    expect(member.transports.send).toBeUndefined();
    expect(media.counts()).toMatchObject({ workers: 1, routers: 1, transports: 3 });
  });

  it('keeps its configured port in the next life', async () => {
    const basePort = await reservePort();
    const member = await join(await start({ basePort }));
    const { events } = record(member);
    await kill(spy.workers.at(-1)!);
    await until(() => events.includes('reset'), 'reset');
    expect(member.transports.recv.iceCandidates.every(({ port }) => port === basePort)).toBe(true);
  });

  it('answers what was under way with an error, not with silence', async () => {
    const media = await start({});
    const member = await join(media);
    const worker = await spy.workerOf(member);
    process.kill(worker.pid, 'SIGSTOP');
    const pending = [publishAudio(member), member.restartIce(member.transports.recv.transportId)];
    process.kill(worker.pid, 'SIGKILL');
    for (const result of await Promise.allSettled(pending)) {
      expect(result).toMatchObject({ reason: { errorName: 'ERR_SERVER_PROCESS_FAILED' } });
    }
  });

  it('is not replaced for ever when a room keeps killing it: its members fail, the pool cools down', async () => {
    const clock = new FakeClock();
    const media = await start({ clock });
    const member = await join(media);
    const { events } = record(member);
    for (let deaths = 1; deaths <= 4; deaths++) {
      await kill(spy.workers.at(-1)!);
      await until(() => events.length === deaths, `death ${deaths} is told`);
    }
    expect(events).toEqual(['reset', 'reset', 'reset', 'failed']);
    await until(() => media.counts().workers === 1, 'the worker is replaced');
    const other = await join(media, { room: 'other' });
    const { events: otherEvents } = record(other);
    await kill(spy.workers.at(-1)!);
    await until(() => otherEvents.length > 0, 'the other room is told');
    expect(otherEvents).toEqual(['failed']);
    await expect(join(media)).rejects.toMatchObject({ errorName: 'ERR_SERVER_PROCESS_FAILED' });

    clock.advance(60_000);
    await until(() => media.counts().workers === 1, 'the pool tries again');
    await publishAudio(await join(media));
  });

  it('is not replaced once the service closes', async () => {
    const media = await start({ workers: 2 });
    await join(media);
    await kill(spy.workers[0]!);
    await media.close();
    expect(spy.workers.map(({ subprocessClosed }) => subprocessClosed)).not.toContain(false);
    expect(media.counts()).toEqual({ workers: 0, routers: 0, transports: 0, producers: 0, consumers: 0 });
  });

  it('is told to everybody on it, although a listener of one of them fails', async () => {
    const media = await start({});
    const members = await Promise.all([join(media), join(media), join(media)]);
    members[0].events.on('reset', () => {
      throw new Error('bad listener');
    });
    const told = members.map(record);
    await kill(spy.workers[0]!);
    await until(() => told.every(({ resets }) => resets.length === 1), 'all are told');
  });
});

describe('a worker that hangs', () => {
  const hang = (worker: Worker): void => void process.kill(worker.pid, 'SIGSTOP');

  it('is killed and replaced', async () => {
    const clock = new FakeClock();
    const media = await start({ clock });
    const { events } = record(await join(media));
    const hanging = spy.workers[0]!;
    hang(hanging);
    await until(async () => {
      clock.advance(3_000);
      await new Promise((resolve) => setImmediate(resolve));
      return hanging.closed;
    }, 'the worker is killed');
    await until(() => events.includes('reset'), 'the member is told');
    expect(media.counts().workers).toBe(1);
  });

  it('is not one that answers', async () => {
    const clock = new FakeClock();
    await start({ clock });
    const [worker] = spy.workers;
    for (let check = 0; check < 10; check++) {
      clock.advance(3_000);
      await worker!.getResourceUsage();
    }
    expect(worker!.closed).toBe(false);
  });

  it('does not keep the server from closing', async () => {
    const media = await start({ workers: 2 });
    hang(spy.workers[0]!);
    await media.close();
    expect(spy.workers.map(({ subprocessClosed }) => subprocessClosed)).toEqual([true, true]);
  });
});

describe('a room on two workers', () => {
  async function pair(): Promise<{ media: MediaService; publisher: MediaMember; viewer: MediaMember }> {
    const media = await start({ workers: 2, maxMembersPerRouter: 1 });
    const publisher = await join(media);
    const viewer = await join(media);
    expect(await spy.workerOf(publisher)).not.toBe(await spy.workerOf(viewer));
    return { media, publisher, viewer };
  }

  it('forwards packets from one to the other', async () => {
    const { publisher, viewer } = await pair();
    const streamId = await publishAudio(publisher);
    const consumer = await viewer.subscribe({ streamId, layer: 'big' });
    expect(consumer.producerId).toBe(streamId);
    await viewer.resumeConsumer(consumer.consumerId);
    const sender = await RtcClient.connect(publisher, publisher.transports.send!);
    const receiver = await RtcClient.connect(viewer, viewer.transports.recv);
    const watched = spy.consumers.find(({ id }) => id === consumer.consumerId)!;
    let sequenceNumber = 1;
    await until(async () => {
      sender.send(rtpPacket({ payloadType: 111, ssrc: 1111, sequenceNumber: sequenceNumber++ }));
      const stats = await watched.getStats();
      return stats.some((stat) => stat.type === 'outbound-rtp' && stat.packetCount > 10);
    }, 'packets on the other worker');
    sender.close();
    receiver.close();
  });

  it('has a pipe only while somebody needs it, one for all who do', async () => {
    const { media, publisher, viewer } = await pair();
    const streamId = await publishAudio(publisher);
    expect(media.counts()).toMatchObject({ transports: 4, producers: 1, consumers: 0 });
    const subscriptions = await Promise.all([1, 2].map(() => viewer.subscribe({ streamId, layer: 'big' })));
    expect(media.counts()).toMatchObject({ transports: 6, producers: 2, consumers: 3 });
    viewer.unsubscribe(subscriptions[0]!.consumerId);
    await viewer.setLayer(subscriptions[1]!.consumerId, 'small');
    expect(media.counts()).toMatchObject({ producers: 2, consumers: 2 });
    viewer.unsubscribe(subscriptions[1]!.consumerId);
    await until(() => media.counts().transports === 4, 'the pipe ends');
    expect(media.counts()).toMatchObject({ producers: 1, consumers: 0 });
    await viewer.subscribe({ streamId, layer: 'big' });
    publisher.close();
    viewer.close();
    expect(media.counts()).toEqual({ workers: 2, routers: 0, transports: 0, producers: 0, consumers: 0 });
  });

  it('carries mute and the end of a stream across', async () => {
    const { media, publisher, viewer } = await pair();
    const { events } = record(viewer);
    const transportId = publisher.transports.send!.transportId;
    const video = { transportId, source: 'video', rtpParameters: vp8(), muted: false } as const;
    const { streamId } = await publisher.publish(video);
    await viewer.subscribe({ streamId, layer: 'big' });
    const copy = spy.producers.find(({ id }) => id !== streamId)!;
    await publisher.setMuted('video', true);
    await until(() => copy.paused, 'the copy is paused');
    await publisher.setMuted('video', false);
    await until(() => !copy.paused, 'the copy is resumed');
    publisher.unpublish('video');
    await until(() => events.includes('consumerClosed'), 'the viewer is told');
    expect(media.counts()).toMatchObject({ producers: 0, consumers: 0 });
  });

  it("ends the subscriptions to a dead worker's publisher, and takes up its new stream", async () => {
    const { media, publisher, viewer } = await pair();
    const [told, viewerTold] = [record(publisher), record(viewer)];
    await viewer.subscribe({ streamId: await publishAudio(publisher), layer: 'big' });
    await kill(await spy.workerOf(publisher));
    await until(() => told.resets.length === 1 && viewerTold.events.length === 1, 'both are told');
    expect(viewerTold.events).toEqual(['consumerClosed']);
    await viewer.subscribe({ streamId: await publishAudio(publisher), layer: 'big' });
    publisher.close();
    viewer.close();
    expect(media.counts()).toMatchObject({ routers: 0, transports: 0, producers: 0, consumers: 0 });
  });

  it('fills up beyond the limit when there is no further worker', async () => {
    const media = await start({ workers: 2, maxMembersPerRouter: 1 });
    await Promise.all(Array.from({ length: 6 }, () => join(media)));
    expect(media.counts().routers).toBe(2);
  });
});
