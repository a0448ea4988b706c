import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { Kysely, sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreError } from './errors.ts';
import { threadedSqlite } from './sqlite-driver.ts';
import { openSqlite } from './sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'rotunda-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let threads: Worker[];
const remember = (worker: Worker): void => void threads.push(worker);
beforeEach(() => {
  threads = [];
  process.on('worker', remember);
});
afterEach(() => void process.off('worker', remember));

type Rows = Kysely<{ rows: { id: number; text: string } }>;
let databases: Rows[] = [];
let count = 0;
afterEach(async () => {
  await Promise.all(databases.map((database) => database.destroy()));
  databases = [];
});

async function open({
  pragmas = [] as string[],
  maxWaiting = 100,
  file = `${++count}.db`,
} = {}): Promise<Rows> {
  const dialect = threadedSqlite({
    file: join(folder, file),
    pragmas: ['busy_timeout = 0', ...pragmas],
    maxWaiting,
  });
  const db: Rows = new Kysely({ dialect });
  databases.push(db);
  await sql`create table if not exists rows (id integer primary key, text text)`.execute(db);
  return db;
}

const failureOf = (work: Promise<unknown>): Promise<StoreError> =>
  work.then(
    () => expect.unreachable('it worked'),
    (error: unknown) => error as StoreError,
  );
const insert = (db: Rows, id: number, text = ''): Promise<unknown> =>
  db.insertInto('rows').values({ id, text }).execute();
const ids = async (db: Rows): Promise<number[]> =>
  (await db.selectFrom('rows').select('id').orderBy('id').execute()).map(({ id }) => id);
