import { FakeClock, silentLog, systemClock } from '@rotunda/base';
import { DEFAULT_TIMERS } from '@rotunda/protocol';
import type { WebSocket } from 'ws';
import { beforeEach, expect, it, vi } from 'vitest';
import { Link, type LinkEnd } from './link.ts';
import { FakeSocket } from './world.contract.ts';

const { heartbeat, linkDead } = DEFAULT_TIMERS;

let clock: FakeClock;
let socket: FakeSocket;
let link: Link;
let ends: LinkEnd[];

beforeEach(() => {
  clock = new FakeClock();
  socket = new FakeSocket();
  ends = [];
  const owner = { onRequest: () => undefined, onClosed: (end: LinkEnd) => void ends.push(end) };
  link = new Link(socket as unknown as WebSocket, owner, { clock, timers: DEFAULT_TIMERS, log: silentLog });
});

const answer = (): void => socket.receive({ type: 'pong', n: 1 });

it('calls a client dead exactly when it has been silent for so long', () => {
  clock.advance(heartbeat + 700);
  answer();
  clock.advance(linkDead - 1);
  expect(ends).toEqual([]);
  clock.advance(2);
  expect(ends).toEqual([{ by: 'silence' }]);
  expect(socket.closedBy).toBe('terminated');
  expect(clock.pending).toBe(0);
});

it('keeps a client that answers', () => {
  for (let beat = 0; beat < 20; beat++) {
    clock.advance(heartbeat);
    answer();
  }
  expect(ends).toEqual([]);
});

it('does not take its own silence for that of the client', () => {
  answer();
  const late = clock.now() + 3 * linkDead;
  const now = vi.spyOn(clock, 'now').mockReturnValue(late);
  clock.advance(3 * linkDead);
  now.mockRestore();
  expect(ends, 'the client was only asked now').toEqual([]);
  clock.advance(linkDead);
  expect(ends).toEqual([{ by: 'silence' }]);
});

it('reads what waits after a stall of the process before it calls a client dead', async () => {
  const timers = { ...DEFAULT_TIMERS, heartbeat: 20, linkDead: 60 };
  const stalled = new FakeSocket();
  const owner = { onRequest: () => undefined, onClosed: (end: LinkEnd) => void ends.push(end) };
  const real = new Link(stalled as unknown as WebSocket, owner, {
    clock: systemClock,
    timers,
    log: silentLog,
  });
  const read = new Promise((resolve) => stalled.once('message', resolve));
  await new Promise<void>((asked) => {
    stalled.send = () => asked();
  });
  setImmediate(() => {
    for (const until = performance.now() + 200; performance.now() < until;);
    // Sockets are read after the timers that are due, as this is.
    setImmediate(() => stalled.receive({ type: 'pong', n: 1 }));
  });
  await read;
  expect(ends).toEqual([]);
  real.close(1000);
});

it('ends with a frame that the WebSocket library refuses', () => {
  socket.emit('error', Object.assign(new Error('Max payload size exceeded'), { code: 'WS_ERR_UNSUPPORTED' }));
  expect(ends).toEqual([{ by: 'us', code: 4001 }]);
  expect(link.open).toBe(false);
});

it('ends with a client that does not read', () => {
  socket.bufferedAmount = 2 * 1024 * 1024;
  link.sendText('{}');
  expect(ends).toEqual([{ by: 'us', code: 4003 }]);
  expect(socket.closedBy).toBe('terminated');
});
