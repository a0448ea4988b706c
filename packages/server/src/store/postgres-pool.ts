import type { Log } from '@rotunda/base';
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { toStorable } from './database.ts';
import type { StoreError } from './errors.ts';
import { isRefusal, storeError } from './postgres-errors.ts';

/** How long things may take, in milliseconds, and how many connections there are. */
export interface PostgresLimits {
  readonly connections: number;
  /** Until there is a connection: a new one, or one that somebody else gives back. */
  readonly connect: number;
  /** Then the database ends a statement, also one that waits for a lock. */
  readonly statement: number;
  /** Then a connection that says nothing is given up. */
  readonly answer: number;
  /** Then the database ends a transaction of a node that asks nothing more. */
  readonly idleInTransaction: number;
}

/** Types that are numbers in SQLite, too: bigint, and numeric, which is what their sum is. */
const NUMBERS: ReadonlySet<number> = new Set([pg.types.builtins.INT8, pg.types.builtins.NUMERIC]);
const KEEP_ALIVE_AFTER_MS = 10_000;
const CONFIRM_WHEN_DURABLE =
  "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

/** Connections that are opened when they are needed, and replaced when they are lost. */
export class GuardedPool implements PostgresPool {
  readonly #pool: pg.Pool;
  readonly #durable = new WeakSet<pg.PoolClient>();

  constructor({ url, limits, log }: { url: string; limits: PostgresLimits; log: Log }) {
    this.#pool = new pg.Pool({
      connectionString: url,
      application_name: 'rotunda',
      max: limits.connections,
      connectionTimeoutMillis: limits.connect,
      statement_timeout: limits.statement,
      query_timeout: limits.answer,
      idle_in_transaction_session_timeout: limits.idleInTransaction,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      types: {
        getTypeParser: (id, format) => (NUMBERS.has(id) ? Number : pg.types.getTypeParser(id, format)),
      },
    });
    this.#pool.on('error', (error) =>
      log.warn({ reason: storeError(error).message }, 'a connection to the database was lost'),
    );
    // Between two statements of a transaction nobody else listens; the next statement fails anyway.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      return new GuardedClient(await this.#durableClient());
    } catch (error) {
      throw storeError(error);
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  /** One that confirms a write when it is on disk, also where the administrator has chosen otherwise for all others. */
  async #durableClient(): Promise<pg.PoolClient> {
    const client = await this.#pool.connect();
    if (this.#durable.has(client)) return client;
    try {
      await client.query(CONFIRM_WHEN_DURABLE);
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#durable.add(client);
    return client;
  }
}

/** One connection while somebody uses it. After it was lost, or did not answer, it is not used again. */
class GuardedClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  #lost: StoreError | null = null;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): never;
  async query<R>(
    text: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> {
    if (typeof text !== 'string') throw new TypeError('nothing is read through a cursor');
    if (this.#lost) throw this.#lost;
    try {
      const result: unknown = await this.#client.query(text, parameters.map(toStorable));
      return result as PostgresQueryResult<R>;
    } catch (error) {
      const told = storeError(error);
      if (!isRefusal(error)) this.#lost = told;
      throw told;
    }
  }

  release(): void {
    this.#client.release(this.#lost !== null);
  }
}
