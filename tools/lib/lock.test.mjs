import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.mjs';

let directory;
let path;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rotunda-lock-'));
  path = join(directory, 'some.lock');
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('withLock', () => {
  it('lets one in at a time, and tells the others that they wait', async () => {
    let inside = 0;
    let most = 0;
    let waits = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
    };
    const onWait = () => {
      waits += 1;
    };
    await Promise.all(Array.from({ length: 4 }, () => withLock(path, work, { onWait })));
    expect(most).toBe(1);
    expect(waits).toBe(3);
  });

  it('leaves nothing behind, also after a failure', async () => {
    const failing = withLock(path, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('names its holder', async () => {
    const holder = await withLock(path, async () => JSON.parse(readFileSync(path, 'utf8')));
    expect(holder).toMatchObject({ pid: process.pid, host: hostname() });
  });

  it('takes over from a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(path, JSON.stringify({ pid, host: hostname(), token: 'old' }));
    expect(await withLock(path, async () => 'in')).toBe('in');
    expect(existsSync(path)).toBe(false);
  });

  it('takes over from another machine that has been silent for long', async () => {
    writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', token: 'old' }));
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(path, longAgo, longAgo);
    expect(await withLock(path, async () => 'in')).toBe('in');
  });

  it('waits for another machine that is alive', async () => {
    writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', token: 'other' }));
    let entered = false;
    const waiting = new Promise((resolve) => {
      void withLock(path, async () => (entered = true), { onWait: resolve });
    });
    expect(await waiting).toMatchObject({ host: 'elsewhere' });
    expect(entered).toBe(false);
    rmSync(path);
    await expect.poll(() => entered).toBe(true);
  });
});