/** Takes a second or so. */
const countLong = (db: Pick<Rows, 'getExecutor'>) =>
  sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000000) select max(i) from n`.execute(
    db,
  );

/** How long something took, and for how long the event loop was held meanwhile, at most. */
async function held(work: Promise<unknown>): Promise<{ took: number; longest: number }> {
  const over = work.then(() => 'over');
  const start = performance.now();
  let [last, longest] = [start, 0];
  for (;;) {
    const what = await Promise.race([over, setImmediate('turn')]);
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (what === 'over') return { took: now - start, longest };
  }
}

describe('a long query', () => {
  it('does not hold the event loop', async () => {
    const { took, longest } = await held(countLong(await open()));
    expect(longest).toBeLessThan(took / 3);
  });

  it('of the past keeps nobody waiting who writes', async () => {
    const database = await openSqlite(join(folder, 'past.db'));
    const done: string[] = [];
    const long = countLong(database.past).then(() => done.push('read'));
    await database.db.insertInto('nodes').values({ node_id: 'one', seen_at: 1 }).execute();
    done.push('written');
    await long;
    expect(done).toEqual(['written', 'read']);
    expect(await database.past.selectFrom('nodes').select('node_id').execute()).toEqual([{ node_id: 'one' }]);
    await database.close();
  });
});

it('others get a turn of the event loop before each answer, however soon it is there', async () => {
  const db = await open();
  for (let answers = 0; answers < 100; answers++) {
    const asked = ids(db).then(() => 'answer');
    // It gets to the thread, which answers it at once.
    for (let step = 0; step < 100; step++) await Promise.resolve();
    for (const until = performance.now() + 2; performance.now() < until;);
    expect(await Promise.race([asked, setImmediate('turn')])).toBe('turn');
    await asked;
  }
});

it('nothing is written through the connection for the past', async () => {
  const { past, close } = await openSqlite(join(folder, 'past.db'));
  const error = await failureOf(past.deleteFrom('nodes').execute());
  expect(error.code).toBe('SQLITE_READONLY');
  await close();
});

describe('a thread that dies', () => {
  it('fails what is asked of it, and is replaced', async () => {
    const db = await open();
    const gone = threads[0]?.terminate();
    const [asked, waiting] = [failureOf(insert(db, 1)), insert(db, 2)];
    expect(await asked).toMatchObject({ name: 'StoreError', fault: 'unreachable', passing: true });
    await gone;
    await waiting;
    expect(await ids(db)).toEqual([2]);
  });

  it('takes with it all of the transaction that it was in', async () => {
    const db = await open();
    const error = await failureOf(
      db.transaction().execute(async (transaction) => {
        await insert(transaction, 1);
        await threads[0]?.terminate();
        await insert(transaction, 2);
      }),
    );
    expect(error.fault).toBe('unreachable');
    await insert(db, 3);
    expect(await ids(db)).toEqual([3]);
  });
});

describe('everybody gets a turn', () => {
  it('in order, and not in the middle of a transaction', async () => {
    const db = await open();
    const order: string[] = [];
    const say = (text: string) => (): void => void order.push(text);
    const transaction = db.transaction().execute(async (each) => {
      await insert(each, 1);
      await setImmediate();
      await insert(each, 2);
    });
    await Promise.all([
      transaction.then(say('transaction')),
      insert(db, 3).then(say('first')),
      insert(db, 4).then(say('second')),
    ]);
    expect(order).toEqual(['transaction', 'first', 'second']);
  });

  it('unless too many wait', async () => {
    const db = await open({ maxWaiting: 2 });
    const asked = [1, 2, 3].map((id) => insert(db, id));
    expect(await failureOf(insert(db, 4))).toMatchObject({ fault: 'busy', passing: true });
    await Promise.all(asked);
    await insert(db, 5);
    expect(await ids(db)).toEqual([1, 2, 3, 5]);
  });
});

describe('what is wrong is told', () => {
  it('when there is no room left, of which the transaction leaves nothing', async () => {
    const db = await open({ pragmas: ['max_page_count = 4'] });
    const error = await failureOf(
      db.transaction().execute(async (transaction) => {
        await insert(transaction, 1);
        await insert(transaction, 2, 'x'.repeat(50_000));
      }),
    );
    expect(error).toMatchObject({ code: 'SQLITE_FULL', fault: 'full' });
    await insert(db, 3);
    expect(await ids(db)).toEqual([3]);
  });

  it('when another process writes', async () => {
    const [one, other] = [await open({ file: 'shared.db' }), await open({ file: 'shared.db' })];
    await one.transaction().execute(async (transaction) => {
      await insert(transaction, 1);
      expect(await failureOf(insert(other, 2))).toMatchObject({ code: 'SQLITE_BUSY', fault: 'busy' });
    });
    await insert(other, 2);
  });

  it('when a statement can never work', async () => {
    const db = await open();
    await insert(db, 1);
    expect(await failureOf(insert(db, 1))).toMatchObject({
      code: 'SQLITE_CONSTRAINT_PRIMARYKEY',
      fault: 'refused',
      passing: false,
    });
  });
});

describe('closing', () => {
  it('ends every thread, after what was asked of it', async () => {
    const database = await openSqlite(join(folder, 'closed.db'));
    await sql`select 1`.execute(database.past);
    const read = countLong(database.past);
    await setImmediate();
    const gone = Promise.all(threads.map((thread) => once(thread, 'exit')));
    await database.close();
    expect((await read).rows).toHaveLength(1);
    expect(threads).toHaveLength(2);
    await gone;
  });

  it('fails what has not had its turn', async () => {
    const db = await open();
    const long = countLong(db);
    const waiting = failureOf(insert(db, 1));
    await setImmediate();
    await db.destroy();
    expect((await waiting).message).toBe('the database is closed');
    await long;
  });

  it('leaves no thread behind when the file is no database', async () => {
    const file = join(folder, 'text.db');
    writeFileSync(file, 'this is a text, not a database, and long enough to be looked at'.repeat(50));
    const error = await failureOf(openSqlite(file));
    expect(error).toMatchObject({ name: 'StoreError', code: 'SQLITE_NOTADB', fault: 'broken' });
    expect(error.message).toContain(file);
    expect(threads.every(({ threadId }) => threadId === -1)).toBe(true);
  });
});
