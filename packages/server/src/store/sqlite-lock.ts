import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock, Log } from '@rotunda/base';
import Sqlite from 'libsql';
import { lockDatabase, type DatabaseLock } from './database-lock.ts';
import { StoreError } from './errors.ts';

/**
 * Keeps other servers away from a SQLite file: by an empty database beside it, in which a transaction is open that lets nobody
 * else in. The operating system ends it with the process.
 *
 * @throws DatabaseInUseError; StoreError when the empty database cannot be used; Error when it cannot be made
 */
export function lockSqlite(file: string, tools: { clock: Clock; log: Log }): Promise<DatabaseLock> {
  const lockFile = `${file}.lock`;
  mkdirSync(dirname(file), { recursive: true });
  makePrivately(lockFile);
  const inUse = async (): Promise<string> =>
    `${file} is used by another server, and only one may use it: stop that one, or give this one a folder of its own`;
  return lockDatabase(async () => tryLock(lockFile), { inUse, ...tools });
}

/** A file that is there is not opened: closing it would end a lock that this process holds. */
function makePrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function tryLock(file: string): DatabaseLock | null {
  const database = new Sqlite(file);
  try {
    database.exec('PRAGMA busy_timeout = 0');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!(error instanceof Sqlite.SqliteError)) throw error;
    if (error.code === 'SQLITE_BUSY') return null;
    throw new StoreError(`the lock ${file} cannot be used: ${error.message}`, {
      fault: 'broken',
      code: error.code,
    });
  }
  let isHeld = true;
  return {
    get isHeld() {
      return isHeld;
    },
    release: async () => {
      if (isHeld) database.close();
      isHeld = false;
    },
  };
}
