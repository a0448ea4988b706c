import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect, sql, type SqliteDatabase, type SqliteStatement } from 'kysely';
import Sqlite from 'libsql';
import { toStorable, type Database, type OpenDatabase } from './database.ts';
import { migrate } from './migrations/migrate.ts';
import type { Tables } from './tables.ts';

/**
 * The embedded database: one file, every write on disk before it is confirmed.
 *
 * @throws Error when the file cannot be opened or written.
 */
export async function openSqlite(file: string): Promise<OpenDatabase> {
  mkdirSync(dirname(file), { recursive: true });
  // The file holds secrets; SQLite gives its side files the same mode.
  closeSync(openSync(file, 'a', 0o600));
  const database = new Sqlite(file);
  try {
    for (const pragma of ['busy_timeout = 5000', 'journal_mode = WAL', 'synchronous = FULL'])
      database.exec(`PRAGMA ${pragma}`);
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: withOurValues(database) }) });
    await migrate(db, { bytes: 'blob' });
    let closing: Promise<void> | null = null;
    return { db, close: () => (closing ??= close(db)) };
  } catch (error) {
    database.close();
    throw error;
  }
}

async function close(db: Database): Promise<void> {
  try {
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
  } finally {
    await db.destroy();
  }
}

/** Values go in and come out as with PostgreSQL. */
function withOurValues(database: Sqlite.Database): SqliteDatabase {
  return {
    close: () => void database.close(),
    prepare: (text): SqliteStatement => {
      const statement = database.prepare(text);
      return {
        reader: statement.reader,
        all: (parameters) => statement.all(parameters.map(toStorable)).map(withBuffers),
        run: (parameters) => statement.run(parameters.map(toStorable)),
        iterate: () => {
          throw new TypeError('nothing is read row by row');
        },
      };
    },
  };
}

/** The binding gives bytes as an ArrayBuffer. */
function withBuffers(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  const values = Object.entries(row).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof ArrayBuffer ? Buffer.from(value) : value,
  ]);
  return Object.fromEntries(values);
}
