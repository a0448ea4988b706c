import type { Clock, Log } from '@rotunda/base';
import { onlyWhileHeld } from './database-lock.ts';
import { FORGOTTEN_ENDINGS, SqlEndings } from './endings.ts';
import { FORGOTTEN_ENTRY_BLOCKS, SqlEntryBlocks } from './entry-blocks.ts';
import { FORGOTTEN_HISTORY, SqlHistory } from './history.ts';
import { FORGOTTEN_KEPT_STAYS, SqlKeptStays } from './kept-stays.ts';
import { FORGOTTEN_CALLBACKS, SqlOutbox } from './outbox.ts';
import { SqlPast } from './past.ts';
import type { Store } from './port.ts';
import { FORGOTTEN_QUALITY, SqlQuality } from './quality.ts';
import { lockPostgres } from './postgres-lock.ts';
import { openPostgres } from './postgres.ts';
import { Retention, type Forgetting } from './retention.ts';
import { SqlSecrets } from './secrets.ts';
import { lockSqlite } from './sqlite-lock.ts';
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

/**
 * Takes the database for this server alone, as soon as one that it replaces has stopped.
 *
 * @throws DatabaseInUseError when another server has it; StoreError when the database cannot be used,
 * Error when a file of SQLite cannot be made
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { file, databaseUrl: url, keptMs, clock, log } = options;
  const lock = url ? await lockPostgres({ url, clock, log }) : await lockSqlite(file, { clock, log });
  try {
    const { db, past, close } = url ? await openPostgres({ url, log }) : await openSqlite(file);
    const retention = new Retention({ db, forgettings: FORGETTINGS, keptMs, clock, log });
    retention.start();
    const ours = db.withPlugin(onlyWhileHeld(lock));
    return {
      endings: new SqlEndings(db, clock),
      entryBlocks: new SqlEntryBlocks(db),
      history: new SqlHistory(ours),
      keptStays: new SqlKeptStays(db),
      outbox: new SqlOutbox(ours),
      past: new SqlPast(past),
      quality: new SqlQuality({ db, past }),
      secrets: new SqlSecrets(db),
      isOurs: () => lock.isHeld,
      close: async () => {
        try {
          await retention.close();
          await close();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
