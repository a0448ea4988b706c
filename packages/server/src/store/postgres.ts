import type { Log } from '@rotunda/base';
import { Kysely, PostgresDialect } from 'kysely';
import type { OpenDatabase } from './database.ts';
import { migrate } from './migrations/migrate.ts';
import { unusable } from './postgres-errors.ts';
import { GuardedPool, type PostgresLimits } from './postgres-pool.ts';
import type { Tables } from './tables.ts';

const LIMITS: PostgresLimits = {
  connections: 7,
  connect: 5_000,
  statement: 5_000,
  answer: 7_000,
  idleInTransaction: 10_000,
};
/** Connections of their own for those who ask of the past, so that they take none of those that have to write. */
const FOR_THE_PAST = 3;
/** Nodes that start together wait for the one that changes the tables. */
const WHILE_MIGRATING: PostgresLimits = {
  connections: 1,
  connect: 5_000,
  statement: 600_000,
  answer: 601_000,
  idleInTransaction: 60_000,
};

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; what else may stand in it is in docs/store.md. */
  readonly url: string;
  readonly log: Log;
  readonly limits?: Partial<PostgresLimits>;
}

/**
 * A database that several nodes share. Connections that are lost are opened again when they are needed; what cannot be done in time
 * fails.
 *
 * @throws StoreError that names the database, without the password, when it cannot be used.
 */
export async function openPostgres({ url, log, limits }: PostgresOptions): Promise<OpenDatabase> {
  try {
    await makeTables(url, log);
    const pool = { url, log, limits: { ...LIMITS, ...limits } };
    const db = connect(new GuardedPool(pool));
    const past = connect(new GuardedPool({ ...pool, limits: { ...pool.limits, connections: FOR_THE_PAST } }));
    const close = async (): Promise<void> => void (await Promise.all([db.destroy(), past.destroy()]));
    let closing: Promise<void> | null = null;
    return { db, past, close: () => (closing ??= close()) };
  } catch (error) {
    throw unusable(url, error);
  }
}

async function makeTables(url: string, log: Log): Promise<void> {
  const db = connect(new GuardedPool({ url, log, limits: WHILE_MIGRATING }));
  try {
    await migrate(db, { bytes: 'bytea' });
  } finally {
    await db.destroy();
  }
}

function connect(pool: GuardedPool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
