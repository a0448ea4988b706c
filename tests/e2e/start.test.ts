import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { CloudApi } from './support/cloud-api.ts';
import { temporaryDirectory } from './support/stage.ts';
import { until } from './support/wait.ts';

/** What `npm start` runs. */
const program = fileURLToPath(new URL('../../tools/start.mjs', import.meta.url));

let dataDir: string;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  dataDir = await temporaryDirectory();
});
afterEach(() => {
  for (const child of running) child.kill('SIGTERM');
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

interface Started {
  readonly url: string;
  readonly credentials: readonly string[];
  stop(): Promise<number | null>;
}

async function start(): Promise<Started> {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ROTUNDA_PORT: '0', ROTUNDA_WORKERS: '1', ROTUNDA_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  await until('the server says that it is ready', () => said.includes('Development mode'), {
    timeoutMs: 100_000,
  });
  const valueOf = (label: string): string => new RegExp(`${label}:? +(\\S+)`).exec(said)?.[1] ?? '';
  return {
    url: valueOf('Rotunda is ready'),
    credentials: ['SDKAppID', 'Secret key', 'Cloud API SecretId', 'Cloud API SecretKey'].map(valueOf),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

it('says where the page is and which credentials it made, keeps these, and ends in order', async () => {
  const first = await start();
  expect(first.credentials.every((value) => value.length >= 10)).toBe(true);
  const page = await fetch(first.url);
  expect(await page.text()).toContain('<title>Rotunda</title>');
  const [sdkAppId, , secretId, secretKey] = first.credentials;
  const api = new CloudApi(first.url, {
    sdkAppId: Number(sdkAppId),
    cloudApi: { secretId: secretId!, secretKey: secretKey! },
  });
  await expect(api.dismissRoom(1)).rejects.toMatchObject({ code: 'FailedOperation.RoomNotExist' });
  const ticket = await fetch(new URL('/dev/usersig?userId=ada', first.url));
  expect(await ticket.json()).toMatchObject({ sdkAppId: Number(sdkAppId) });
  expect(await first.stop()).toBe(0);

  const second = await start();
  expect(second.credentials).toEqual(first.credentials);
  expect(await second.stop()).toBe(0);
});
