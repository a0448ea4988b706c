import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from './database.ts';
import type { Place } from './databases.contract.ts';
import type { EntryBlock, EntryBlockStore } from './entry-blocks-port.ts';
import { FORGOTTEN_ENTRY_BLOCKS, SqlEntryBlocks } from './entry-blocks.ts';

const ROOM = { kind: 'number', id: '7' } as const;
const BLOCK: EntryBlock = { sdkAppId: 1_400_000_001, room: ROOM, userId: 'ann', until: 100, message: 'spam' };

export function entryBlocksContract(place: Place): void {
  describe('blocks of entry', () => {
    let database: OpenDatabase;
    let store: EntryBlockStore;

    beforeEach(async () => {
      await place.clear();
      await open();
    });
    afterEach(() => database.close());

    async function open(): Promise<void> {
      database = await place.open();
      store = new SqlEntryBlocks(database.db);
    }

    it('are there when opened again, each of its own place and user', async () => {
      const others: EntryBlock[] = [
        { ...BLOCK, room: { kind: 'string', id: '7' }, message: '' },
        { ...BLOCK, room: null, message: '<b>not here</b> \u{1F6AB}' },
        { ...BLOCK, userId: 'bob' },
        { ...BLOCK, sdkAppId: 4_294_967_295 },
      ];
      for (const block of [BLOCK, ...others]) await store.save(block);
      await database.close();
      await open();
      const loaded = await store.load(0);
      expect(loaded).toHaveLength(5);
      expect(loaded).toEqual(expect.arrayContaining([BLOCK, ...others]));
    });

    it('give way to the newest of the same place and user', async () => {
      await store.save(BLOCK);
      await store.save({ ...BLOCK, until: 50, message: '' });
      expect(await store.load(0)).toEqual([{ ...BLOCK, until: 50, message: '' }]);
    });

    it('end, and can be removed before', async () => {
      await store.save(BLOCK);
      expect(await store.load(99)).toHaveLength(1);
      expect(await store.load(100)).toEqual([]);
      expect(await store.remove({ ...BLOCK, room: null })).toBe(false);
      expect(await store.remove(BLOCK)).toBe(true);
      expect(await store.remove(BLOCK)).toBe(false);
      expect(await store.load(0)).toEqual([]);
    });

    it('are deleted when they have ended, some at a time', async () => {
      for (const [index, userId] of ['ann', 'bob', 'cid', 'dan'].entries())
        await store.save({ ...BLOCK, userId, until: index });
      const forget = (): Promise<number> =>
        FORGOTTEN_ENTRY_BLOCKS.deleteSome(database.db, { until: 2, limit: 2 });
      expect([await forget(), await forget(), await forget()]).toEqual([2, 1, 0]);
      expect((await store.load(0)).map(({ userId }) => userId)).toEqual(['dan']);
    });
  });
}
