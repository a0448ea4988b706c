import { createDeferred, type Deferred } from '@rotunda/base';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import { StoreError } from './errors.ts';
import { SqliteThread, type SqlitePlace } from './sqlite-thread.ts';

export interface ThreadedSqlite extends SqlitePlace {
  /** How many may wait for their turn, each with a statement or a transaction; then more fail at once. */
  readonly maxWaiting: number;
}

/** SQLite for Kysely, in a thread of its own: see {@link SqliteThread}. */
export function threadedSqlite(options: ThreadedSqlite): Dialect {
  return {
    createDriver: () => new ThreadedDriver(options),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** One connection, that everybody gets in turn. A thread that died is replaced when it is needed. */
class ThreadedDriver implements Driver {
  readonly #options: ThreadedSqlite;
  readonly #waiting: Deferred<void>[] = [];
  #taken = false;
  #thread: SqliteThread | null = null;
  #closed = false;

  constructor(options: ThreadedSqlite) {
    this.#options = options;
  }

  async init(): Promise<void> {
    this.#thread = await SqliteThread.open(this.#options);
  }

  async acquireConnection(): Promise<ThreadConnection> {
    await this.#turn();
    try {
      return new ThreadConnection(await this.#living());
    } catch (error) {
      this.#passOn();
      throw error;
    }
  }

  /** It begins with its first statement, which so is no question more. */
  beginTransaction(connection: ThreadConnection): Promise<void> {
    connection.begins = true;
    return Promise.resolve();
  }

  async commitTransaction(connection: ThreadConnection): Promise<void> {
    if (!connection.begins) await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  /** A thread that cannot roll back is given up, and with it the transaction. */
  async rollbackTransaction(connection: ThreadConnection): Promise<void> {
    if (connection.begins) return;
    try {
      await connection.executeQuery(CompiledQuery.raw('rollback'));
    } catch {
      await this.#thread?.close();
    }
  }

  releaseConnection(): Promise<void> {
    this.#passOn();
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    this.#closed = true;
    const closed = new StoreError('the database is closed', { fault: 'unreachable' });
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closed);
    await this.#thread?.close();
  }

  async #living(): Promise<SqliteThread> {
    if (this.#thread && (this.#closed || !this.#thread.isOver)) return this.#thread;
    const thread = await SqliteThread.open(this.#options);
    this.#thread = thread;
    if (this.#closed) await thread.close();
    return thread;
  }

  async #turn(): Promise<void> {
    if (!this.#taken) {
      this.#taken = true;
      return;
    }
    if (this.#waiting.length >= this.#options.maxWaiting)
      throw new StoreError('too many wait for the database', { fault: 'busy' });
    const turn = createDeferred();
    this.#waiting.push(turn);
    await turn.promise;
  }

  #passOn(): void {
    const next = this.#waiting.shift();
    if (next) next.resolve();
    else this.#taken = false;
  }
}

/** The connection as long as one has it: what a thread that died had begun does not go on in the next one. */
class ThreadConnection implements DatabaseConnection {
  /** Whether its next statement begins a transaction. */
  begins = false;
  readonly #thread: SqliteThread;

  constructor(thread: SqliteThread) {
    this.#thread = thread;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { begins } = this;
    this.begins = false;
    const { rows, changes } = await this.#thread.ask({ text: sql, parameters, begins });
    const result = { rows: rows as R[] };
    return changes === undefined ? result : { ...result, numAffectedRows: BigInt(changes) };
  }

  streamQuery(): never {
    throw new TypeError('nothing is read row by row');
  }
}
