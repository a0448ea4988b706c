import type { Clock, Log } from '@rotunda/base';
import { FORGOTTEN_ENDINGS, SqlEndings } from './endings.ts';
import { FORGOTTEN_ENTRY_BLOCKS, SqlEntryBlocks } from './entry-blocks.ts';
import { FORGOTTEN_HISTORY, SqlHistory } from './history.ts';
import { FORGOTTEN_KEPT_STAYS, SqlKeptStays } from './kept-stays.ts';
import { FORGOTTEN_CALLBACKS, SqlOutbox } from './outbox.ts';
import { SqlPast } from './past.ts';
import type { Store } from './port.ts';
import { FORGOTTEN_QUALITY, SqlQuality } from './quality.ts';
import { openPostgres } from './postgres.ts';
import { Retention, type Forgetting } from './retention.ts';
import { SqlSecrets } from './secrets.ts';
import { openSqlite } from './sqlite.ts';

/** What each topic deletes when it is old enough. */
const FORGETTINGS: readonly Forgetting[] = [
  ...FORGOTTEN_ENDINGS,
  FORGOTTEN_ENTRY_BLOCKS,
  FORGOTTEN_KEPT_STAYS,
  ...FORGOTTEN_HISTORY,
  ...FORGOTTEN_CALLBACKS,
  FORGOTTEN_QUALITY,
];

export interface StoreOptions {
  /** Where SQLite keeps its rows, unless there is a `databaseUrl`. */
  readonly file: string;
  /** A PostgreSQL database. */
  readonly databaseUrl?: string | undefined;
  /** How long what has come to an end is kept, in milliseconds. */
  readonly keptMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** @throws StoreError when the database cannot be used, Error when a file of SQLite cannot be made. */
export async function openStore({ file, databaseUrl, keptMs, clock, log }: StoreOptions): Promise<Store> {
  const { db, past, close } = databaseUrl
    ? await openPostgres({ url: databaseUrl, log })
    : await openSqlite(file);
  const retention = new Retention({ db, forgettings: FORGETTINGS, keptMs, clock, log });
  retention.start();
  return {
    endings: new SqlEndings(db, clock),
    entryBlocks: new SqlEntryBlocks(db),
    history: new SqlHistory(db),
    keptStays: new SqlKeptStays(db),
    outbox: new SqlOutbox(db),
    past: new SqlPast(past),
    quality: new SqlQuality({ db, past }),
    secrets: new SqlSecrets(db),
    close: async () => {
      await retention.close();
      await close();
    },
  };
}
