import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { codeOf, sdkClient } from '../cloudapi/served.contract.ts';
import { APP, WireClient, tempDataDir } from '../signalling/wire.contract.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const old = { secretId: 'AKIDold', secretKey: 'the old secret' };
const others = { secretId: 'AKIDother', secretKey: 'of another app' };
const next = { secretId: 'AKIDnext', secretKey: 'the next secret' };
let server: ChildProcess | undefined;

afterEach(async () => {
  if (!server || server.exitCode !== null) return;
  const closed = once(server, 'close');
  server.kill();
  await closed;
});

it('key pairs are rotated through the configuration file, while a call goes on', async () => {
  const dataDir = tempDataDir();
  const path = join(dataDir, 'rotunda.json');
  const other = { sdkAppId: APP.sdkAppId + 1, secretKey: 'other', cloudApi: others };
  const write = (cloudApi: object, more: readonly object[] = []): void =>
    writeFileSync(path, JSON.stringify({ apps: [{ ...APP, cloudApi }, ...more] }));
  write(old, [other]);
  server = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', main], {
    env: {
      ...process.env,
      ROTUNDA_CONFIG: path,
      ROTUNDA_PORT: '0',
      ROTUNDA_WORKERS: '1',
      ROTUNDA_DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve) => {
      const look = (): void => {
        const match = pattern.exec(output);
        if (!match) return;
        server!.stdout!.off('data', look);
        output = output.slice(match.index + match[0].length);
        resolve(match);
      };
      server!.stdout!.on('data', look);
      look();
    });
  server.stdout!.on('data', (data: Buffer) => (output += data.toString()));
  const [, url = ''] = await said(/ready: (http:\S+)/);
  const wire = new WireClient({ url: url.replace(/\/$/, '') });
  await wire.enter('alice');
  const codes = (): Promise<string[]> =>
    Promise.all(
      [old, next, others].map((key) =>
        codeOf(sdkClient(new URL(url).host, { key }).DismissRoom({ SdkAppId: APP.sdkAppId, RoomId: 1 })),
      ),
    );
  const known = 'FailedOperation.RoomNotExist';
  const unknown = 'AuthFailure.SecretIdNotFound';
  const foreign = 'UnauthorizedOperation.SdkAppId';
  expect(await codes()).toEqual([known, unknown, foreign]);
  write([old, next], [other]);
  await said(/The Cloud API key pairs are those of .* now/);
  expect(await codes()).toEqual([known, known, foreign]);
  writeFileSync(path, '{"apps":');
  await said(/stay as they were: .* is not JSON: line 1, column 9/);
  expect(await codes()).toEqual([known, known, foreign]);
  // The other application is not there any more: neither are its keys.
  write(next);
  await said(new RegExp(`The Cloud API key pairs are those of .* now. It has none for ${other.sdkAppId}.`));
  expect(await codes()).toEqual([unknown, known, unknown]);
  expect((await wire.request('exit', {})).type).toBe('response');
});
