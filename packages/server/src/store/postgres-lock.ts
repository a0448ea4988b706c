import type { Clock, Log, Timer } from '@rotunda/base';
import pg from 'pg';
import { DatabaseInUseError, lockDatabase, type DatabaseLock } from './database-lock.ts';
import { describeUrl, storeError, unusable } from './postgres-errors.ts';

interface LockTools {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Names the lock among those that other programs may have in the same database. */
const KEY = '1919907957, 7234657';
const TRY_LOCK = `select pg_try_advisory_lock(${KEY}) as held`;
const HOLDER = `select pid from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and (classid::bigint, objid::bigint) = (${KEY}) and granted`;
/** The database notices within 15 seconds that a machine is gone, and frees its lock. */
const NOTICE_SOON = `select set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '3', false),
  set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '14000', false)`;
/** Together less than those 15 seconds: who has lost the lock knows it before somebody else gets it. */
const LOOK_MS = 2_000;
const ANSWER_MS = 5_000;
const TAKE_AGAIN_MS = 500;
const SAY_AGAIN_MS = 10_000;
const GOODBYE_MS = 1_000;

/**
 * Keeps other servers away from a PostgreSQL database: by an advisory lock of a connection of its own.
 *
 * @throws DatabaseInUseError; StoreError when the database cannot be used
 */
export async function lockPostgres(tools: LockTools): Promise<DatabaseLock> {
  const { url } = tools;
  const inUse = async (): Promise<string> => {
    const pid = await holder(url);
    const way = pid === null ? '' : `. If its machine is gone: select pg_terminate_backend(${pid})`;
    return `${describeUrl(url)} is used by another server, and only one may use it: stop that one, or give this one a database of its own${way}`;
  };
  try {
    return await lockDatabase(() => PostgresLock.take(tools), { inUse, ...tools });
  } catch (error) {
    throw error instanceof DatabaseInUseError ? error : unusable(url, error);
  }
}

/** Holds the lock as long as its connection lives; takes it again when that was lost. */
class PostgresLock implements DatabaseLock {
  readonly #tools: LockTools;
  #client: pg.Client | null = null;
  #timer: Timer | null = null;
  #taking: Promise<unknown> | null = null;
  #saidTakenAt = -Infinity;
  #closed = false;

  private constructor(tools: LockTools) {
    this.#tools = tools;
  }

  /** @returns null if somebody else has it. */
  static async take(tools: LockTools): Promise<PostgresLock | null> {
    const lock = new PostgresLock(tools);
    return (await lock.#take()) ? lock : null;
  }

  get isHeld(): boolean {
    return this.#client !== null;
  }

  async release(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#taking;
    const client = this.#client;
    this.#client = null;
    if (!client) return;
    // The other end may be gone.
    const patience = new Promise<void>((resolve) => {
      this.#timer = this.#tools.clock.after(GOODBYE_MS, resolve);
    });
    await Promise.race([client.end(), patience]);
    this.#timer?.cancel();
  }

  async #take(): Promise<boolean> {
    const client = connection(this.#tools.url);
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    try {
      await client.connect();
      await client.query(NOTICE_SOON);
      const { rows } = await client.query<{ held: boolean }>(TRY_LOCK);
      if (!rows[0]?.held || this.#closed) {
        await client.end();
        return false;
      }
    } catch (error) {
      void client.end().catch(() => undefined);
      throw storeError(error);
    }
    this.#client = client;
    this.#lookLater(client);
    return true;
  }

  #lookLater(client: pg.Client): void {
    this.#timer = this.#tools.clock.after(LOOK_MS, () => {
      client.query('select 1').then(
        () => this.#client === client && this.#lookLater(client),
        () => this.#lose(client),
      );
    });
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client || this.#closed) return;
    this.#client = null;
    this.#timer?.cancel();
    void client.end().catch(() => undefined);
    this.#tools.log.error(
      {},
      'the connection that keeps other servers away from the database was lost: nothing is recorded and no callback delivered until it is back',
    );
    this.#takeAgainSoon();
  }

  #takeAgainSoon(): void {
    if (this.#closed) return;
    this.#timer = this.#tools.clock.after(TAKE_AGAIN_MS, () => {
      this.#taking = this.#takeAgain().finally(() => (this.#taking = null));
    });
  }

  async #takeAgain(): Promise<void> {
    const { log } = this.#tools;
    try {
      if (await this.#take()) return log.warn({}, 'this server has the database for itself again');
      this.#sayTaken();
    } catch (err) {
      log.debug({ err }, 'could not take the database again');
    }
    this.#takeAgainSoon();
  }

  #sayTaken(): void {
    const { clock, log } = this.#tools;
    if (this.#closed || clock.now() - this.#saidTakenAt < SAY_AGAIN_MS) return;
    this.#saidTakenAt = clock.now();
    log.error(
      {},
      'another server has taken the database: this one records nothing and delivers no callback; stop one of them',
    );
  }
}

function connection(url: string): pg.Client {
  return new pg.Client({
    connectionString: url,
    application_name: 'rotunda lock',
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  });
}

/** The process of the database that serves whoever has the lock; null if that is not known. */
async function holder(url: string): Promise<number | null> {
  const client = connection(url);
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(HOLDER);
    return rows[0]?.pid ?? null;
  } finally {
    await client.end();
  }
}
