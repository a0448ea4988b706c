import { FakeClock, silentLog, type Log } from '@rotunda/base';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database, OpenDatabase } from './database.ts';
import type { Place } from './databases.contract.ts';
import { FORGOTTEN_ENDINGS } from './endings.ts';
import { Retention, type Forgetting } from './retention.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Calls = Record<'calls', { name: string; ended_at: number | null }>;

const eventually = <T>(look: () => T) => expect.poll(look);

/** Rows that come to an end or not. */
const ENDED_CALLS: Forgetting = {
  what: 'calls',
  deleteSome: async (db, { until, limit }) => {
    const calls = db.withTables<Calls>();
    const { numDeletedRows } = await calls
      .deleteFrom('calls')
      .where('name', 'in', (eb) =>
        eb.selectFrom('calls').select('name').where('ended_at', '<=', until).limit(limit),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  },
};

export function retentionContract(place: Place): void {
  describe('retention', () => {
    let clock: FakeClock;
    let database: OpenDatabase;
    let retention: Retention;
    let warnings: object[];

    beforeEach(async () => {
      await place.clear();
      clock = new FakeClock();
      database = await place.open();
      await sql`create table calls (name text primary key, ended_at bigint)`.execute(database.db);
      warnings = [];
    });

    afterEach(async () => {
      await retention.close();
      await database.close();
    });

    function keep(forgettings: readonly Forgetting[]): void {
      const log: Log = { ...silentLog, warn: (fields) => void warnings.push(fields) };
      retention = new Retention({ db: database.db, forgettings, keptMs: 14 * DAY, clock, log });
    }

    /** Lets the pauses pass. */
    async function run(): Promise<void> {
      const passing = setInterval(() => clock.advance(20), 1);
      await retention.run();
      clearInterval(passing);
    }

    async function addCalls(names: readonly string[], endedAt: number | null): Promise<void> {
      const rows = names.map((name) => ({ name, ended_at: endedAt }));
      await database.db.withTables<Calls>().insertInto('calls').values(rows).execute();
    }

    async function callsLeft(): Promise<string[]> {
      const rows = await database.db.withTables<Calls>().selectFrom('calls').select('name').execute();
      return rows.map(({ name }) => name).toSorted();
    }

    it('deletes what ended as long ago as the setting says, and never what is open', async () => {
      keep([ENDED_CALLS]);
      const began = clock.now();
      await addCalls(['open'], null);
      await addCalls(['first'], began);
      await addCalls(['second'], began + 5 * DAY);
      clock.advance(14 * DAY - HOUR);
      await run();
      expect(await callsLeft()).toEqual(['first', 'open', 'second']);
      clock.advance(HOUR);
      await run();
      expect(await callsLeft()).toEqual(['open', 'second']);
      clock.advance(100 * DAY);
      await run();
      expect(await callsLeft()).toEqual(['open']);
    });

    it('deletes thousands in batches, between which others have their turn', async () => {
      const batches: number[] = [];
      const counting = async (db: Database, batch: { until: number; limit: number }): Promise<number> => {
        const count = await ENDED_CALLS.deleteSome(db, batch);
        batches.push(count);
        return count;
      };
      keep([{ ...ENDED_CALLS, deleteSome: counting }]);
      await addCalls(
        Array.from({ length: 1_200 }, (_, n) => `call-${n}`),
        clock.now(),
      );
      clock.advance(14 * DAY);
      const running = retention.run();
      await eventually(() => batches).toEqual([500]);
      expect((await callsLeft()).length).toBe(700);
      expect(batches, 'a pause').toEqual([500]);
      await run();
      await running;
      expect(batches).toEqual([500, 500, 200]);
      expect(await callsLeft()).toEqual([]);
    });

    it('deletes endings and bars after their 24 hours', async () => {
      keep(FORGOTTEN_ENDINGS);
      const at = clock.now();
      const { db } = database;
      const how = { reason: 'removed', message: null };
      await db
        .insertInto('endings')
        .values([0, 1].map((n) => ({ session_id: `s-${n}`, ...how, at: at + n * HOUR })))
        .execute();
      const bars = [
        { room: 'r-1', user_id: 'ann', ...how, at },
        { room: 'r-1', user_id: 'ben', ...how, at: at + HOUR },
        { room: 'r-2', user_id: 'ann', ...how, at: at + HOUR },
      ];
      await db.insertInto('return_bars').values(bars).execute();
      clock.advance(DAY);
      await run();
      expect(await db.selectFrom('endings').select('session_id').execute()).toEqual([{ session_id: 's-1' }]);
      const left = await db.selectFrom('return_bars').selectAll().orderBy('room').execute();
      expect(left).toEqual(bars.slice(1));
    });

    it('runs by itself soon after the start and again and again, and not after its end', async () => {
      keep([ENDED_CALLS]);
      retention.start();
      await addCalls(['first'], clock.now() - 14 * DAY);
      clock.advance(60_000);
      await eventually(callsLeft).toEqual([]);
      await addCalls(['second'], clock.now() - 14 * DAY);
      clock.advance(600_000);
      await eventually(callsLeft).toEqual([]);
      await retention.close();
      expect(clock.pending).toBe(0);
    });

    it('tells what it could not delete, goes on with the rest, and tries again the next time', async () => {
      let broken = true;
      const failing: Forgetting = {
        what: 'troubled',
        deleteSome: () => (broken ? Promise.reject(new Error('no')) : Promise.resolve(0)),
      };
      keep([failing, ENDED_CALLS]);
      await addCalls(['first'], clock.now() - 14 * DAY);
      await run();
      expect(await callsLeft()).toEqual([]);
      expect(warnings).toMatchObject([{ what: 'troubled', err: { message: 'no' } }]);
      broken = false;
      await run();
      expect(warnings).toHaveLength(1);
    });

    it('ends at once when it is closed between two batches', async () => {
      keep([ENDED_CALLS]);
      await addCalls(
        Array.from({ length: 900 }, (_, n) => `call-${n}`),
        clock.now() - 14 * DAY,
      );
      const running = retention.run();
      await eventually(async () => (await callsLeft()).length).toBe(400);
      await retention.close();
      await running;
      expect((await callsLeft()).length).toBe(400);
      expect(clock.pending).toBe(0);
    });
  });
}
