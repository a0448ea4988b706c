import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from './database.ts';
import type { Place } from './databases.contract.ts';

type Samples = Record<'samples', { name: string; at: number; level: number; value: Buffer | null }>;

/** What every topic relies on, whichever database it is. */
export function databaseContract(place: Place): void {
  describe('a database', () => {
    let database: OpenDatabase;
    beforeEach(async () => {
      await place.clear();
      database = await place.open();
    });
    afterEach(() => database.close());

    async function samples() {
      const db = database.db.withTables<Samples>();
      await db.schema
        .createTable('samples')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('level', 'double precision', (column) => column.notNull())
        .addColumn('value', await bytesColumn())
        .execute();
      return db;
    }

    /** As the table of secrets has it. */
    async function bytesColumn() {
      const tables = await database.db.introspection.getTables();
      const secrets = tables.find(({ name }) => name === 'secrets');
      const type = secrets?.columns.find(({ name }) => name === 'value')?.dataType.toLowerCase();
      return type === 'bytea' ? 'bytea' : 'blob';
    }

    const row = { at: 1_700_000_000_123, level: 0.1, value: Buffer.from([0, 255, 7]) };

    it('gives back numbers, bytes and texts as they were, and numbers for counts and sums', async () => {
      const db = await samples();
      const name = 'ä 漢 🎉';
      await db
        .insertInto('samples')
        .values({ ...row, name })
        .execute();
      const found = await db.selectFrom('samples').selectAll().executeTakeFirstOrThrow();
      expect(found).toEqual({ ...row, name });
      expect(Buffer.isBuffer(found.value)).toBe(true);
      await db
        .insertInto('samples')
        .values({ ...row, name: 'second', value: null })
        .execute();
      const totals = await db
        .selectFrom('samples')
        .select(({ fn }) => [fn.countAll().as('count'), fn.sum('at').as('sum'), fn.max('at').as('last')])
        .executeTakeFirstOrThrow();
      expect(totals).toEqual({ count: 2, sum: 2 * row.at, last: row.at });
    });

    it('says how many rows a statement has changed', async () => {
      const db = await samples();
      await db
        .insertInto('samples')
        .values(['a', 'b', 'c'].map((name) => ({ ...row, name })))
        .execute();
      const changed = await db
        .updateTable('samples')
        .set({ at: 1 })
        .where('name', '!=', 'a')
        .executeTakeFirst();
      expect(changed.numUpdatedRows).toBe(2n);
      const deleted = await db.deleteFrom('samples').where('at', '=', 1).executeTakeFirst();
      expect(deleted.numDeletedRows).toBe(2n);
    });

    it('keeps all of a transaction or nothing', async () => {
      const db = await samples();
      const failing = db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('samples')
          .values({ ...row, name: 'a' })
          .execute();
        await transaction
          .insertInto('samples')
          .values({ ...row, name: 'a' })
          .execute();
      });
      await expect(failing).rejects.toThrow();
      expect(await db.selectFrom('samples').selectAll().execute()).toEqual([]);
    });

    it('takes any text that a client may send', async () => {
      const db = await samples();
      await db
        .insertInto('samples')
        .values({ ...row, name: 'a\0b' })
        .execute();
      const { name } = await db.selectFrom('samples').select('name').executeTakeFirstOrThrow();
      expect(name).toBe('a\uFFFDb');
      const found = await db.selectFrom('samples').select('at').where('name', '=', 'a\0b').executeTakeFirst();
      expect(found).toEqual({ at: row.at });
    });

    it('can be opened again, and closed more than once', async () => {
      const db = await samples();
      await db
        .insertInto('samples')
        .values({ ...row, name: 'a' })
        .execute();
      await Promise.all([database.close(), database.close()]);
      await database.close();
      database = await place.open();
      const again = database.db.withTables<Samples>();
      expect(await again.selectFrom('samples').select('name').execute()).toEqual([{ name: 'a' }]);
    });
  });
}
