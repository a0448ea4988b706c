import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@rotunda/base';
import { afterAll, beforeAll, describe } from 'vitest';
import { PostgresServer } from '../testing/postgres-server.ts';
import type { OpenDatabase } from './database.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/** Where a test keeps its rows. */
export interface Place {
  /** The same rows again and again, until it is cleared. */
  open(): Promise<OpenDatabase>;
  /** An empty database from now on. */
  clear(): Promise<void>;
}

/** Runs a suite once on each kind of database. */
export function onBothDatabases(suite: (place: Place) => void): void {
  describe('SQLite', () => suite(sqlitePlace()));
  describe('PostgreSQL', () => suite(postgresPlace()));
}

function sqlitePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'rotunda-store-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    open: () => openSqlite(join(folder, 'contract', 'rotunda.db')),
    clear: async () => rmSync(join(folder, 'contract'), { recursive: true, force: true }),
  };
}

function postgresPlace(): Place {
  let server: PostgresServer;
  let url: string;
  beforeAll(async () => {
    server = await PostgresServer.start();
  }, 60_000);
  afterAll(() => server?.stop());
  return {
    open: () => openPostgres({ url, log: silentLog }),
    clear: async () => {
      url = await server.createDatabase();
    },
  };
}
