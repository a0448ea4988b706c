import { randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onEnd } from './process.mjs';
import { isProcessAlive } from './system.mjs';

const heartbeatMs = 5_000;
const silentForMs = 60_000;
const pollMs = 250;

/** @typedef {{ pid: number, host: string, token: string }} Holder */

/**
 * Holds a lock file while `work` runs. A lock whose process is gone, or that has not been touched for a minute, is taken
 * over. Whoever loses such a race at worst does the same work twice: results are always moved into place atomically.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (holder: Holder) => void }} [options] `onWait` is called once if somebody else holds the lock.
 * @returns {Promise<T>}
 */
export async function withLock(path, work, { onWait } = {}) {
  const release = await acquire(path, onWait);
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire(path, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = { pid: process.pid, host: hostname(), token: randomUUID() };
  let told = false;
  while (!tryToCreate(path, mine)) {
    const holder = readHolder(path);
    if (holder === undefined) continue;
    if (isAbandoned(path, holder)) {
      takeAway(path, holder);
      continue;
    }
    if (!told) onWait?.(holder);
    told = true;
    await sleep(pollMs);
  }
  const heartbeat = setInterval(() => touch(path), heartbeatMs);
  heartbeat.unref();
  const remove = () => {
    clearInterval(heartbeat);
    if (readHolder(path)?.token === mine.token) rmSync(path, { force: true });
  };
  const forget = onEnd(remove);
  return () => {
    forget();
    remove();
  };
}

/** A link appears with its content, so nobody ever reads a lock that is half written. */
function tryToCreate(path, holder) {
  const draft = `${path}.${holder.token}`;
  writeFileSync(draft, JSON.stringify(holder));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @returns {Holder | undefined} Undefined when the lock has just been released. */
function readHolder(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    return { pid: 0, host: '', token: text };
  }
}

function isAbandoned(path, holder) {
  if (holder.host === hostname() && !isProcessAlive(holder.pid)) return true;
  try {
    return Date.now() - statSync(path).mtimeMs > silentForMs;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function takeAway(path, abandoned) {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  try {
    // Somebody else may have taken it over between our look and the rename: then it goes back.
    if (readHolder(aside)?.token !== abandoned.token) linkSync(aside, path);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function touch(path) {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The lock was taken over; the release will notice.
  }
}
