import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@rotunda/base';
import type { LeaveReason } from '@rotunda/protocol';
import { Kysely, SqliteDialect, sql, type SqliteDatabase } from 'kysely';
import Database from 'libsql';
import { migrate } from './migrations.ts';
import type { Store } from './port.ts';

/** Tables of the store. Times in milliseconds since the epoch. */
export interface Tables {
  endings: { session_id: string; reason: string; at: number };
  secrets: { name: string; value: Buffer };
}

/** How long it is known how a stay ended. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const PURGE_EVERY_MS = 60_000;
/** Rows per statement: SQLite binds at most 32766 values. */
const CHUNK = 1_000;

/**
 * The embedded store: one file, every write on disk before it is confirmed.
 *
 * @throws Error when the file cannot be opened or written.
 */
export async function openSqliteStore({ file, clock }: { file: string; clock: Clock }): Promise<Store> {
  mkdirSync(dirname(file), { recursive: true });
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  // libsql has better-sqlite3's interface, which is the one that Kysely's dialect expects.
  const dialect = new SqliteDialect({ database: database as unknown as SqliteDatabase });
  const db = new Kysely<Tables>({ dialect });
  await migrate(db);
  return new SqliteStore(db, clock);
}

class SqliteStore implements Store {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  #purgedAt = 0;

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async saveEndings(endings: Parameters<Store['saveEndings']>[0]): Promise<void> {
    if (endings.length === 0) return;
    const rows = endings.map(({ sessionId, reason, at }) => ({ session_id: sessionId, reason, at }));
    await this.#db.transaction().execute(async (transaction) => {
      for (let start = 0; start < rows.length; start += CHUNK) {
        await transaction
          .insertInto('endings')
          .values(rows.slice(start, start + CHUNK))
          .onConflict((conflict) => conflict.column('session_id').doNothing())
          .execute();
      }
    });
    await this.#purge();
  }

  async findEnding(sessionId: string): Promise<LeaveReason | null> {
    const row = await this.#db
      .selectFrom('endings')
      .select('reason')
      .where('session_id', '=', sessionId)
      .where('at', '>', this.#clock.now() - KEPT_MS)
      .executeTakeFirst();
    return (row?.reason as LeaveReason | undefined) ?? null;
  }

  async secret(name: string): Promise<Buffer> {
    await this.#db
      .insertInto('secrets')
      .values({ name, value: randomBytes(32) })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const row = await this.#db
      .selectFrom('secrets')
      .select('value')
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
    return Buffer.from(row.value);
  }

  async close(): Promise<void> {
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(this.#db);
    await this.#db.destroy();
  }

  async #purge(): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#purgedAt < PURGE_EVERY_MS) return;
    this.#purgedAt = now;
    await this.#db
      .deleteFrom('endings')
      .where('at', '<=', now - KEPT_MS)
      .execute();
  }
}
