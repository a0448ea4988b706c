import { writeFileSync } from 'node:fs';
import { release as kernelRelease } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { binaryName } from './cache.mjs';
import { fileInTar } from './tar.mjs';

const answerWithinMs = 5_000;
const silenceMs = 5_000;

/**
 * The address of the worker that mediasoup's own releases offer, by the rules of mediasoup's installer.
 * @param {{ manifest: { version: string, repository: { url: string } }, platform: string, arch: string, kernel: string, base?: string | undefined }} options
 *   `base`: a mirror, as mediasoup's MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL.
 */
export function prebuiltUrl({ manifest, platform, arch, kernel, base }) {
  const repository = manifest.repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  const suffix = platform === 'linux' ? `-kernel${kernel.split('.')[0]}` : '';
  const name = `mediasoup-worker-${manifest.version}-${platform}-${arch}${suffix}.tgz`;
  return `${base || `${repository}/releases/download`}/${manifest.version}/${name}`;
}

/**
 * Fetches the worker of mediasoup's release.
 * @param {{ manifest: Parameters<typeof prebuiltUrl>[0]['manifest'], directory: string, env: NodeJS.ProcessEnv, onProgress: (text: string) => void }} options
 *   `directory`: where to put it.
 * @returns {Promise<{ binary: string } | { reason: string }>} Why there is none is ordinary news: there is another way.
 */
export async function downloadWorker({ manifest, directory, env, onProgress }) {
  if (env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD) return { reason: 'the download is switched off' };
  const base = env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL;
  const url = prebuiltUrl({
    manifest,
    platform: process.platform,
    arch: process.arch,
    kernel: kernelRelease(),
    base,
  });
  try {
    onProgress(`asking ${new URL(url).host} for a ready-made one`);
    const archive = await fetchWithin(url, { answerWithinMs, silenceMs, onProgress });
    const content = fileInTar(gunzipSync(archive), binaryName);
    if (content === undefined) return { reason: 'the archive is damaged' };
    const binary = join(directory, binaryName);
    writeFileSync(binary, content, { mode: 0o755 });
    return { binary };
  } catch (error) {
    return { reason: error.cause?.code ?? error.message };
  }
}

/**
 * Fetches a file, but does not wait for a server that does not answer, or stops sending.
 * @param {string} url
 * @param {{ answerWithinMs: number, silenceMs: number, onProgress?: (text: string) => void }} options
 * @returns {Promise<Buffer>}
 */
export async function fetchWithin(
  url,
  { answerWithinMs: answerMs, silenceMs: silence, onProgress = () => {} },
) {
  const controller = new AbortController();
  const giveUpAfter = (ms, why) => setTimeout(() => controller.abort(new Error(why)), ms);
  let timer = giveUpAfter(answerMs, `no answer within ${answerMs / 1000} s`);
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const chunks = [];
    let received = 0;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = giveUpAfter(silence, 'the download stalled');
      chunks.push(chunk);
      received += chunk.length;
      onProgress(`downloading (${(received / 1e6).toFixed(1)} MB)`);
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}
