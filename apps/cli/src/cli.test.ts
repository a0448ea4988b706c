import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readUserSig } from '@rotunda/protocol/usersig';
import { startServer, type RotundaServer } from '@rotunda/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const app = {
  sdkAppId: 1_400_000_001,
  secretKey: 'the secret key of the application',
  cloudApi: { secretId: 'AKIDcli', secretKey: 'cli-secret' },
};

let dataDir: string;
let receiver: Server;
let accepts: boolean;
let server: RotundaServer;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rotunda-cli-'));
  writeFileSync(join(dataDir, 'credentials.json'), JSON.stringify(app));
  accepts = true;
  receiver = createServer((request, response) => {
    request.resume();
    response.writeHead(accepts ? 200 : 500).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  server = await startServer({
    port: 0,
    workers: 1,
    dataDir,
    apps: [{ ...app, callbacks: { url, key: 'CALLBACKKEY' } }],
    logLevel: 'silent',
  });
});
afterAll(async () => {
  await server?.close();
  receiver?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Ran {
  readonly out: string;
  readonly error: string;
  readonly code: number | null;
}

async function rotunda(...line: readonly string[]): Promise<Ran> {
  const flags = ['--conditions=source', '--import', 'tsx'];
  const child = spawn(process.execPath, [...flags, main, ...line], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', error: '' };
  child.stdout.on('data', (text: Buffer) => (said.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said.error += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { ...said, code };
}

/** With the address of the server, and what it made. */
const here = (...line: readonly string[]): Promise<Ran> =>
  rotunda(...line, '--url', server.url, '--data-dir', dataDir);

describe('rotunda', () => {
  it('says what there is', async () => {
    const { out, code } = await rotunda('--help');
    expect(code).toBe(0);
    for (const command of ['rooms', 'members', 'sig', 'callbacks test', 'callbacks dead', 'callbacks replay'])
      expect(out).toContain(`rotunda ${command}`);
  });

  it.each([
    [['fly'], /no command "fly"/],
    [['rooms', '--wings', '2'], /wings/],
    [['members'], /Which room\?/],
    [['sig'], /For which user\?/],
    [['sig', 'al ice/'], /userId/],
    [['sig', 'alice', '--expire', 'soon'], /expireSeconds/],
  ])('says what is wrong with %j', async (line, message) => {
    const { error, out, code } = await here(...line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(message);
  });

  it('makes a ticket', async () => {
    const { out, code } = await here('sig', 'alice', '--expire', '60');
    expect(code).toBe(0);
    expect(readUserSig(out.trim())).toMatchObject({ userId: 'alice', sdkAppId: app.sdkAppId, expire: 60 });
  });

  it('lists rooms, and says of one that is not there that it is not', async () => {
    expect(await here('rooms')).toEqual({ out: 'No room is open.\n', error: '', code: 0 });
    const { error, code } = await here('members', '100');
    expect({ error, code }).toEqual({
      error: 'The room does not exist. (FailedOperation.RoomNotExist)\n',
      code: 1,
    });
  });

  it('tries the receiver of callbacks, and says whether it took the event', async () => {
    const good = await here('callbacks', 'test');
    expect(good.out).toMatch(/^Delivered to http:\S+ after \d+ ms: status 200\n$/);
    expect(good.code).toBe(0);
    accepts = false;
    const bad = await here('callbacks', 'test');
    expect(bad.out).toMatch(/^Not delivered to .*: /);
    expect(bad.code).toBe(1);
    accepts = true;
  });

  it('lists and replays dead letters: there are none', async () => {
    expect((await here('callbacks', 'dead')).out).toBe('No event waits to be replayed.\n');
    expect((await here('callbacks', 'replay')).out).toBe('0 events are delivered again.\n');
  });

  it('says of a server that is not there that it does not answer', async () => {
    const { error, code } = await rotunda('rooms', '--url', 'http://127.0.0.1:9', '--data-dir', dataDir);
    expect({ error, code }).toEqual({
      error: 'The server at http://127.0.0.1:9 does not answer. (Unreachable)\n',
      code: 1,
    });
  });
});
