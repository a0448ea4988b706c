import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { FakeClock, silentLog } from '@rotunda/base';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PostgresServer } from '../testing/postgres-server.ts';
import { CrashWriting } from './crash-writing.contract.ts';
import type { OpenDatabase } from './database.ts';
import type { EndingStore } from './endings-port.ts';
import { SqlEndings } from './endings.ts';
import type { StoreError } from './errors.ts';
import type { PostgresLimits } from './postgres-pool.ts';
import { openPostgres } from './postgres.ts';
import { SqlSecrets } from './secrets.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
}, 60_000);
afterAll(() => server?.stop());

let url: string;
let opened: OpenDatabase[] = [];
beforeEach(async () => {
  url = await server.createDatabase();
});
afterEach(async () => {
  await Promise.all(opened.map((database) => database.close()));
  opened = [];
});

async function open(limits: Partial<PostgresLimits> = {}, at = url): Promise<OpenDatabase> {
  const database = await openPostgres({ url: at, log: silentLog, limits });
  opened.push(database);
  return database;
}

const ask = (database: OpenDatabase) => sql`select 1`.execute(database.db);
const eventually = <T>(look: () => T) => expect.poll(look);
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it worked'),
    (error: unknown) => error as StoreError,
  );

describe('nodes that share a database', () => {
  it('may all make its tables at the same time', async () => {
    const nodes = await Promise.all(Array.from({ length: 4 }, () => open()));
    const [first, ...others] = await Promise.all(nodes.map(({ db }) => new SqlSecrets(db).secret('one')));
    for (const other of others) expect(first && other.equals(first)).toBe(true);
  });

  it('may save the same endings and bars at the same time, in whatever order', async () => {
    const clock = new FakeClock();
    const stores = (await Promise.all([open(), open()])).map(({ db }) => new SqlEndings(db, clock));
    const at = clock.now();
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const write = (store: EndingStore, ids: number[]) =>
      store.saveEndings(
        ids.map((n) => ({ sessionId: `s-${n}`, reason: 'switchedRoom', at })),
        ids.map((n) => ({ room: 'r-1', userId: `u-${n}`, reason: 'removed', at })),
      );
    const rounds = Array.from({ length: 10 }, () =>
      stores.map((store, i) => write(store, i === 0 ? numbers : numbers.toReversed())),
    );
    await Promise.all(rounds.flat());
    for (const store of stores) expect(await store.findEnding('s-199')).toEqual({ reason: 'switchedRoom' });
  });
});

