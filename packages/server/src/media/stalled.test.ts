import type { TransportMessage } from '@rotunda/protocol';
import type { WebRtcTransport } from 'mediasoup/types';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { join, MediasoupSpy, RtcClient, startMedia, until } from './harness.contract.ts';
import { Path } from './path.contract.ts';
import { Picture } from './picture.contract.ts';
import type { MediaService } from './port.ts';

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

it('gives a viewer that was cut off another transport when no picture would be sent on the old one', async () => {
  const picture = await Picture.publish(service, spy);
  closers.push(() => picture.close());
  const viewer = await join(service, { mayPublish: false });
  const { recv } = viewer.transports;
  const path = await Path.to(recv);
  closers.push(() => path.close());
  await picture.watch(viewer, path.transport);
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
  await picture.watch(viewer);
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
