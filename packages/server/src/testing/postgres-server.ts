import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { reservePort } from './ports.ts';

const ADMINISTRATOR = 'administrator';
const PASSWORD = 'throw-away';
const READY = /database system is ready to accept connections/;
/** For what is thrown away, waiting for the disk is a waste. */
const IN_A_HURRY = ['fsync=off', 'full_page_writes=off', 'shared_buffers=16MB'];

export interface PostgresServerOptions {
  /** Write to the disk as a real one does. */
  readonly durable?: boolean;
}

/** A PostgreSQL server of its own for a test, on a port of the loopback that it keeps. */
export class PostgresServer {
  readonly #folder: string;
  readonly #port: number;
  readonly #identity: Identity;
  readonly #settings: readonly string[];
  #process: ChildProcess | null = null;
  #databases = 0;

  private constructor(place: { folder: string; port: number; identity: Identity }, durable: boolean) {
    this.#folder = place.folder;
    this.#port = place.port;
    this.#identity = place.identity;
    const places = [`port=${place.port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
    this.#settings = [...places, ...(durable ? [] : IN_A_HURRY)];
  }

  /** @throws Error when there is no PostgreSQL on this machine: `npm test` installs one. */
  static async start({ durable = false }: PostgresServerOptions = {}): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'rotunda-postgres-'));
    const identity = await unprivileged();
    if (identity.uid !== undefined && identity.gid !== undefined)
      await chown(folder, identity.uid, identity.gid);
    const server = new PostgresServer({ folder, port: await reservePort(), identity }, durable);
    try {
      await server.#init();
      await server.resume();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.query(`create database ${name}`);
    return this.urlOf(name);
  }

  urlOf(database: string): string {
    return `postgres://${ADMINISTRATOR}:${PASSWORD}@127.0.0.1:${this.#port}/${database}`;
  }

  /** Asks as its administrator. */
  async query<R extends pg.QueryResultRow>(text: string, database = 'postgres'): Promise<R[]> {
    const client = new pg.Client(this.urlOf(database));
    await client.connect();
    try {
      return (await client.query<R>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Starts it, again, with what it holds. */
  async resume(): Promise<void> {
    const settings = this.#settings.flatMap((setting) => ['-c', setting]);
    const child = spawn(program('postgres'), ['-D', this.#data, ...settings], {
      ...this.#identity,
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      said.push(line);
      if (READY.test(line)) return void child.stderr.resume();
    }
    throw new Error(`PostgreSQL did not start:\n${said.join('\n')}`);
  }

  /** Shuts it down: whoever is connected is told, or, in a `crash`, cut off. What it holds stays. */
  async pause(way: 'orderly' | 'crash' = 'orderly'): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(way === 'orderly' ? 'SIGINT' : 'SIGQUIT');
    await once(child, 'exit');
  }

  /** Ends it and deletes what it holds. */
  async stop(): Promise<void> {
    await this.pause('crash');
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  async #init(): Promise<void> {
    const passwordFile = join(this.#folder, 'password');
    await writeFile(passwordFile, PASSWORD);
    const kind = ['--no-locale', '--encoding=UTF8', '--auth=scram-sha-256', '--no-sync'];
    await promisify(execFile)(
      program('initdb'),
      ['-D', this.#data, '-U', ADMINISTRATOR, `--pwfile=${passwordFile}`, ...kind],
      { ...this.#identity, cwd: this.#folder },
    );
  }
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package has made. */
async function unprivileged(): Promise<Identity> {
  if (process.getuid?.() !== 0) return {};
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].map((name) => users.find((fields) => fields[0] === name)).find(Boolean);
  return user ? { uid: Number(user[2]), gid: Number(user[3]) } : {};
}

function program(name: string): string {
  const folder = process.env['ROTUNDA_POSTGRES'];
  return folder ? join(folder, name) : name;
}
