import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { rtpCapabilitiesSchema, transportsSchema } from '@rotunda/protocol';
import type { WebRtcTransport } from 'mediasoup/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reservePort } from '../testing/ports.ts';
import type { MediaMember, MediaService } from './port.ts';
import {
  closedConsumers,
  join,
  MediasoupSpy,
  publishAudio,
  RtcClient,
  SIMULCAST,
  startMedia,
  until,
  vp8,
} from './harness.contract.ts';

const NOTHING = { routers: 0, transports: 0, producers: 0, consumers: 0 };

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

describe('joining', () => {
  it('answers with transports and capabilities that fit the protocol', async () => {
    const member = await join(service);
    const { send, recv } = transportsSchema.parse(member.transports);
    expect(send?.transportId).not.toBe(recv.transportId);
    expect(new Set(recv.iceCandidates.map(({ protocol }) => protocol))).toEqual(new Set(['udp', 'tcp']));
    const capabilities = rtpCapabilitiesSchema.parse(service.routerRtpCapabilities);
    const video = capabilities.codecs.filter(
      ({ kind, mimeType }) => kind === 'video' && !mimeType.endsWith('rtx'),
    );
    expect(video.map(({ mimeType }) => mimeType)).toEqual(['video/VP8', 'video/H264', 'video/VP9']);
  });

  it('offers exactly the payload types and extension ids that the routers use', async () => {
    await join(service);
    const used = spy.openRouters()[0]!.rtpCapabilities;
    expect(service.routerRtpCapabilities.codecs).toMatchObject(used.codecs!);
    for (const { uri, kind, preferredId } of service.routerRtpCapabilities.headerExtensions!) {
      expect(used.headerExtensions).toContainEqual(expect.objectContaining({ uri, kind, preferredId }));
    }
  });

  it('gives those who may not publish no send transport until they may', async () => {
    const member = await join(service, { mayPublish: false });
    expect(member.transports.send).toBeUndefined();
    const [first, again] = await Promise.all([member.openSend(), member.openSend()]);
    expect(again).toEqual(first);
    expect(member.transports.send).toEqual(first);
    member.closeSend();
    expect(member.transports.send).toBeUndefined();
    expect(service.counts()).toMatchObject({ routers: 1, transports: 1 });
  });

  it('keeps rooms, and lives of one room, apart', async () => {
    const [here, there] = await Promise.all([join(service), join(service, { room: 'other' })]);
    const streamId = await publishAudio(here);
    await expect(there.subscribe({ streamId, layer: 'big' })).rejects.toMatchObject({
      errorName: 'ERR_REFUSED',
    });
    expect(service.counts().routers).toBe(2);
  });
});

describe('transports', () => {
  it('accepts the same DTLS parameters twice and refuses others', async () => {
    const member = await join(service);
    const { transportId } = member.transports.recv;
    const parameters = (byte: string) => ({
      role: 'client' as const,
      fingerprints: [{ algorithm: 'sha-256' as const, value: Array(32).fill(byte).join(':') }],
    });
    await member.connectTransport(transportId, parameters('AB'));
    await member.connectTransport(transportId, parameters('AB'));
    await expect(member.connectTransport(transportId, parameters('CD'))).rejects.toMatchObject({
      errorName: 'ERR_ROOM_INVALID_PARAMETER',
    });
  });

  it('restarts ICE with new parameters and shows those from then on', async () => {
    const member = await join(service);
    const { transportId, iceParameters } = member.transports.recv;
    const restarted = await member.restartIce(transportId);
    expect(restarted.usernameFragment).not.toBe(iceParameters.usernameFragment);
    expect(member.transports.recv.iceParameters).toEqual(restarted);
  });

  it('tells when what a client sends is lost, and only then', async () => {
    const member = await join(service);
    const told: string[] = [];
    member.events.on('mediaLost', () => told.push('lost')).on('mediaBack', () => told.push('back'));
    const { send, recv } = member.transports;
    const [sending, receiving] = [
      await RtcClient.connect(member, send!),
      await RtcClient.connect(member, recv),
    ];
    receiving.close();
    const lost = spy.transports.find(({ id }) => id === recv.transportId) as WebRtcTransport;
    await until(
      () => lost.dtlsState === 'closed' || lost.iceState === 'disconnected',
      'the way back is lost',
    );
    expect(told).toEqual([]);
    sending.close();
    await until(() => told.length > 0, 'mediaLost');
    expect(told).toEqual(['lost']);
    // The worker takes its ten seconds for each of the two.
  }, 45_000);
});

