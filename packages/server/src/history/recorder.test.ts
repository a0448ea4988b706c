import { FakeClock, silentLog } from '@rotunda/base';
import { beforeEach, describe, expect, it } from 'vitest';
import { commitEvents } from '../rooms/apply.ts';
import { decide } from '../rooms/decide.ts';
import type { Command } from '../rooms/model.ts';
import { Room, key } from '../rooms/room.contract.ts';
import type { HistoryBatch, HistoryStore, OrphanedRoom } from '../store/history-port.ts';
import { Recorder, type RecorderTools } from './recorder.ts';

/** A store that fails when it is told to, and takes as long as it is told to. */
class Shelf implements HistoryStore {
  readonly batches: HistoryBatch[] = [];
  readonly seen: number[] = [];
  orphans: readonly OrphanedRoom[] = [];
  broken = false;
  attempts = 0;
  gate: Promise<void> = Promise.resolve();

  async record(_nodeId: string, batch: HistoryBatch): Promise<void> {
    this.attempts++;
    await this.gate;
    if (this.broken) throw new Error('disk full');
    this.batches.push(batch);
  }

  markAlive(_nodeId: string, at: number): Promise<void> {
    this.seen.push(at);
    return Promise.resolve();
  }

  findOrphans(): Promise<readonly OrphanedRoom[]> {
    return Promise.resolve(this.orphans);
  }

  findStaysEnded({ since }: { since: number }): Promise<readonly string[]> {
    return Promise.resolve([`ended after ${since}`]);
  }

  forgetNodes(): Promise<void> {
    return Promise.resolve();
  }

  get events(): string[] {
    return this.batches.flatMap(({ events }) => events.map(({ kind, userId }) => `${kind} ${userId ?? ''}`));
  }
}

let clock: FakeClock;
let shelf: Shelf;
let room: Room;
let leftOut: number;
const lines: string[] = [];
beforeEach(() => {
  clock = new FakeClock();
  shelf = new Shelf();
  room = new Room();
  leftOut = 0;
  lines.length = 0;
});

function recorder(more: Partial<RecorderTools> = {}): Recorder {
  return new Recorder({
    store: shelf,
    nodeId: 'node',
    clock,
    log: { ...silentLog, error: (_fields, message) => void lines.push(message) },
    toCallback: () => null,
    howEnded: () => Promise.resolve(null),
    onCallbacks: () => undefined,
    onLeftOut: (count) => void (leftOut += count),
    ...more,
  });
}

function commit(to: Recorder, ...commands: readonly Command[]): void {
  for (const command of commands) {
    const decision = decide(room.state, command);
    const entry = decision.ok ? commitEvents(key, room.state, decision.events) : null;
    if (!entry) throw new Error('nothing to commit');
    room.state = entry.state;
    to.takeEntry(entry);
  }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the recorder', () => {
  it('writes at once, and together what comes while it writes', async () => {
    const history = recorder();
    let open = (): void => undefined;
    shelf.gate = new Promise((resolve) => (open = resolve));
    commit(history, room.enter('ann', 'a1'));
    await settle();
    commit(history, room.enter('ben', 'b1'), room.leave('ann', 'a1'));
    await settle();
    expect(shelf.attempts).toBe(1);
    open();
    await settle();
    expect(shelf.batches.map(({ events }) => events.length)).toEqual([2, 2]);
    expect(shelf.events).toEqual(['created ann', 'entered ann', 'entered ben', 'left ann']);
    expect(history.waiting).toBe(0);
  });

  it('keeps everything, in order, while the store fails', async () => {
    const history = recorder();
    shelf.broken = true;
    commit(history, room.enter('ann', 'a1'));
    await settle();
    commit(history, room.enter('ben', 'b1'));
    await clock.advanceAsync(5_000);
    expect(shelf.batches).toEqual([]);
    expect(shelf.attempts).toBeGreaterThanOrEqual(5);
    shelf.broken = false;
    await clock.advanceAsync(1_000);
    await settle();
    expect(shelf.events).toEqual(['created ann', 'entered ann', 'entered ben']);
  });

  it('lets nothing new in when memory is full, says so, and stays true to what it has', async () => {
    const history = recorder({ maxWaiting: 2 });
    shelf.broken = true;
    commit(history, room.enter('ann', 'a1'), room.enter('ben', 'b1'), room.publish('ann', 'a1', 'audio'));
    commit(history, room.leave('ben', 'b1'), room.leave('ann', 'a1'));
    expect(leftOut).toBe(2);
    expect(lines[0]).toMatch(/left out/);
    shelf.broken = false;
    await clock.advanceAsync(1_000);
    await settle();
    expect(shelf.events).toEqual(['created ann', 'entered ann', 'left ann', 'ended ']);
    commit(history, room.enter('ann', 'a2'));
    await settle();
    expect(shelf.events.slice(4)).toEqual(['created ann', 'entered ann']);
  });

  it('writes what waits before it closes, and leaves no timer', async () => {
    const history = recorder();
    await history.start(0);
    shelf.broken = true;
    commit(history, room.enter('ann', 'a1'));
    await settle();
    shelf.broken = false;
    commit(history, room.leave('ann', 'a1'));
    clock.advance(7);
    await history.close();
    expect(shelf.events).toEqual(['created ann', 'entered ann', 'left ann', 'ended ']);
    expect(shelf.seen.at(-1)).toBe(clock.now());
    expect(clock.pending).toBe(0);
  });

  it('closes although the store fails, and says what is lost', async () => {
    const history = recorder();
    shelf.broken = true;
    commit(history, room.enter('ann', 'a1'));
    await history.close();
    expect(lines.at(-1)).toMatch(/lost/);
    expect(clock.pending).toBe(0);
  });

  it('tells who has new callbacks, after they were written', async () => {
    const told: number[][] = [];
    const history = recorder({
      toCallback: ({ id, key: { sdkAppId }, at, version }) => {
        return { id, sdkAppId, room: 'r', version, at, event: '{}' };
      },
      onCallbacks: (sdkAppIds) => told.push([...sdkAppIds, shelf.batches.length]),
    });
    commit(history, room.enter('ann', 'a1'));
    await settle();
    expect(told).toEqual([[key.sdkAppId, 1]]);
    expect(shelf.batches[0]?.callbacks.map(({ id }) => id)).toEqual(
      shelf.batches[0]?.events.map(({ id }) => id),
    );
  });

  it('ends what an earlier process left open, when that was last seen and as far as is known how', async () => {
    const stay = { userId: 'ann', role: 'anchor' } as const;
    shelf.orphans = [
      {
        incarnation: 'old',
        key,
        seenAt: 500,
        stays: [
          { ...stay, sessionId: 's1', enteredAt: 100 },
          { ...stay, sessionId: 's2', enteredAt: 600 },
        ],
        isOver: true,
      },
      { incarnation: 'shared', key, seenAt: 500, stays: [], isOver: false },
    ];
    const history = recorder({
      howEnded: (sessionId) => Promise.resolve(sessionId === 's1' ? 'removed' : null),
    });
    expect(await history.start(300), 'nobody had ended them').toEqual(['s2', 'ended after 300']);
    expect(shelf.batches).toMatchObject([
      {
        stayEnds: [
          { incarnation: 'old', sessionId: 's1', at: 500, reason: 'removed' },
          { incarnation: 'old', sessionId: 's2', at: 600, reason: 'serverFault' },
        ],
        roomEnds: [{ incarnation: 'old', at: 600 }],
        events: [{ id: 'old/s1/left' }, { id: 'old/s2/left' }, { id: 'old/ended' }],
      },
    ]);
    await history.close();
  });
});
