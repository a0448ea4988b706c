import { NOT_BLOCKED } from '@rotunda/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from './database.ts';
import type { Place } from './databases.contract.ts';
import type { KeptStay, KeptStayStore } from './kept-stays-port.ts';
import { FORGOTTEN_KEPT_STAYS, SqlKeptStays } from './kept-stays.ts';

const HELD: KeptStay = { origin: 's-1', blocked: { audio: true, video: false }, privileges: null, at: 100 };

export function keptStaysContract(place: Place): void {
  describe('what holds for stays', () => {
    let database: OpenDatabase;
    let store: KeptStayStore;

    beforeEach(async () => {
      await place.clear();
      await open();
    });
    afterEach(() => database.close());

    async function open(): Promise<void> {
      database = await place.open();
      store = new SqlKeptStays(database.db);
    }

    it('is there when opened again, and nothing of other stays', async () => {
      const allowed: KeptStay = { origin: 's-2', blocked: NOT_BLOCKED, privileges: 0xffff_ffff, at: 200 };
      await store.save([HELD, allowed]);
      await database.close();
      await open();
      expect(await store.find('s-1')).toEqual(HELD);
      expect(await store.find('s-2')).toEqual(allowed);
      expect(await store.find('s-3')).toBeNull();
    });

    it('gives way to what holds later, of one stay only', async () => {
      const later: KeptStay = { ...HELD, blocked: NOT_BLOCKED, privileges: 42, at: 101 };
      await store.save([HELD, { ...HELD, origin: 's-2' }]);
      await store.save([{ ...later, privileges: 255 }, later]);
      expect(await store.find('s-1')).toEqual(later);
      expect(await store.find('s-2')).toEqual({ ...HELD, origin: 's-2' });
    });

    it('takes nothing at all, and thousands at once', async () => {
      await store.save([]);
      await store.save(Array.from({ length: 2_500 }, (_, n) => ({ ...HELD, origin: `s-${n}` })));
      expect(await store.find('s-2499')).toMatchObject({ blocked: HELD.blocked });
    });

    it('is deleted when it has not been renewed for long enough, some at a time', async () => {
      await store.save([1, 2, 3, 4].map((at) => ({ ...HELD, origin: `s-${at}`, at })));
      await store.save([{ ...HELD, origin: 's-1', at: 5 }]);
      const forget = (): Promise<number> =>
        FORGOTTEN_KEPT_STAYS.deleteSome(database.db, { until: 4, limit: 2 });
      expect([await forget(), await forget(), await forget()]).toEqual([2, 1, 0]);
      expect(await store.find('s-4')).toBeNull();
      expect(await store.find('s-1')).not.toBeNull();
    });
  });
}
