import { NOT_BLOCKED, type Blocked } from '@rotunda/protocol';
import type { Consumer } from 'mediasoup/types';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  join,
  MediasoupSpy,
  opus,
  publishAudio,
  RtcClient,
  rtpPacket,
  startMedia,
  until,
  vp8,
} from './harness.contract.ts';
import type { MediaMember, MediaService } from './port.ts';

const ALL: Blocked = { audio: true, video: true };

let spy: MediasoupSpy;
let service: MediaService;

beforeEach(() => {
  spy = new MediasoupSpy();
});
afterEach(async () => {
  await service.close();
  spy.stop();
});

const pausedOf = (id: string): boolean | undefined =>
  spy.producers.find((producer) => producer.id === id)?.paused;

async function publishVideo(member: MediaMember, muted = false): Promise<string> {
  const transportId = member.transports.send!.transportId;
  return (await member.publish({ transportId, source: 'video', rtpParameters: vp8(), muted })).streamId;
}

/** Sends packets of a microphone, and counts what a viewer gets. */
class Wire {
  readonly #sender: RtcClient;
  readonly #consumer: Consumer;
  #sequenceNumber = 1;

  constructor(sender: RtcClient, consumer: Consumer) {
    this.#sender = sender;
    this.#consumer = consumer;
  }

  async received(): Promise<number> {
    const stats = await this.#consumer.getStats();
    return stats.reduce((sum, stat) => sum + (stat.type === 'outbound-rtp' ? stat.packetCount : 0), 0);
  }

  /** Sends until the server has got `count` more. */
  async send(count: number): Promise<void> {
    const arrived = async (): Promise<number> => {
      const [stat] = await spy.producers.find(({ kind }) => kind === 'audio')!.getStats();
      return stat?.packetCount ?? 0;
    };
    const before = await arrived();
    await until(async () => {
      this.#sender.send(rtpPacket({ payloadType: 111, ssrc: 1111, sequenceNumber: this.#sequenceNumber++ }));
      return (await arrived()) >= before + count;
    }, 'packets of the publisher at the server');
  }
}

it.each([1, 2])('passes nothing on of what is blocked, on %i workers', async (workers) => {
  ({ service } = await startMedia({ workers, maxMembersPerRouter: 1 }));
  const [publisher, viewer] = [await join(service), await join(service)];
  const streamId = await publishAudio(publisher);
  const { consumerId } = await viewer.subscribe({ streamId, layer: 'big' });
  await viewer.resumeConsumer(consumerId);
  const sender = await RtcClient.connect(publisher, publisher.transports.send!);
  const receiver = await RtcClient.connect(viewer, viewer.transports.recv);
  const wire = new Wire(
    sender,
    spy.consumers.find(({ id }) => id === consumerId)!,
  );
  await wire.send(20);
  await until(async () => (await wire.received()) > 0, 'packets at the viewer');

  await publisher.setBlocked({ audio: true, video: false });
  const before = await wire.received();
  await wire.send(50);
  expect(await wire.received()).toBe(before);

  await publisher.setBlocked(NOT_BLOCKED);
  await wire.send(20);
  await until(async () => (await wire.received()) > before, 'packets at the viewer again');
  sender.close();
  receiver.close();
});

it('holds for camera and screen as one, and for what is published later', async () => {
  ({ service } = await startMedia());
  const publisher = await join(service);
  await publisher.setBlocked({ audio: false, video: true });
  const transportId = publisher.transports.send!.transportId;
  const video = await publishVideo(publisher);
  const sub = await publisher.publish({
    transportId,
    source: 'sub',
    rtpParameters: vp8([{ ssrc: 4444 }], 's'),
    muted: false,
  });
  const audio = await publishAudio(publisher);
  expect([video, sub.streamId, audio].map(pausedOf)).toEqual([true, true, false]);
  await publisher.setBlocked({ audio: true, video: false });
  expect([video, sub.streamId, audio].map(pausedOf)).toEqual([false, false, true]);
});

it('and a mute do not undo each other', async () => {
  ({ service } = await startMedia());
  const publisher = await join(service);
  const video = await publishVideo(publisher, true);
  await publisher.setBlocked(ALL);
  await publisher.setMuted('video', false);
  expect(pausedOf(video)).toBe(true);
  await publisher.setMuted('video', true);
  await publisher.setBlocked(NOT_BLOCKED);
  expect(pausedOf(video)).toBe(true);
  await publisher.setMuted('video', false);
  expect(pausedOf(video)).toBe(false);
});

it('hits what is being published at that moment', async () => {
  ({ service } = await startMedia());
  const publisher = await join(service);
  const transportId = publisher.transports.send!.transportId;
  const request = { transportId, source: 'audio', rtpParameters: opus(), muted: false } as const;
  const publishing = publisher.publish(request);
  await until(() => spy.transports.length > 0, 'the request is under way');
  await publisher.setBlocked(ALL);
  const { streamId } = await publishing;
  expect(pausedOf(streamId)).toBe(true);
});

it('outlives the worker', async () => {
  ({ service } = await startMedia());
  const publisher = await join(service);
  await publishAudio(publisher);
  await publisher.setBlocked(ALL);
  const worker = await spy.workerOf(publisher);
  const reset = new Promise<void>((resolve) => publisher.events.on('reset', () => resolve()));
  process.kill(worker.pid, 'SIGKILL');
  await reset;
  expect(pausedOf(await publishAudio(publisher, 1112))).toBe(true);
});
