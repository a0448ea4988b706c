import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { silentLog } from '@rotunda/base';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StartServerOptions } from '../index.ts';
import { APP, WireClient, tempDataDir } from '../signalling/wire.contract.ts';
import { PostgresServer } from '../testing/postgres-server.ts';
import type { OpenDatabase } from './database.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await PostgresServer.start();
}, 60_000);
afterAll(() => postgres?.stop());

const processes: ServerProcess[] = [];
afterEach(async () => {
  for (const each of processes.splice(0)) await each.end('SIGKILL');
});

/** A database that several servers are given. */
interface Shared {
  options(): Partial<StartServerOptions>;
  open(): Promise<OpenDatabase>;
}

function sqlite(): Shared {
  const dataDir = tempDataDir();
  return { options: () => ({ dataDir }), open: () => openSqlite(join(dataDir, 'rotunda.db')) };
}

async function postgresDatabase(): Promise<Shared> {
  const databaseUrl = await postgres.createDatabase();
  return {
    options: () => ({ databaseUrl, dataDir: tempDataDir() }),
    open: () => openPostgres({ url: databaseUrl, log: silentLog }),
  };
}

describe.each([
  { name: 'a SQLite file', share: async () => sqlite(), setting: 'dataDir (ROTUNDA_DATA_DIR)' },
  { name: 'PostgreSQL', share: postgresDatabase, setting: 'databaseUrl (ROTUNDA_DATABASE_URL)' },
])('servers on one database: $name', ({ share, setting }) => {
  it('a second one waits, says what to do and ends; the first one goes on', async () => {
    const shared = await share();
    const first = new ServerProcess(shared);
    const ann = new WireClient({ url: await first.url });
    await ann.enter('ann');
    const second = new ServerProcess(shared);
    await second.exited;
    expect(second.output.match(/waiting for it to stop/g)).toHaveLength(1);
    expect(second.output).toContain(`ConfigError: ${setting}: `);
    expect(second.output).toMatch(/is used by another server, and only one may use it: stop that one, or/);
    expect(second.output).not.toContain('throw-away');
    expect(await ann.request('exit', {})).toMatchObject({ type: 'response' });
    await expect.poll(() => reasons(shared)).toEqual(['exited']);
  }, 60_000);

  it('one that was killed is replaced at once', async () => {
    const shared = await share();
    const first = new ServerProcess(shared);
    await new WireClient({ url: await first.url }).enter('ann');
    await expect.poll(() => reasons(shared)).toEqual([null]);
    await first.end('SIGKILL');
    const second = new ServerProcess(shared);
    await second.url;
    expect(second.output).not.toContain('waiting');
    expect(await reasons(shared)).toEqual(['serverFault']);
  }, 60_000);

  it('one that stops is waited for', async () => {
    const shared = await share();
    const first = new ServerProcess(shared);
    await first.url;
    const second = new ServerProcess(shared);
    await expect.poll(() => second.output, { timeout: 20_000 }).toContain('waiting for it to stop');
    await first.end('SIGTERM');
    await new WireClient({ url: await second.url }).enter('ann');
  }, 60_000);
});

/** How stays have ended; null for one that goes on. */
async function reasons(shared: Shared): Promise<(string | null)[]> {
  const { db, close } = await shared.open();
  const stays = await db.selectFrom('stays').select('reason').execute();
  await close();
  return stays.map(({ reason }) => reason);
}

/** A server of its own process. */
class ServerProcess {
  /** What it has said. */
  output = '';
  /** Where it is, when it listens. */
  readonly url: Promise<string>;
  readonly exited: Promise<unknown>;
  readonly #child: ChildProcess;

  constructor(shared: Shared) {
    const basics = { port: 0, workers: 1, announcedAddress: '127.0.0.1', apps: [APP], logLevel: 'warn' };
    const options = JSON.stringify({ ...basics, ...shared.options() });
    const program = fileURLToPath(new URL('../callbacks/crash-server.contract.ts', import.meta.url));
    const run = ['--conditions=source', '--import', 'tsx', program, options];
    this.#child = spawn(process.execPath, run, { stdio: ['ignore', 'pipe', 'pipe'] });
    processes.push(this);
    this.exited = once(this.#child, 'close');
    this.url = new Promise((resolve, reject) => {
      const take = (data: Buffer): void => {
        this.output += data.toString();
        const [url] = /^http:\S+/m.exec(this.output) ?? [];
        if (url) resolve(url);
      };
      this.#child.stdout?.on('data', take);
      this.#child.stderr?.on('data', take);
      void this.exited.then(() => reject(new Error(`the server has ended: ${this.output}`)));
    });
    this.url.catch(() => undefined);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#child.kill(signal);
    await this.exited;
  }
}
