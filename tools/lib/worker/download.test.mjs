import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadWorker, fetchWithin, prebuiltUrl } from './download.mjs';

const manifest = {
  version: '3.19.22',
  repository: { url: 'git+https://github.com/versatica/mediasoup.git' },
};

describe('prebuiltUrl', () => {
  const machine = { manifest, platform: 'linux', arch: 'x64', kernel: '6.1.0-21-amd64' };

  it('names the kernel on Linux', () => {
    expect(prebuiltUrl(machine)).toBe(
      'https://github.com/versatica/mediasoup/releases/download/3.19.22/mediasoup-worker-3.19.22-linux-x64-kernel6.tgz',
    );
  });

  it('does not elsewhere', () => {
    expect(prebuiltUrl({ ...machine, platform: 'darwin', arch: 'arm64' })).toMatch(
      /mediasoup-worker-3\.19\.22-darwin-arm64\.tgz$/,
    );
  });

  it('takes a mirror', () => {
    expect(prebuiltUrl({ ...machine, base: 'https://mirror.example/m' })).toMatch(
      /^https:\/\/mirror\.example\/m\/3\.19\.22\//,
    );
  });
});

describe('the download', () => {
  let server;
  let address;
  let directory;
  let answer;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'rotunda-download-'));
    server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${server.address().port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });

  const download = (env = {}) =>
    downloadWorker({
      manifest,
      directory,
      env: { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: address, ...env },
      onProgress: () => {},
    });

  it('unpacks the program out of the archive that tar makes, executable', async () => {
    const content = 'x'.repeat(1_300);
    writeFileSync(join(directory, 'mediasoup-worker'), content);
    const archive = join(directory, 'a.tgz');
    expect(spawnSync('tar', ['-czf', archive, '-C', directory, 'mediasoup-worker']).status).toBe(0);
    rmSync(join(directory, 'mediasoup-worker'));
    answer = (_, response) => response.end(readFileSync(archive));
    const { binary } = await download();
    expect(readFileSync(binary, 'utf8')).toBe(content);
    expect(statSync(binary).mode & 0o111).not.toBe(0);
  });

  it('answers with a reason when the server has none', async () => {
    answer = (_, response) => response.writeHead(404).end();
    expect(await download()).toEqual({ reason: 'the server answered 404' });
  });

  it('answers with a reason when what comes is no archive', async () => {
    answer = (_, response) => response.end('hello');
    expect(await download()).toHaveProperty('reason');
  });

  it('answers with a reason when nobody listens', async () => {
    server.close();
    expect(await download()).toEqual({ reason: 'ECONNREFUSED' });
  });

  it('can be switched off', async () => {
    expect(await download({ MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD: '1' })).toEqual({
      reason: 'the download is switched off',
    });
  });

  it('does not wait for a server that accepts and says nothing', async () => {
    answer = () => {};
    await expect(fetchWithin(address, { answerWithinMs: 50, silenceMs: 50 })).rejects.toThrow(
      'no answer within 0.05 s',
    );
  });

  it('does not wait for a server that stops in the middle', async () => {
    answer = (_, response) => response.write('some');
    await expect(fetchWithin(address, { answerWithinMs: 5_000, silenceMs: 50 })).rejects.toThrow(
      'the download stalled',
    );
  });
});