describe('leaving', () => {
  it("ends a publisher's streams at the viewers, once each", async () => {
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const closed = closedConsumers(viewer);
    const streamId = await publishAudio(publisher);
    const consumers = await Promise.all([1, 2].map(() => viewer.subscribe({ streamId, layer: 'big' })));
    publisher.close();
    await until(() => closed.length === 2, 'both consumers end');
    expect(closed.toSorted()).toEqual(consumers.map(({ consumerId }) => consumerId).toSorted());
    await expect(viewer.resumeConsumer(closed[0]!)).rejects.toMatchObject({ errorName: 'ERR_REFUSED' });
  });

  it.each([
    ['resuming', (viewer: MediaMember, id: string) => viewer.resumeConsumer(id)],
    ['choosing a layer', (viewer: MediaMember, id: string) => viewer.setLayer(id, 'small')],
  ])('says to a viewer that is %s that the stream has ended', async (_what, act) => {
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const transportId = publisher.transports.send!.transportId;
    const rtpParameters = vp8(SIMULCAST);
    const { streamId } = await publisher.publish({
      transportId,
      source: 'video',
      rtpParameters,
      muted: false,
    });
    const { consumerId } = await viewer.subscribe({ streamId, layer: 'big' });
    publisher.unpublish('video');
    await expect(act(viewer, consumerId)).rejects.toMatchObject({ errorName: 'ERR_REFUSED' });
  });

  it.each([
    ['unpublishing', (member: MediaMember) => member.unpublish('audio')],
    ['closing the send transport', (member: MediaMember) => member.closeSend()],
  ])('ends the stream at the viewers by %s', async (_how, end) => {
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const closed = closedConsumers(viewer);
    const { consumerId } = await viewer.subscribe({ streamId: await publishAudio(publisher), layer: 'big' });
    end(publisher);
    await until(() => closed.includes(consumerId), 'the consumer ends');
  });

  it('says nothing about a subscription that the viewer itself ended', async () => {
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const closed = closedConsumers(viewer);
    const streamId = await publishAudio(publisher);
    const { consumerId } = await viewer.subscribe({ streamId, layer: 'big' });
    viewer.unsubscribe(consumerId);
    viewer.unsubscribe(consumerId);
    await viewer.subscribe({ streamId, layer: 'big' });
    expect(closed).toEqual([]);
    expect(service.counts().consumers).toBe(1);
  });

  it('leaves nothing open when all are gone, whatever was under way', async () => {
    const members = await Promise.all(Array.from({ length: 4 }, () => join(service)));
    const streams = await Promise.all(members.map((member, index) => publishAudio(member, 5000 + index)));
    for (const member of members) {
      await Promise.all(streams.map((streamId) => member.subscribe({ streamId, layer: 'big' })));
    }
    expect(service.counts()).toEqual({ workers: 1, routers: 1, transports: 8, producers: 4, consumers: 16 });
    const pending = members.flatMap((member) => [
      publishAudio(member, 6000),
      member.subscribe({ streamId: streams[0]!, layer: 'big' }),
      member.openSend(),
      member.restartIce(member.transports.recv.transportId),
    ]);
    for (const member of members) {
      member.close();
      member.close();
    }
    const results = await Promise.allSettled(pending);
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(service.counts()).toEqual({ workers: 1, ...NOTHING });
    await expect(publishAudio(members[0]!)).rejects.toMatchObject({ errorName: 'ERR_REFUSED' });
    const { worker } = spy.routers[0]!;
    expect((await worker.dump()).routerIds).toEqual([]);
  });

  it('ends everything with the service, and refuses who comes later or is on the way', async () => {
    const member = await join(service);
    await publishAudio(member);
    const late = expect(join(service)).rejects.toMatchObject({ errorName: 'ERR_SERVER_PROCESS_FAILED' });
    await service.close();
    await late;
    await expect(join(service)).rejects.toMatchObject({ errorName: 'ERR_SERVER_PROCESS_FAILED' });
    expect(service.counts()).toEqual({ workers: 0, ...NOTHING });
    expect(spy.workers[0]!.subprocessClosed).toBe(true);
  });
});

describe('ports', () => {
  it('names the port and the setting when a port is taken', async () => {
    const basePort = await reservePort(2);
    const port = basePort + 1;
    const tcp = createServer().listen(port, '127.0.0.1');
    await once(tcp, 'listening');
    await expect(startMedia({ basePort, workers: 2 })).rejects.toThrow(
      new RegExp(`TCP 127\\.0\\.0\\.1:${port} is in use.*ROTUNDA_MEDIA_PORT`),
    );
    await new Promise((resolve) => tcp.close(resolve));
    const udp = createSocket('udp4').bind(port, '127.0.0.1');
    await once(udp, 'listening');
    await expect(startMedia({ basePort: port })).rejects.toThrow(`UDP 127.0.0.1:${port} is in use`);
    await new Promise<void>((resolve) => udp.close(() => resolve()));
    const { service: third } = await startMedia({ basePort: port });
    const member = await join(third);
    expect(new Set(member.transports.recv.iceCandidates.map((candidate) => candidate.port))).toEqual(
      new Set([port]),
    );
    await third.close();
  });

  it('announces the address that it is told to', async () => {
    const { service: behindNat } = await startMedia({ announcedAddress: '203.0.113.7' });
    const { recv } = (await join(behindNat)).transports;
    expect(new Set(recv.iceCandidates.map(({ address }) => address))).toEqual(new Set(['203.0.113.7']));
    await behindNat.close();
  });
});
