import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@rotunda/base';
import { CompiledQuery, type KyselyPlugin } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { CrashWriting } from './crash-writing.contract.ts';
import type { Ending } from './endings-port.ts';
import { SqlEndings } from './endings.ts';
import type { Database } from './database.ts';
import { callback, withCallbacks } from './history.contract.ts';
import { SqlHistory } from './history.ts';
import { FORGOTTEN_CALLBACKS, SqlOutbox } from './outbox.ts';
import { SqlPast } from './past.ts';
import { SqlSecrets } from './secrets.ts';
import { openSqlite } from './sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'rotunda-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the SQLite store', () => {
  it('has everything that it confirmed before its process was killed', async () => {
    const file = join(folder, 'crash.db');
    const writing = new CrashWriting(file);
    await writing.run(() => writing.process.kill('SIGKILL'));
    expect(writing.process.signalCode).toBe('SIGKILL');
    const database = await openSqlite(file);
    await writing.expectSaved(database);
    await database.close();
  });

  it('can be read by its owner only', async () => {
    const file = join(folder, 'private.db');
    const { db, close } = await openSqlite(file);
    await new SqlSecrets(db).secret('one');
    for (const name of [file, `${file}-wal`]) expect(statSync(name).mode & 0o077).toBe(0);
    await close();
  });

  it('counts what waits for delivery, and finds old dead letters, in indexes alone', async () => {
    const { db, close } = await openSqlite(join(folder, 'plans.db'));
    const { plugin, plans } = planning(db);
    await new SqlOutbox(db.withPlugin(plugin)).backlog();
    for (const { deleteSome } of FORGOTTEN_CALLBACKS)
      await deleteSome(db.withPlugin(plugin), { until: 1, limit: 1 });
    const found = await plans();
    expect(found).toHaveLength(3);
    for (const plan of found) {
      expect(plan.join()).toMatch(/USING (COVERING )?INDEX outbox_backlog/);
      expect(plan.join(), 'no row is looked at in vain').not.toMatch(/SCAN outbox/);
    }
    await close();
  });

  it('finds each portion of the dead letters of an app where the last one ended, in an index', async () => {
    const { db, close } = await openSqlite(join(folder, 'plans.db'));
    await new SqlHistory(db).record('node', withCallbacks(callback('e1')));
    await new SqlOutbox(db).abandon({ except: [], at: 1, error: 'no receiver' });
    const { plugin, plans } = planning(db);
    const { sdkAppId } = callback('e1');
    await new SqlOutbox(db.withPlugin(plugin)).deadLetters({ sdkAppId, after: 0, limit: 9 });
    await new SqlOutbox(db.withPlugin(plugin)).revive({ sdkAppId });
    const [page, last, portion, update, none, ...others] = await plans();
    expect(others).toEqual([]);
    for (const plan of [page, portion, none]) {
      expect(plan?.join()).toMatch(
        /USING (COVERING )?INDEX outbox_dead_of_app \(sdk_app_id=\? AND position>\?\)/,
      );
      expect(plan?.join(), 'nothing is sorted').not.toMatch(/TEMP B-TREE/);
    }
    expect(last?.join()).toMatch(/USING COVERING INDEX outbox_of_app \(sdk_app_id=\? AND dead_at>\?\)/);
    expect(update?.join()).toMatch(/SEARCH outbox USING INDEX sqlite_autoindex_outbox_1/);
    await close();
  });

  it('finds each page of the stays of a time where the last one ended, in an index', async () => {
    const { db, close } = await openSqlite(join(folder, 'plans.db'));
    const { plugin, plans } = planning(db);
    const query = { sdkAppIds: [1], roomId: null, from: 1, to: 2 };
    for await (const _ of new SqlPast(db.withPlugin(plugin)).spans(query))
      expect.unreachable('there is none');
    const [plan, ...others] = await plans();
    expect(others).toEqual([]);
    expect(plan?.join()).toMatch(/SEARCH stays USING INDEX stays_end \(<expr>>\?\)/);
    expect(plan?.join(), 'nothing is sorted').not.toMatch(/TEMP B-TREE/);
    await close();
  });

  it('saves the end of a room of 300 in a few statements', async () => {
    const { db, close } = await openSqlite(join(folder, 'fast.db'));
    const { plugin, plans } = planning(db);
    const ending = (n: number): Ending => ({ sessionId: `s-${n}`, reason: 'dismissed', at: 1 });
    const many = Array.from({ length: 300 }, (_, n) => ending(n));
    await new SqlEndings(db.withPlugin(plugin), new FakeClock()).saveEndings(many);
    expect((await plans()).length).toBeLessThan(5);
    await close();
  });
});

/** Notes the statements of those who use the plugin; `plans` are how SQLite would answer each. */
function planning(db: Database): { plugin: KyselyPlugin; plans: () => Promise<string[][]> } {
  const queries: CompiledQuery[] = [];
  const plugin: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      queries.push(db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const planOf = async ({ sql, parameters }: CompiledQuery): Promise<string[]> => {
    const explain = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
    const { rows } = await db.executeQuery<{ detail: string }>(explain);
    return rows.map(({ detail }) => detail);
  };
  return { plugin, plans: () => Promise.all(queries.map(planOf)) };
}
