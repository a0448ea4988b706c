import { FakeClock, silentLog } from '@rotunda/base';
import { roomKey } from '@rotunda/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EndingStore, ReturnBar } from '../store/endings-port.ts';
import { Endings } from './endings.ts';

type SavedEndings = Parameters<EndingStore['saveEndings']>[0];

/** A store that fails, or waits, when it is told to. */
class TroubledStore implements EndingStore {
  readonly saved: SavedEndings[] = [];
  readonly savedBars: ReturnBar[] = [];
  broken = false;
  gate: Promise<void> = Promise.resolve();

  async saveEndings(endings: SavedEndings, bars: readonly ReturnBar[] = []): Promise<void> {
    await this.gate;
    if (this.broken) throw new Error('disk full');
    this.saved.push(endings);
    this.savedBars.push(...bars);
  }

  findEnding = (sessionId: string) =>
    Promise.resolve(this.saved.flat().find((ending) => ending.sessionId === sessionId)?.reason ?? null);

  findReturnBar = (stay: { room: string }) =>
    Promise.resolve(this.savedBars.findLast(({ room }) => room === stay.room)?.reason ?? null);
}

let store: TroubledStore;
let clock: FakeClock;
let endings: Endings;
beforeEach(() => {
  store = new TroubledStore();
  clock = new FakeClock();
  endings = new Endings({ store, clock, log: silentLog });
});

const savedIds = () => store.saved.map((batch) => batch.map(({ sessionId }) => sessionId));

describe('a removal', () => {
  it('is written at once, with all of the same turn in one go', async () => {
    endings.record('one', 'dismissed');
    endings.record('two', 'dismissed');
    endings.record('three', 'dismissed');
    await endings.durable();
    expect(savedIds()).toEqual([['one', 'two', 'three']]);
    expect(clock.pending).toBe(0);
  });

  it('is known while it is being written, and durable only then', async () => {
    let open = (): void => undefined;
    store.gate = new Promise((resolve) => (open = resolve));
    endings.record('one', 'removed');
    let durable = false;
    const waiting = endings.durable().then(() => (durable = true));
    await clock.advanceAsync(5_000);
    endings.record('two', 'removed');
    expect(await endings.find('one')).toBe('removed');
    expect(durable).toBe(false);
    open();
    await waiting;
    expect(savedIds()).toEqual([['one'], ['two']]);
    expect(await endings.find('one')).toBe('removed');
  });

  it('is remembered and tried again when it cannot be written', async () => {
    store.broken = true;
    endings.record('one', 'removed');
    await expect(endings.durable()).rejects.toThrow('disk full');
    expect(await endings.find('one')).toBe('removed');
    await expect(endings.durable(), 'still not').rejects.toThrow('disk full');
    store.broken = false;
    await clock.advanceAsync(1_500);
    expect(savedIds()).toEqual([['one']]);
    await endings.durable();
    expect(clock.pending).toBe(0);
  });
});

describe('an end by the own wish', () => {
  it('is written within a second, known before and while it is written', async () => {
    endings.record('one', 'exited');
    expect(await endings.find('one')).toBe('exited');
    expect(savedIds()).toEqual([]);
    let open = (): void => undefined;
    store.gate = new Promise((resolve) => (open = resolve));
    await clock.advanceAsync(1_000);
    expect(await endings.find('one')).toBe('exited');
    endings.record('two', 'pageClosed');
    await clock.advanceAsync(3_000);
    open();
    await clock.advanceAsync(1_100);
    expect(savedIds()).toEqual([['one'], ['two']]);
  });

  it('is remembered and tried again when it cannot be written', async () => {
    store.broken = true;
    endings.record('one', 'exited');
    await clock.advanceAsync(3_000);
    expect(await endings.find('one')).toBe('exited');
    store.broken = false;
    await clock.advanceAsync(1_000);
    expect(savedIds()).toEqual([['one']]);
  });

  it('is not waited for', async () => {
    store.broken = true;
    endings.record('one', 'exited');
    await endings.durable();
  });
});

it('a stay that may come back has no end, and the first end counts', async () => {
  endings.record('one', 'timedOut');
  endings.record('two', 'removed');
  endings.record('two', 'exited');
  expect(await endings.find('one')).toBeNull();
  expect(await endings.find('two')).toBe('removed');
});

it('closing writes what waits, and leaves no timer although that fails', async () => {
  endings.record('one', 'exited');
  await endings.close();
  expect(savedIds()).toEqual([['one']]);
  store.broken = true;
  endings.record('two', 'removed');
  await endings.close();
  expect(clock.pending).toBe(0);
});

it('the end that came first counts, also while a later one waits to be written', async () => {
  endings.record('one', 'removed');
  await endings.durable();
  endings.record('one', 'exited');
  expect(await endings.find('one')).toBe('removed');
});

describe('a bar on returns', () => {
  const key = roomKey(1, { roomId: 7 });
  const began = () => clock.now();

  it('holds at once, and is on disk when the answer says so', async () => {
    const since = began();
    clock.advance(10);
    endings.barReturns(key, ['ann'], 'removed');
    expect(store.savedBars).toEqual([]);
    expect(await endings.findReturnBar({ key, userId: 'ann', since })).toBe('removed');
    expect(await endings.findReturnBar({ key, userId: 'ben', since })).toBeNull();
    await endings.durable();
    expect(store.savedBars).toMatchObject([{ userId: 'ann', reason: 'removed', at: clock.now() }]);
    expect(await endings.findReturnBar({ key, userId: 'ann', since })).toBe('removed');
  });

  it('says nothing of who came after it', async () => {
    store.broken = true;
    endings.barReturns(key, 'everybody', 'dismissed');
    expect(await endings.findReturnBar({ key, userId: 'ann', since: began() })).toBeNull();
    expect(await endings.findReturnBar({ key, userId: 'ann', since: began() - 1 })).toBe('dismissed');
    store.broken = false;
  });

  it('is written later if it cannot be written now, and is known meanwhile', async () => {
    store.broken = true;
    endings.barReturns(key, 'everybody', 'dismissed');
    await expect(endings.durable()).rejects.toThrow('disk full');
    store.broken = false;
    await clock.advanceAsync(1_000);
    expect(store.savedBars).toHaveLength(1);
    await endings.close();
  });
});

describe('a switch of rooms', () => {
  it('gives way to the end of the stay that followed, also while it is being written', async () => {
    let open = (): void => undefined;
    store.gate = new Promise((resolve) => (open = resolve));
    endings.record('one', 'switchedRoom');
    clock.advance(1_000);
    await Promise.resolve();
    endings.record('one', 'removed');
    endings.record('one', 'exited');
    expect(await endings.find('one')).toBe('removed');
    open();
    await endings.durable();
    expect(store.saved.flat().map(({ reason }) => reason)).toEqual(['switchedRoom', 'removed']);
  });
});
