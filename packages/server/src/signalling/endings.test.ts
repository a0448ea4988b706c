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
    Promise.resolve(this.saved.flat().find((ending) => ending.sessionId === sessionId) ?? null);

  findReturnBar = (stay: { room: string }) =>
    Promise.resolve(this.savedBars.findLast(({ room }) => room === stay.room) ?? null);
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
    endings.record('one', { reason: 'dismissed' });
    endings.record('two', { reason: 'dismissed' });
    endings.record('three', { reason: 'dismissed' });
    await endings.durable();
    expect(savedIds()).toEqual([['one', 'two', 'three']]);
    expect(clock.pending).toBe(0);
  });

  it('is known while it is being written, and durable only then', async () => {
    let open = (): void => undefined;
    store.gate = new Promise((resolve) => (open = resolve));
    endings.record('one', { reason: 'removed' });
    let durable = false;
    const waiting = endings.durable().then(() => (durable = true));
    await clock.advanceAsync(5_000);
    endings.record('two', { reason: 'removed' });
    expect(await endings.find('one')).toEqual({ reason: 'removed' });
    expect(durable).toBe(false);
    open();
    await waiting;
    expect(savedIds()).toEqual([['one'], ['two']]);
    expect(await endings.find('one')).toEqual({ reason: 'removed' });
  });

  it('is remembered and tried again when it cannot be written', async () => {
    store.broken = true;
    endings.record('one', { reason: 'removed' });
    await expect(endings.durable()).rejects.toThrow('disk full');
    expect(await endings.find('one')).toEqual({ reason: 'removed' });
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
    endings.record('one', { reason: 'exited' });
    expect(await endings.find('one')).toEqual({ reason: 'exited' });
    expect(savedIds()).toEqual([]);
    let open = (): void => undefined;
    store.gate = new Promise((resolve) => (open = resolve));
    await clock.advanceAsync(1_000);
    expect(await endings.find('one')).toEqual({ reason: 'exited' });
    endings.record('two', { reason: 'pageClosed' });
    await clock.advanceAsync(3_000);
    open();
    await clock.advanceAsync(1_100);
    expect(savedIds()).toEqual([['one'], ['two']]);
  });

  it('is remembered and tried again when it cannot be written', async () => {
    store.broken = true;
    endings.record('one', { reason: 'exited' });
    await clock.advanceAsync(3_000);
    expect(await endings.find('one')).toEqual({ reason: 'exited' });
    store.broken = false;
    await clock.advanceAsync(1_000);
    expect(savedIds()).toEqual([['one']]);
  });

  it('is not waited for', async () => {
    store.broken = true;
    endings.record('one', { reason: 'exited' });
    await endings.durable();
  });
});

it('a stay that may come back has no end, and the first end counts', async () => {
  endings.record('one', { reason: 'timedOut' });
  endings.record('two', { reason: 'removed' });
  endings.record('two', { reason: 'exited' });
  expect(await endings.find('one')).toBeNull();
  expect(await endings.find('two')).toEqual({ reason: 'removed' });
});

it('closing writes what waits, and leaves no timer although that fails', async () => {
  endings.record('one', { reason: 'exited' });
  await endings.close();
  expect(savedIds()).toEqual([['one']]);
  store.broken = true;
  endings.record('two', { reason: 'removed' });
  await endings.close();
  expect(clock.pending).toBe(0);
});

it('the end that came first counts, also while a later one waits to be written', async () => {
  endings.record('one', { reason: 'removed' });
  await endings.durable();
  endings.record('one', { reason: 'exited' });
  expect(await endings.find('one')).toEqual({ reason: 'removed' });
});

describe('a bar on returns', () => {
  const key = roomKey(1, { roomId: 7 });
  const began = () => clock.now();

  it('holds at once, and is on disk when the answer says so', async () => {
    const since = began();
    clock.advance(10);
    endings.barReturns(key, ['ann'], { reason: 'removed' });
    expect(store.savedBars).toEqual([]);
    expect(await endings.findReturnBar({ key, userId: 'ann', since })).toEqual({ reason: 'removed' });
    expect(await endings.findReturnBar({ key, userId: 'ben', since })).toBeNull();
    await endings.durable();
    expect(store.savedBars).toMatchObject([{ userId: 'ann', reason: 'removed', at: clock.now() }]);
    expect(await endings.findReturnBar({ key, userId: 'ann', since })).toMatchObject({ reason: 'removed' });
  });

  it('says nothing of who came after it', async () => {
    store.broken = true;
    endings.barReturns(key, 'everybody', { reason: 'dismissed' });
    expect(await endings.findReturnBar({ key, userId: 'ann', since: began() })).toBeNull();
    expect(await endings.findReturnBar({ key, userId: 'ann', since: began() - 1 })).toEqual({
      reason: 'dismissed',
    });
    store.broken = false;
  });

  it('is written later if it cannot be written now, and is known meanwhile', async () => {
    store.broken = true;
    endings.barReturns(key, 'everybody', { reason: 'dismissed' });
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
    endings.record('one', { reason: 'switchedRoom' });
    clock.advance(1_000);
    await Promise.resolve();
    endings.record('one', { reason: 'removed' });
    endings.record('one', { reason: 'exited' });
    expect(await endings.find('one')).toEqual({ reason: 'removed' });
    open();
    await endings.durable();
    expect(store.saved.flat().map(({ reason }) => reason)).toEqual(['switchedRoom', 'removed']);
  });
});

it('keeps what a removed user is told, of the stay and of who had been given up, before and after it is saved', async () => {
  const key = { sdkAppId: 1400000001, kind: 'number', id: '7' } as const;
  const end = { reason: 'removed', message: 'no shouting' } as const;
  const find = async () => [
    await endings.find('one'),
    await endings.findReturnBar({ key, userId: 'ann', since: clock.now() - 1 }),
  ];
  store.broken = true;
  endings.record('one', end);
  endings.barReturns(key, ['ann'], end);
  expect(await find()).toEqual([end, end]);
  store.broken = false;
  await endings.durable();
  expect(await find()).toMatchObject([end, end]);
  expect([store.saved.flat(), store.savedBars]).toMatchObject([[end], [end]]);
});
