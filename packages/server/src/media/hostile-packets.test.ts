import type { RtpParametersMessage } from '@rotunda/protocol';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  join,
  MediasoupSpy,
  opus,
  RtcClient,
  rtpPacket,
  SIMULCAST,
  startMedia,
  vp8,
} from './harness.contract.ts';
import type { MediaService } from './port.ts';

type Packet = Parameters<typeof rtpPacket>[0];

const BATCHES = 60;

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

const named = (id: number, value: string): { id: number; value: string } => ({ id, value });

/** A publisher of `rtpParameters` and a viewer of it, both connected. `seen` waits until the worker has the packets. */
async function stage(rtpParameters: RtpParametersMessage): Promise<{
  send: (packet: Packet) => void;
  seen: () => Promise<void>;
  end: () => void;
}> {
  const [publisher, viewer] = await Promise.all([join(service), join(service)]);
  const source = rtpParameters.codecs[0]!.mimeType.startsWith('audio') ? 'audio' : 'video';
  const { transportId } = publisher.transports.send!;
  const { streamId } = await publisher.publish({ transportId, source, rtpParameters, muted: false });
  const { consumerId } = await viewer.subscribe({ streamId, layer: 'big' });
  const receiver = await RtcClient.connect(viewer, viewer.transports.recv);
  await viewer.resumeConsumer(consumerId);
  const sender = await RtcClient.connect(publisher, publisher.transports.send!);
  const transport = spy.transports.find(({ id }) => id === transportId)!;
  let sent = 0;
  return {
    send: (packet) => {
      if (sender.send(rtpPacket(packet))) sent += 1;
    },
    seen: async () => {
      // Loopback may drop some; what counts is that the worker is asked again after each chance to die.
      for (let round = 0; round < 10; round++) {
        const [stats] = await transport.getStats();
        if (Reflect.get(Object(stats), 'rtpBytesReceived') >= sent * 52) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    end: () => {
      sender.close();
      receiver.close();
      publisher.close();
      viewer.close();
    },
  };
}

async function attack(rtpParameters: RtpParametersMessage, packets: Packet[]): Promise<void> {
  const { send, seen, end } = await stage(rtpParameters);
  for (const packet of packets) send(packet);
  await seen();
  end();
  await expectUnharmed();
}

async function expectUnharmed(): Promise<void> {
  expect(spy.workers).toHaveLength(1);
  await spy.workers[0]!.dump();
}

it('survives ssrc 0 beside a stream that is told by its rid', async () => {
  const video = { payloadType: 96, extensions: [named(1, 'v'), named(2, 'r0')] };
  await attack(vp8(SIMULCAST), [
    { ...video, ssrc: 7, sequenceNumber: 1 },
    { ...video, ssrc: 0, sequenceNumber: 2 },
    { payloadType: 96, extensions: [named(1, 'v')], ssrc: 0, sequenceNumber: 3 },
  ]);
});

it('survives the declared ssrc of a stream whose rid another one has', async () => {
  const encodings = [
    { rid: 'r0', ssrc: 4001 },
    { rid: 'r1', ssrc: 4002 },
  ];
  await attack(vp8(encodings), [
    { payloadType: 96, extensions: [named(1, 'v'), named(2, 'r0')], ssrc: 7, sequenceNumber: 1 },
    { payloadType: 96, ssrc: 4001, sequenceNumber: 2 },
  ]);
});

it('survives header extensions of length 0', async () => {
  const parameters = vp8([{ ssrc: 7 }]);
  parameters.headerExtensions!.push(
    { uri: 'urn:3gpp:video-orientation', id: 3 },
    { uri: 'urn:ietf:params:rtp-hdrext:toffset', id: 4 },
  );
  const extensions = [named(1, 'v'), named(3, ''), named(4, '')];
  await attack(parameters, [
    { payloadType: 96, ssrc: 7, sequenceNumber: 1, extensions, twoByteExtensions: true },
  ]);
});

const video9: RtpParametersMessage = {
  ...vp8([{ ssrc: 7 }]),
  codecs: [{ mimeType: 'video/VP9', payloadType: 96, clockRate: 90_000, parameters: { 'profile-id': 0 } }],
};
const h264: RtpParametersMessage = {
  ...vp8(SIMULCAST),
  codecs: [
    {
      mimeType: 'video/H264',
      payloadType: 96,
      clockRate: 90_000,
      parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' },
    },
  ],
};

const packet = fc.record<Packet>({
  payloadType: fc.constantFrom(96, 96, 96, 97, 111, 111, 0, 127, 224),
  ssrc: fc.constantFrom(7, 7, 8, 0, 1111, 0xffff_ffff),
  // Relative to the one before.
  sequenceNumber: fc.oneof(
    fc.constant(1),
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: 0, max: 3000 }),
  ),
  extensions: fc.array(
    fc.record({
      id: fc.constantFrom(1, 2, 3, 4, 14),
      value: fc.constantFrom('v', 'a', 'r0', 'r1', 'x', '0123456789abcdef'),
    }),
    { maxLength: 4 },
  ),
  twoByteExtensions: fc.boolean(),
  payload: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
});

it.each([
  ['Opus', opus(1111)],
  ['VP8 with two layers', vp8(SIMULCAST)],
  ['VP8', vp8([{ ssrc: 7, rtx: { ssrc: 8 }, scalabilityMode: 'L1T3' }])],
  ['H.264 with two layers', h264],
  ['VP9', video9],
])('survives random packets of %s', { timeout: 60_000 }, async (_name, rtpParameters) => {
  const { send, seen, end } = await stage(rtpParameters);
  let sequenceNumber = 1;
  const batches = fc.array(packet, { minLength: 10, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(batches, async (batch) => {
      for (const entry of batch) {
        sequenceNumber += entry.sequenceNumber;
        send({ ...entry, sequenceNumber });
      }
      await expectUnharmed();
    }),
    { numRuns: BATCHES },
  );
  await seen();
  await expectUnharmed();
  end();
});
