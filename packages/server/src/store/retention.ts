import type { Clock, Log, Timer } from '@rotunda/base';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** Rows of one kind that are deleted some time after they came to an end. What is still open stays, however old it is. */
export interface Forgetting {
  /** What they are, for the log. */
  readonly what: string;
  /** How long they are kept after their end, in milliseconds; without it as long as the setting says. */
  readonly keptMs?: number;
  /** Deletes at most `limit` of those that ended at `until` or before. @returns how many: fewer than `limit` when none is left. */
  readonly deleteSome: (db: Database, batch: { until: number; limit: number }) => Promise<number>;
}

/** Deletes those rows of a table first whose time of ending, a column of theirs, is the longest ago; none without such a time. */
export function deleteOldest<Table extends keyof Tables>(rows: {
  readonly table: Table;
  readonly key: readonly (keyof Tables[Table] & string)[];
  readonly endedAt: keyof Tables[Table] & string;
}): Forgetting['deleteSome'] {
  const [table, time] = [sql.table(rows.table), sql.ref(rows.endedAt)];
  const key = sql.join(rows.key.map((column) => sql.ref(column)));
  return async (db, { until, limit }) => {
    const oldest = sql`select ${key} from ${table} where ${time} <= ${until} order by ${time} limit ${limit}`;
    const { numAffectedRows } = await sql`delete from ${table} where (${key}) in (${oldest})`.execute(db);
    return Number(numAffectedRows);
  };
}

/** Milliseconds after the start, so that a server that starts again and again cleans up, too. */
const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 600_000;
/** Rows per statement: nobody waits longer than for this many. */
const BATCH = 500;
/** Milliseconds between two batches, for those who wait. */
const PAUSE_MS = 20;

/** Deletes, little by little, what has been kept long enough. */
export class Retention {
  readonly #tools: RetentionTools;
  #timers: Timer[] = [];
  #running: Promise<void> | null = null;
  #endPause = (): void => undefined;
  #closed = false;

  constructor(tools: RetentionTools) {
    this.#tools = tools;
  }

  /** From now on it runs by itself. */
  start(): void {
    const { clock } = this.#tools;
    const run = (): void => void this.run();
    this.#timers = [clock.after(FIRST_AFTER_MS, run), clock.every(EVERY_MS, run)];
  }

  /** Deletes all that is due. What fails is logged, and due again the next time. Resolves when this run, or the one under way, is over. */
  run(): Promise<void> {
    this.#running ??= this.#forgetAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Resolves when nothing is being deleted any more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#endPause();
    await this.#running;
  }

  async #forgetAll(): Promise<void> {
    for (const forgetting of this.#tools.forgettings) {
      try {
        const count = await this.#forget(forgetting);
        if (count > 0)
          this.#tools.log.info({ what: forgetting.what, count }, 'deleted what was kept long enough');
      } catch (err) {
        this.#tools.log.warn({ what: forgetting.what, err }, 'could not delete what was kept long enough');
      }
    }
  }

  async #forget({ keptMs = this.#tools.keptMs, deleteSome }: Forgetting): Promise<number> {
    const { db, clock } = this.#tools;
    const until = clock.now() - keptMs;
    let total = 0;
    while (!this.#closed) {
      const count = await deleteSome(db, { until, limit: BATCH });
      total += count;
      if (count < BATCH) break;
      await this.#pause();
    }
    return total;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#tools.clock.after(PAUSE_MS, resolve);
      this.#endPause = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

interface RetentionTools {
  readonly db: Database;
  readonly forgettings: readonly Forgetting[];
  /** How long what has no time of its own is kept, in milliseconds. */
  readonly keptMs: number;
  readonly clock: Clock;
  readonly log: Log;
}
