import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestServer, tempDataDir } from './signalling/wire.contract.ts';
import { reservePort } from './testing.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const closings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

/** The program behind `npm start`, which does not get to its end by itself if it starts. @returns what it says, and its exit code. */
async function start(settings: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const basics = {
    ROTUNDA_PORT: '0',
    ROTUNDA_MEDIA_PORT: '0',
    ROTUNDA_WORKERS: '1',
    ROTUNDA_LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', main], {
    env: { ...process.env, ...basics, ROTUNDA_DATA_DIR: tempDataDir(), ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const limit = setTimeout(() => child.kill(), 90_000);
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(limit);
  return { code, said };
}

/** Somebody else listens there, by TCP alone. */
async function takenPort(): Promise<number> {
  const port = await reservePort();
  const server = createServer();
  server.listen({ host: '127.0.0.1', port });
  await once(server, 'listening');
  closings.push(() => new Promise((resolve) => server.close(resolve)));
  return port;
}

/** A file where a folder is wanted: not even an administrator can write there. */
function noFolder(): string {
  const file = join(tempDataDir(), 'file');
  writeFileSync(file, '');
  return file;
}

function brokenDatabase(): string {
  const folder = tempDataDir();
  mkdirSync(join(folder, 'rotunda.db'));
  return folder;
}

describe('a server that cannot start says what to do, and nothing else', () => {
  const apps = JSON.stringify([{ sdkAppId: 1_400_000_001, secretKey: 'k' }]);
  const cases: readonly [what: string, settings: () => Promise<Record<string, string>>, said: RegExp][] = [
    ['a setting is wrong', async () => ({ ROTUNDA_PORT: '70000' }), /^port \(ROTUNDA_PORT\) = 70000: /],
    [
      'its port is taken',
      async () => ({ ROTUNDA_HOST: '127.0.0.1', ROTUNDA_PORT: String(await takenPort()) }),
      /^port \(ROTUNDA_PORT\) = \d+: another program listens on it .*EADDRINUSE.*: stop that one, or choose another port$/,
    ],
    [
      'a media port is taken',
      async () => ({ ROTUNDA_HOST: '127.0.0.1', ROTUNDA_MEDIA_PORT: String(await takenPort()) }),
      /^media port TCP 127\.0\.0\.1:\d+ is in use \(EADDRINUSE\): free it, or choose others with ROTUNDA_MEDIA_PORT$/,
    ],
    [
      'it is to listen at the address of another machine',
      async () => ({ ROTUNDA_HOST: '192.0.2.1' }),
      /^host \(ROTUNDA_HOST\) = "192\.0\.2\.1": this machine cannot listen there .*EADDRNOTAVAIL.*: choose one of its own addresses$/,
    ],
    [
      'there is no media worker',
      async () => ({ MEDIASOUP_WORKER_BIN: '/nowhere/worker' }),
      /^the media worker cannot be started \(.*\): run "node tools\/worker\.mjs", or point MEDIASOUP_WORKER_BIN at one$/,
    ],
    [
      'credentials cannot be written',
      async () => ({ ROTUNDA_DATA_DIR: noFolder() }),
      /credentials\.json cannot be .*: E\w+/,
    ],
    [
      'its folder cannot be made',
      async () => ({ ROTUNDA_DATA_DIR: join(noFolder(), 'data'), ROTUNDA_APPS: apps }),
      /^dataDir \(ROTUNDA_DATA_DIR\): E\w+: .*: choose a folder that this user may write to$/,
    ],
    [
      'its database is no file',
      async () => ({ ROTUNDA_DATA_DIR: brokenDatabase() }),
      /^dataDir \(ROTUNDA_DATA_DIR\): .*rotunda\.db/,
    ],
    [
      'PostgreSQL does not answer',
      async () => ({ ROTUNDA_DATABASE_URL: 'postgres://ann:secret@127.0.0.1:1/calls' }),
      /^databaseUrl \(ROTUNDA_DATABASE_URL\): PostgreSQL at 127\.0\.0\.1:1\/calls cannot be used: .*ECONNREFUSED/,
    ],
    [
      'another server has its database',
      async () => {
        const dataDir = tempDataDir();
        const first = await startTestServer({ dataDir });
        closings.push(() => first.close());
        return { ROTUNDA_DATA_DIR: dataDir };
      },
      /^dataDir \(ROTUNDA_DATA_DIR\): .* is used by another server, and only one may use it: stop that one, /,
    ],
  ];

  it.each(cases)(
    '%s',
    async (_what, settings, expected) => {
      const { code, said } = await start(await settings());
      const [line = '', ...more] = said.trimEnd().split('\n');
      expect(more).toEqual([]);
      expect(line).toMatch(/^Rotunda cannot start: /);
      expect(line.replace('Rotunda cannot start: ', '')).toMatch(expected);
      expect(code).toBe(1);
    },
    100_000,
  );
});
