import type { WebRtcTransport } from 'mediasoup/types';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { join, MediasoupSpy, startMedia, until } from './harness.contract.ts';
import { Path } from './path.contract.ts';
import { Picture } from './picture.contract.ts';
import type { MediaService } from './port.ts';

/** The stream of the packets with which the worker probes a path for bandwidth. */
const PROBES = { ssrc: 1234 };

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

/** The sequence numbers of the probes on a path, as they come. RTP headers are not encrypted (RFC 3711 section 3.1). */
function probesOn(path: Path): number[] {
  const numbers: number[] = [];
  path.onPacket((packet) => {
    const isRtp = packet.length >= 12 && packet[0]! >> 6 === 2;
    if (isRtp && packet.readUInt32BE(8) === PROBES.ssrc) numbers.push(packet.readUInt16BE(2));
  });
  return numbers;
}

// A ready-made worker fails here: see the edits in tools/lib/worker/recipe.mjs.
it('goes on probing the path of one viewer, without a gap, when another one comes', async () => {
  const picture = await Picture.publish(service, spy);
  closers.push(() => picture.close());
  const viewer = await join(service, { mayPublish: false });
  const { recv } = viewer.transports;
  const path = await Path.to(recv);
  closers.push(() => path.close());
  const probes = probesOn(path);
  await picture.watch(viewer, path.transport);
  await until(() => probes.length > 0, 'the path is probed');

  await picture.watch(await join(service, { mayPublish: false }));
  const before = probes.length;
  const transport = spy.transports.find(({ id }) => id === recv.transportId) as WebRtcTransport;
  // The worker probes at once for more than it was allowed before.
  await transport.setMaxOutgoingBitrate(300_000);
  await transport.setMaxOutgoingBitrate(900_000);
  await until(() => probes.length > before, 'the path is probed again');

  const steps = probes.slice(1).map((number, index) => (number - probes[index]!) & 0xff_ff);
  expect(new Set(steps)).toEqual(new Set([1]));
});
