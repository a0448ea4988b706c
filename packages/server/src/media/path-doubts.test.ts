import { EventEmitter } from 'node:events';
import { FakeClock } from '@rotunda/base';
import { beforeEach, expect, it } from 'vitest';
import { Connectivity } from './connectivity.ts';
import { PathDoubts } from './path-doubts.ts';

/** A connected transport whose packets a test counts. */
class Transport {
  readonly observer = new EventEmitter();
  readonly iceState = 'completed';
  readonly dtlsState = 'connected';
  closed = false;
  bytesReceived = 1000;

  getStats(): Promise<readonly { bytesReceived: number }[]> {
    return this.closed ? Promise.reject(new Error('closed')) : Promise.resolve([this]);
  }
}

let told: string[];
let clock: FakeClock;
let doubts: PathDoubts;
let transport: Transport;

beforeEach(() => {
  told = [];
  clock = new FakeClock();
  const connectivity = new Connectivity({
    mediaLost: () => told.push('lost'),
    mediaBack: () => told.push('back'),
  });
  doubts = new PathDoubts({ clock, connectivity });
  transport = new Transport();
  connectivity.watch(transport);
  transport.observer.emit('dtlsstatechange');
});

it('calls a path lost until something arrives', async () => {
  await doubts.raise(transport);
  await clock.advanceAsync(20_000);
  expect(told).toEqual(['lost']);
  transport.bytesReceived += 1;
  await clock.advanceAsync(1_000);
  expect(told).toEqual(['lost', 'back']);
  expect(clock.pending).toBe(0);
});

it('does not begin anew with each repetition', async () => {
  for (let time = 0; time < 5; time++) {
    await doubts.raise(transport);
    await clock.advanceAsync(3_000);
  }
  expect(told).toEqual(['lost']);
  expect(clock.pending).toBe(1);
});

it('can be raised again after it was dispelled', async () => {
  await doubts.raise(transport);
  transport.bytesReceived += 1;
  await clock.advanceAsync(1_000);
  await doubts.raise(transport);
  expect(told).toEqual(['lost', 'back', 'lost']);
});

it('ends with the transport', async () => {
  await doubts.raise(transport);
  transport.closed = true;
  await clock.advanceAsync(1_000);
  expect(clock.pending).toBe(0);
  await doubts.raise(transport);
  expect(clock.pending).toBe(0);
});

it('ends when it is closed', async () => {
  await doubts.raise(transport);
  doubts.close();
  expect(clock.pending).toBe(0);
});
