import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediasoupDirectory } from '../paths.mjs';
import { probeWorker } from './probe.mjs';

const mediasoup = mediasoupDirectory();
let directory;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rotunda-probe-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

function script(name, content) {
  const path = join(directory, name);
  writeFileSync(path, content);
  chmodSync(path, 0o755);
  return path;
}

describe('probeWorker', () => {
  it('accepts the worker that these tests run with', async () => {
    const own =
      process.env.MEDIASOUP_WORKER_BIN ?? join(mediasoup, 'worker', 'out', 'Release', 'mediasoup-worker');
    expect(await probeWorker(own, { mediasoup })).toEqual({ works: true });
  });

  it('rejects a program that ends at once', async () => {
    expect(await probeWorker(script('ends', '#!/bin/sh\nexit 3\n'), { mediasoup })).toEqual({
      works: false,
      reason: expect.stringContaining('code:3'),
    });
  });

  it('rejects what is no program', async () => {
    expect(await probeWorker(script('text', ''), { mediasoup })).toMatchObject({ works: false });
    expect(await probeWorker(join(directory, 'nothing'), { mediasoup })).toMatchObject({ works: false });
  });
});
