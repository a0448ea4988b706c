import { silentLog, systemClock, type Log } from '@rotunda/base';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { PostgresServer } from '../testing/postgres-server.ts';
import { withCallbacks, callback } from './history.contract.ts';
import { openStore } from './open.ts';
import type { Store } from './port.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
}, 60_000);
afterAll(() => server?.stop());

let url: string;
let store: Store;
let said: string[];
beforeEach(async () => {
  url = await server.createDatabase();
  said = [];
  const note = (_: object, text?: string): void => void said.push(text ?? '');
  const log: Log = { ...silentLog, warn: note, error: note };
  store = await openStore({ file: '', databaseUrl: url, keptMs: 1, clock: systemClock, log });
});
afterEach(() => store.close());

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 15_000 });
const record = (id: string): Promise<void> => store.history.record('node', withCallbacks(callback(id)));
const cutOff = () =>
  server.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rotunda lock' and datname = '${new URL(url).pathname.slice(1)}'`,
  );

it('is taken again when its connection was cut off, and when the database was started again', async () => {
  await cutOff();
  await eventually(() => store.isOurs()).toBe(false);
  await expect(record('e1')).rejects.toMatchObject({ name: 'StoreError', passing: true });
  await eventually(() => store.isOurs()).toBe(true);
  await record('e1');
  expect(said).toEqual([
    expect.stringMatching(/was lost: nothing is recorded and no callback delivered/),
    'this server has the database for itself again',
  ]);
  await server.pause();
  await eventually(() => store.isOurs()).toBe(false);
  await server.resume();
  await eventually(() => store.isOurs()).toBe(true);
  expect(await store.outbox.backlog()).toMatchObject({ waiting: 1 });
});

it('says so, records nothing and delivers nothing while another server has it', async () => {
  const [held] = await server.query<{ classid: string; objid: string }>(
    `select classid, objid from pg_locks where locktype = 'advisory'`,
  );
  const other = new pg.Client(url);
  await other.connect();
  const waiting = other.query(`select pg_advisory_lock(${held?.classid}, ${held?.objid})`);
  await eventually(() => server.query(`select 1 from pg_locks where not granted`)).toHaveLength(1);
  await cutOff();
  await waiting;
  await eventually(() => said.join()).toMatch(/another server has taken the database/);
  expect(store.isOurs()).toBe(false);
  await expect(record('e1')).rejects.toThrow('another server may use the database');
  await expect(store.outbox.settle({ delivered: ['e1'], dead: [] })).rejects.toThrow('another server');
  // What no second server can spoil goes on.
  await store.endings.saveEndings([{ sessionId: 's', reason: 'removed', at: 1 }]);
  await other.end();
  await eventually(() => store.isOurs()).toBe(true);
  await record('e1');
});

it('is given back when the store closes, also while it is lost', async () => {
  const open = () => openStore({ file: '', databaseUrl: url, keptMs: 1, clock: systemClock, log: silentLog });
  await store.close();
  store = await open();
  await cutOff();
  await store.close();
  store = await open();
  expect(store.isOurs()).toBe(true);
});
