import { Worker } from 'node:worker_threads';
import { createDeferred, type Deferred } from '@rotunda/base';
import { toStorable } from './database.ts';
import { StoreError, type StoreFault } from './errors.ts';

/** A file, and how it is opened. */
export interface SqlitePlace {
  readonly file: string;
  /** In their order. */
  readonly pragmas: readonly string[];
}

/** One statement. */
export interface Question {
  readonly text: string;
  readonly parameters: readonly unknown[];
  /** Whether a transaction begins with it. */
  readonly begins: boolean;
}

export type Answer =
  | {
      readonly rows: readonly unknown[];
      /** How many rows a statement without an answer has changed. */
      readonly changes?: number;
    }
  | { readonly error: { readonly message: string; readonly code?: string } };

type Done = Extract<Answer, { readonly rows: unknown }>;

/** What the codes of SQLite mean, by how they begin. */
const FAULTS: readonly (readonly [code: RegExp, fault: StoreFault])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, 'busy'],
  [/^SQLITE_FULL/, 'full'],
  [/^SQLITE_(CANTOPEN|CORRUPT|IOERR|NOTADB|PERM|PROTOCOL|READONLY)/, 'broken'],
];

/**
 * A connection to a SQLite file in a thread of its own: whatever is asked of it, the event loop goes on. Close it before the process
 * ends: the native part cannot be stopped in the middle of a statement, and would abort.
 */
export class SqliteThread {
  readonly #worker: Worker;
  /** The oldest is answered first. */
  readonly #asked: Deferred<Answer>[] = [];
  readonly #exited: Promise<void>;
  #end: StoreError | null = null;

  private constructor(place: SqlitePlace) {
    const program = new URL('./sqlite-worker.js', import.meta.url);
    this.#worker = new Worker(program, { workerData: place, execArgv: [] });
    this.#worker.on('message', (answer: Answer) => this.#take(answer));
    this.#worker.on('error', (error: Error) => this.#abandon(error.message));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#abandon('it ended');
        setImmediate(resolve);
      });
    });
  }

  /** @throws StoreError when the file cannot be opened or is none of SQLite's. */
  static async open(place: SqlitePlace): Promise<SqliteThread> {
    const thread = new SqliteThread(place);
    try {
      await thread.#answer();
      return thread;
    } catch (error) {
      await thread.#exited;
      throw error;
    }
  }

  /** Whether nothing can be asked of it any more: it was closed, or has died. */
  get isOver(): boolean {
    return this.#end !== null;
  }

  /** @throws StoreError */
  async ask({ parameters, ...statement }: Question): Promise<Done> {
    if (this.#end) throw this.#end;
    const question: Question = { ...statement, parameters: parameters.map(toStorable) };
    this.#worker.postMessage(question, []);
    const { rows, changes } = await this.#answer();
    for (const row of rows) giveBuffers(row);
    return changes === undefined ? { rows } : { rows, changes };
  }

  /** What was asked is answered first. Idempotent. */
  close(): Promise<void> {
    this.#end ??= new StoreError('the database is closed', { fault: 'unreachable' });
    this.#worker.postMessage(null, []);
    return this.#exited;
  }

  async #answer(): Promise<Done> {
    const asked = createDeferred<Answer>();
    this.#asked.push(asked);
    const answer = await asked.promise;
    if ('error' in answer) throw sqliteError(answer.error);
    return answer;
  }

  /** Node hands over one message after the other without a turn of the event loop, if the next one is there already. */
  #take(answer: Answer): void {
    const asked = this.#asked.shift();
    setImmediate(() => asked?.resolve(answer));
  }

  #abandon(reason: string): void {
    this.#end ??= new StoreError(`the thread of the database is gone: ${reason}`, { fault: 'unreachable' });
    for (const asked of this.#asked.splice(0)) asked.reject(this.#end);
  }
}

function sqliteError({ message, code }: { message: string; code?: string }): StoreError {
  const fault = FAULTS.find(([pattern]) => pattern.test(code ?? ''))?.[1] ?? 'refused';
  return new StoreError(message, { fault, code });
}

/** The binding gives bytes as an ArrayBuffer. */
function giveBuffers(row: unknown): void {
  const values = row as Record<string, unknown>;
  for (const name in values) {
    const value = values[name];
    if (value instanceof ArrayBuffer) values[name] = Buffer.from(value);
  }
}
