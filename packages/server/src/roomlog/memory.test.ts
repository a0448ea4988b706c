import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../rooms/model.ts';
import { enter, leave, lost, testKey } from './commands.contract.ts';
import { MemoryRoomLog } from './memory.ts';
import { roomLogContract } from './room-log.contract.ts';
import { seededDelay } from './seeded.contract.ts';

roomLogContract('the room log in memory', (hooks) => Promise.resolve(new MemoryRoomLog(hooks)));

for (const seed of [1, 2, 3, 4, 5]) {
  roomLogContract(`the room log in memory, with the delays of seed ${seed}`, (hooks) =>
    Promise.resolve(new MemoryRoomLog({ ...hooks, delay: seededDelay(seed) })),
  );
}

describe('the room log in memory', () => {
  const key = testKey('room');

  test('has told its followers when a commit resolves', async () => {
    const log = new MemoryRoomLog();
    const entries: LogEntry[] = [];
    await log.follow(key, 0, (entry) => entries.push(entry));
    const result = await log.commit(key, enter('ann'));
    expect(result.ok && result.entry).toBe(entries[0]);
  });

  test('keeps the last 200 entries for who follows late', async () => {
    const log = new MemoryRoomLog();
    await log.commit(key, enter('ann'));
    for (let round = 0; round < 150; round++) {
      await log.commit(key, enter('ben', { sessionId: `ben-${round}` }));
      await log.commit(key, leave('ben', { sessionId: `ben-${round}` }));
    }
    const entries: LogEntry[] = [];
    const inTime = await log.follow(key, 101, (entry) => entries.push(entry));
    expect(inTime.snapshot).toBeNull();
    expect(entries.map(({ version }) => version)).toEqual(Array.from({ length: 200 }, (_, i) => 102 + i));
    const late = await log.follow(key, 100, (entry) => entries.push(entry));
    expect(late.snapshot).toEqual(await log.read(key));
    expect(entries).toHaveLength(200);
  });

  test('remembers the version of the last 10000 ended rooms, not of all', async () => {
    const log = new MemoryRoomLog();
    const end = async (id: string): Promise<void> => {
      await log.commit(testKey(id), enter('ann'));
      await log.commit(testKey(id), leave('ann'));
    };
    await end('first');
    for (let room = 0; room < 10_000; room++) await end(`room${room}`);
    expect(await log.read(testKey('first'))).toMatchObject({ version: 0 });
    expect(await log.read(testKey('room0'))).toMatchObject({ version: 2 });
  });

  test('is empty once it is closed', async () => {
    const log = new MemoryRoomLog();
    await log.commit(key, enter('ann'));
    await log.commit(key, lost('ann', 5));
    await log.close();
    expect(await log.openRooms()).toEqual([]);
    expect(await log.due(10)).toEqual([]);
  });
});
