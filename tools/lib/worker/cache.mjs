import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, release as kernelRelease, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isExecutable, isProcessAlive, osRelease } from '../system.mjs';

export const binaryName = 'mediasoup-worker';
const scratchPrefix = 'scratch-';

/**
 * The directory in which programs keep what they can make again, for this user.
 * @param {{ env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string }} machine
 */
export function cacheHome({ env, platform, home }) {
  // The XDG specification says that a relative path is to be ignored.
  const chosen = env.XDG_CACHE_HOME;
  if (chosen !== undefined && isAbsolute(chosen)) return join(chosen, 'rotunda');
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'rotunda') : join(home, '.cache', 'rotunda');
}

/** Our cache directory, made if need be; one of the system's temporary directory for a user without a usable home. */
export function openCacheHome() {
  const machine = { env: process.env, platform: process.platform, home: homedir() };
  const fallback = join(tmpdir(), `rotunda-cache-${process.getuid?.() ?? 0}`);
  for (const directory of [cacheHome(machine), fallback]) {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      rmSync(mkdtempSync(join(directory, 'writable-')), { recursive: true });
      return directory;
    } catch (error) {
      if (directory === fallback) throw error;
    }
  }
  return fallback;
}

/**
 * What a worker depends on, as a name: a binary that is linked to the libraries of one release of a distribution is
 * useless on another one.
 * @param {{ version: string, platform: string, arch: string, system: string, recipe: string }} parts
 */
export function cacheKey({ version, platform, arch, system, recipe }) {
  return [version, platform, arch, system, recipe]
    .map((part) => part.replaceAll(/[^A-Za-z0-9._]+/g, '_'))
    .join('-');
}

/**
 * The name of the release of the system: `debian12`, `ubuntu24.04`; where there is no such file, that of the kernel.
 * @param {Record<string, string>} fields Those of os-release.
 * @param {string} kernel
 */
export function systemName(fields, kernel) {
  if (fields.ID === undefined) return `kernel${kernel.split('.')[0]}`;
  return `${fields.ID}${fields.VERSION_ID ?? fields.VERSION_CODENAME ?? 'rolling'}`;
}

/**
 * The cache of one particular worker.
 * @param {{ home: string, version: string, recipe: string }} options
 */
export function workerCache({ home, version, recipe }) {
  const system = systemName(osRelease(), kernelRelease());
  const key = cacheKey({ version, platform: process.platform, arch: process.arch, system, recipe });
  const shelf = join(home, 'media-worker');
  const entry = join(shelf, key);
  const binary = join(entry, binaryName);
  return {
    lockPath: `${entry}.lock`,
    logPath: `${entry}.log`,
    /** @returns {string | undefined} The path of the worker, if there is one. */
    find: () => (isExecutable(binary) ? binary : undefined),
    discard: () => rmSync(entry, { recursive: true, force: true }),
    /** A new empty directory beside the entries; the caller removes it. */
    makeScratch() {
      mkdirSync(shelf, { recursive: true });
      return mkdtempSync(join(shelf, `${scratchPrefix}${process.pid}-`));
    },
    /** Removes what attempts left behind whose process was killed. Call it while holding the lock. */
    sweep: () => sweep(shelf),
    /**
     * Takes a binary in, all at once.
     * @param {{ from: string, scratch: string, origin: string }} what
     * @returns {string} Its path.
     */
    store({ from, scratch, origin }) {
      const draft = join(scratch, 'entry');
      mkdirSync(draft);
      copyFileSync(from, join(draft, binaryName));
      chmodSync(join(draft, binaryName), 0o755);
      writeFileSync(
        join(draft, 'about.json'),
        `${JSON.stringify({ version, system, recipe, origin }, undefined, 2)}\n`,
      );
      rmSync(entry, { recursive: true, force: true });
      renameSync(draft, entry);
      return binary;
    },
  };
}

function sweep(shelf) {
  for (const name of readdirSync(shelf).filter((candidate) => candidate.startsWith(scratchPrefix))) {
    const pid = Number.parseInt(name.slice(scratchPrefix.length), 10);
    if (!isProcessAlive(pid)) rmSync(join(shelf, name), { recursive: true, force: true });
  }
}
