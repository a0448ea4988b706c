import type { Clock, Log } from '@rotunda/base';
import { SqlEndings } from './endings.ts';
import type { Store } from './port.ts';
import { openPostgres } from './postgres.ts';
import { SqlSecrets } from './secrets.ts';
import { openSqlite } from './sqlite.ts';

export interface StoreOptions {
  /** Where SQLite keeps its rows, unless there is a `databaseUrl`. */
  readonly file: string;
  /** A PostgreSQL database. */
  readonly databaseUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** @throws StoreError, or Error for SQLite, when the database cannot be used. */
export async function openStore({ file, databaseUrl, clock, log }: StoreOptions): Promise<Store> {
  const { db, close } = databaseUrl ? await openPostgres({ url: databaseUrl, log }) : await openSqlite(file);
  return { endings: new SqlEndings(db, clock), secrets: new SqlSecrets(db), close };
}
