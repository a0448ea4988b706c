import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@rotunda/base';
import { LEAVE_REASON_NAMES, type LeaveReason } from '@rotunda/protocol';
import { Kysely, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import { migrate } from './migrations.ts';
import { ENDINGS_KEPT_MS, type Ending, type ReturnBar, type Store } from './port.ts';

/** Tables of the store. Times in milliseconds since the epoch. */
export interface Tables {
  endings: { session_id: string; reason: string; at: number };
  return_bars: { room: string; user_id: string; reason: string; at: number };
  secrets: { name: string; value: Buffer };
}

const PURGE_EVERY_MS = 60_000;
/** Rows per statement: SQLite binds at most 32766 values. */
const CHUNK = 1_000;
const SECRET_BYTES = 32;
/** No user has this id. */
const EVERYBODY = '';

/**
 * The embedded store: one file, every write on disk before it is confirmed.
 *
 * @throws Error when the file cannot be opened or written.
 */
export async function openSqliteStore({ file, clock }: { file: string; clock: Clock }): Promise<Store> {
  mkdirSync(dirname(file), { recursive: true });
  // The file holds secrets; SQLite gives its side files the same mode.
  closeSync(openSync(file, 'a', 0o600));
  const database = new Database(file);
  try {
    for (const pragma of ['busy_timeout = 5000', 'journal_mode = WAL', 'synchronous = FULL'])
      database.exec(`PRAGMA ${pragma}`);
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
    await migrate(db);
    return new SqliteStore(db, clock);
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteStore implements Store {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  #purgedAt = 0;
  #closing: Promise<void> | null = null;

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async saveEndings(endings: readonly Ending[], bars: readonly ReturnBar[] = []): Promise<void> {
    if (endings.length === 0 && bars.length === 0) return;
    const rows = endings.map(({ sessionId, reason, at }) => ({ session_id: sessionId, reason, at }));
    await this.#db.transaction().execute(async (transaction) => {
      for (let start = 0; start < rows.length; start += CHUNK) {
        await transaction
          .insertInto('endings')
          .values(rows.slice(start, start + CHUNK))
          .onConflict((conflict) =>
            conflict
              .column('session_id')
              .doUpdateSet((row) => ({ reason: row.ref('excluded.reason'), at: row.ref('excluded.at') }))
              .where('endings.reason', '=', 'switchedRoom'),
          )
          .execute();
      }
      for (const { room, userId, reason, at } of bars) {
        await transaction
          .insertInto('return_bars')
          .values({ room, user_id: userId ?? EVERYBODY, reason, at })
          .onConflict((conflict) => conflict.columns(['room', 'user_id']).doUpdateSet({ reason, at }))
          .execute();
      }
      await this.#purge(transaction);
    });
  }

  async findEnding(sessionId: string): Promise<LeaveReason | null> {
    const row = await this.#db
      .selectFrom('endings')
      .select('reason')
      .where('session_id', '=', sessionId)
      .where('at', '>', this.#clock.now() - ENDINGS_KEPT_MS)
      .executeTakeFirst();
    return reasonOf(row);
  }

  async findReturnBar({
    room,
    userId,
    since,
  }: {
    room: string;
    userId: string;
    since: number;
  }): Promise<LeaveReason | null> {
    const row = await this.#db
      .selectFrom('return_bars')
      .select('reason')
      .where('room', '=', room)
      .where('user_id', 'in', [userId, EVERYBODY])
      .where('at', '>', Math.max(since, this.#clock.now() - ENDINGS_KEPT_MS))
      .orderBy('at', 'desc')
      .executeTakeFirst();
    return reasonOf(row);
  }

  async secret(name: string): Promise<Buffer> {
    await this.#db
      .insertInto('secrets')
      .values({ name, value: randomBytes(SECRET_BYTES) })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const row = await this.#db
      .selectFrom('secrets')
      .select('value')
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
    return Buffer.from(row.value);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    try {
      await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(this.#db);
    } finally {
      await this.#db.destroy();
    }
  }

  async #purge(db: Kysely<Tables>): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#purgedAt < PURGE_EVERY_MS) return;
    this.#purgedAt = now;
    for (const table of ['endings', 'return_bars'] as const) {
      await db
        .deleteFrom(table)
        .where('at', '<=', now - ENDINGS_KEPT_MS)
        .execute();
    }
  }
}

function reasonOf(row: { reason: string } | undefined): LeaveReason | null {
  return LEAVE_REASON_NAMES.find((reason) => reason === row?.reason) ?? null;
}
