import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, sql } from 'kysely';
import type { Database, OpenDatabase } from './database.ts';
import { StoreError } from './errors.ts';
import { migrate } from './migrations/migrate.ts';
import { threadedSqlite } from './sqlite-driver.ts';
import type { Tables } from './tables.ts';

const WRITING = {
  pragmas: ['busy_timeout = 5000', 'journal_mode = WAL', 'synchronous = FULL'],
  /** Everybody whose link was lost may come back at once. */
  maxWaiting: 10_000,
};
const READING = {
  pragmas: ['busy_timeout = 5000', 'query_only = ON'],
  /** Each may take a second: who asks then is better told to come later. */
  maxWaiting: 100,
};

/**
 * The embedded database: one file, every write on disk before it is confirmed. What is written has a thread, and what is read of the
 * past another one, so that neither keeps the other or the event loop waiting.
 *
 * @throws StoreError when the file cannot be opened or written, Error when it cannot be made.
 */
export async function openSqlite(file: string): Promise<OpenDatabase> {
  mkdirSync(dirname(file), { recursive: true });
  // The file holds secrets; SQLite gives its side files the same mode.
  closeSync(openSync(file, 'a', 0o600));
  const db = new Kysely<Tables>({ dialect: threadedSqlite({ file, ...WRITING }) });
  try {
    await migrate(db, { bytes: 'blob' });
  } catch (error) {
    await db.destroy();
    if (!(error instanceof StoreError)) throw error;
    const { message, fault, code } = error;
    throw new StoreError(`the database ${file} cannot be used: ${message}`, { fault, code });
  }
  const past = new Kysely<Tables>({ dialect: threadedSqlite({ file, ...READING }) });
  let closing: Promise<void> | null = null;
  return { db, past, close: () => (closing ??= close(db, past)) };
}

async function close(db: Database, past: Database): Promise<void> {
  try {
    await past.destroy();
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
  } finally {
    await db.destroy();
  }
}