describe('a database that cannot be used', () => {
  it.each([
    ['the password is wrong', (good: string) => good.replace(/:[^:@/]+@/, ':S3CRET@'), '28P01', /password/],
    ['there is no such database', (good: string) => `${good}_gone`, '3D000', /does not exist/],
    ['nobody listens', (good: string) => good.replace(/:\d+\//, ':1/'), 'ECONNREFUSED', /ECONNREFUSED/],
  ])('is named, without the password, when %s', async (_, change, code, message) => {
    const bad = change(url);
    const error = await failureOf(openPostgres({ url: bad, log: silentLog }));
    expect(error).toMatchObject({ name: 'StoreError', code });
    expect(error.message).toContain(`PostgreSQL at 127.0.0.1:${new URL(bad).port}/test_`);
    expect(error.message).toMatch(message);
    expect(`${JSON.stringify(error)} ${error.stack}`).not.toContain(new URL(bad).password);
  });
});

describe('a connection that is lost', () => {
  it('is replaced when the server was started again', async () => {
    const database = await open();
    await ask(database);
    await server.pause();
    const error = await failureOf(ask(database));
    expect(error).toMatchObject({ name: 'StoreError', passing: true });
    await server.resume();
    await ask(database);
  });

  it('fails the statement or the transaction that uses it, and no other', async () => {
    const database = await open({ statement: 60_000, answer: 60_000 });
    const slow = failureOf(sql`select pg_sleep(50)`.execute(database.db));
    await eventually(() => backends('pid', "query like '%pg_sleep(50)'")).toHaveLength(1);
    const between = failureOf(
      database.db.transaction().execute(async (transaction) => {
        await ask({ ...database, db: transaction });
        await backends('pg_terminate_backend(pid)');
        await eventually(() => backends('pid')).toEqual([]);
        await ask({ ...database, db: transaction });
      }),
    );
    expect((await slow).code).toBe('57P01');
    expect((await between).name).toBe('StoreError');
    await ask(database);
  });
});

it('tells a statement that can never work from one that may work later', async () => {
  const database = await open();
  const error = await failureOf(sql`select nothing from nowhere`.execute(database.db));
  expect(error).toMatchObject({ name: 'StoreError', code: '42P01', fault: 'refused', passing: false });
});

it('looks for the server that took over when the one that it knew takes no writes any more', async () => {
  const database = await open({ connections: 1 });
  await new SqlSecrets(database.db).secret('one');
  await sql`set default_transaction_read_only = on`.execute(database.db);
  const error = await failureOf(new SqlSecrets(database.db).secret('two'));
  expect(error).toMatchObject({ code: '25006', fault: 'unreachable', passing: true });
  await new SqlSecrets(database.db).secret('two');
});

describe('a database that is stuck', () => {
  it('fails a statement that waits for a lock too long, and goes on', async () => {
    const database = await open({ statement: 1_000 });
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const holder = (await open()).db.transaction().execute(async (transaction) => {
      await sql`lock table secrets`.execute(transaction);
      await held;
    });
    await eventually(() => backends('pid', "query like 'lock%'")).toHaveLength(1);
    const error = await failureOf(new SqlSecrets(database.db).secret('one'));
    expect(error).toMatchObject({ name: 'StoreError', code: '57014', fault: 'tooSlow', passing: true });
    letGo();
    await holder;
    await new SqlSecrets(database.db).secret('one');
  });

  it('fails what gets no answer, gives that connection up, and closes all the same', async () => {
    const link = await SilentLink.open(Number(new URL(url).port));
    const limits = { connections: 1, answer: 1_500, connect: 1_500 };
    const database = await open(limits, url.replace(/:\d+\//, `:${link.port}/`));
    await ask(database);
    link.silent = true;
    const transaction = database.db.transaction().execute((each) => ask({ ...database, db: each }));
    expect((await failureOf(transaction)).message).toMatch(/timeout/);
    expect((await failureOf(ask(database))).message).toMatch(/timeout/);
    link.silent = false;
    await ask(database);
    link.silent = true;
    await database.close();
    await link.close();
  });
});

it('opens a limited number of connections, and lets nobody wait for one for ever', async () => {
  const database = await open({ connections: 2, connect: 1_500, statement: 60_000, answer: 60_000 });
  const slow = Array.from({ length: 2 }, () => failureOf(sql`select pg_sleep(50)`.execute(database.db)));
  await eventually(() => backends('pid', "query like '%pg_sleep(50)'")).toHaveLength(2);
  expect((await failureOf(ask(database))).message).toMatch(/timeout/);
  expect(await backends('pid')).toHaveLength(2);
  await backends('pg_cancel_backend(pid)');
  for (const { code } of await Promise.all(slow)) expect(code).toBe('57014');
  await ask(database);
});

describe('what was confirmed', () => {
  it('is there after the process that wrote it was killed', async () => {
    const writing = new CrashWriting(url);
    await writing.run(() => writing.process.kill('SIGKILL'));
    expect(writing.process.signalCode).toBe('SIGKILL');
    await writing.expectSaved(await open());
  });

  it('is there after the database crashed, also where its administrator has asked for less', async () => {
    await server.query(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
    const writing = new CrashWriting(url);
    let crash: Promise<void> | undefined;
    await writing.run(() => {
      crash = server.pause('crash');
    });
    await crash;
    await server.resume();
    await writing.expectSaved(await open());
  });
});

it('can be prepared as docs/store.md says', async () => {
  const page = readFileSync(new URL('../../../../docs/store.md', import.meta.url), 'utf8');
  const [, statements = ''] = /```sql\n(.*?)```/s.exec(page) ?? [];
  for (const statement of statements.trim().split('\n')) await server.query(statement);
  const [, named = ''] = /ROTUNDA_DATABASE_URL=(\S+)/.exec(page) ?? [];
  const prepared = named.replace(':5432', `:${new URL(url).port}`);
  await ask(await open({}, prepared));
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

/** What the server says of our connections to the database of this test. */
function backends(what: string, where = 'true'): Promise<object[]> {
  const ours = `datname = '${new URL(url).pathname.slice(1)}' and application_name = 'rotunda'`;
  return server.query(`select ${what} from pg_stat_activity where ${ours} and ${where}`);
}

/** The way to a server, on which nothing moves while it is silent. */
class SilentLink {
  silent = false;
  readonly #server = createServer((near) => this.#join(near));
  readonly #sockets = new Set<Socket>();
  readonly #target: number;

  private constructor(target: number) {
    this.#target = target;
  }

  static async open(target: number): Promise<SilentLink> {
    const link = new SilentLink(target);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    const far = connect(this.#target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (data) => this.silent || to.write(data));
      from.on('error', () => undefined);
      from.on('close', () => this.silent || to.destroy());
    }
  }
}
