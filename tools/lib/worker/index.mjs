import { mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { withLock } from '../lock.mjs';
import { mediasoupDirectory } from '../paths.mjs';
import { onEnd } from '../process.mjs';
import { Refusal } from '../refusal.mjs';
import { buildWorker } from './build.mjs';
import { binaryName, openCacheHome, workerCache } from './cache.mjs';
import { downloadWorker } from './download.mjs';
import { prepareForBuild } from './packages.mjs';
import { probeWorker } from './probe.mjs';
import { recipeHash } from './recipe.mjs';

/**
 * Finds a media worker that runs here: the one that MEDIASOUP_WORKER_BIN names, one from the cache, one that is compiled
 * now, or mediasoup's ready-made one, which comes last because it lacks our corrections. None counts before it has been
 * started.
 * @param {{ reporter: ReturnType<import('../report.mjs').createReporter>, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<string>} The path of the program.
 * @throws {Refusal} When there is none and none can be made.
 */
export async function obtainWorker({ reporter, env = process.env }) {
  const step = reporter.step('Media worker');
  try {
    const mediasoup = mediasoupDirectory();
    const { binary, origin } = env.MEDIASOUP_WORKER_BIN
      ? await namedWorker({ path: resolve(env.MEDIASOUP_WORKER_BIN), mediasoup })
      : await ownWorker({ mediasoup, step, env });
    step.done(origin);
    return binary;
  } catch (error) {
    step.fail('none that runs here');
    throw error;
  }
}

async function namedWorker({ path, mediasoup }) {
  const probed = await probeWorker(path, { mediasoup });
  if (probed.works) return { binary: path, origin: `${path} (MEDIASOUP_WORKER_BIN)` };
  throw new Refusal(
    `MEDIASOUP_WORKER_BIN names ${path}, which does not work as a media worker: ${probed.reason}`,
  );
}

async function ownWorker({ mediasoup, step, env }) {
  const manifest = JSON.parse(readFileSync(join(mediasoup, 'package.json'), 'utf8'));
  const cache = workerCache({ home: openCacheHome(), version: manifest.version, recipe: recipeHash() });
  const found =
    (await cachedWorker({ cache, mediasoup })) ??
    (await newWorker({ cache, mediasoup, manifest, step, env }));
  offerToMediasoup(found.binary, mediasoup);
  return found;
}

async function cachedWorker({ cache, mediasoup }) {
  const binary = cache.find();
  if (binary === undefined) return undefined;
  return (await probeWorker(binary, { mediasoup })).works ? { binary, origin: 'ready' } : undefined;
}

function newWorker({ cache, mediasoup, manifest, step, env }) {
  const work = async () => {
    // Whoever held the lock before us may have made it meanwhile.
    const made = await cachedWorker({ cache, mediasoup });
    if (made !== undefined) return made;
    cache.discard();
    cache.sweep();
    const scratch = cache.makeScratch();
    const remove = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
    const forget = onEnd(remove);
    try {
      return await compiledWorker({ cache, mediasoup, scratch, step }).catch((error) => {
        if (!(error instanceof Refusal)) throw error;
        return downloadedWorker({ cache, mediasoup, manifest, scratch, step, env, refusal: error });
      });
    } finally {
      forget();
      remove();
    }
  };
  return withLock(cache.lockPath, work, {
    onWait: ({ pid }) => step.update(`waiting for process ${pid}, which is making it`),
  });
}

async function downloadedWorker({ cache, mediasoup, manifest, scratch, step, env, refusal }) {
  const onProgress = (text) => step.update(text, { progress: text.startsWith('downloading') });
  const result = await downloadWorker({ manifest, directory: scratch, env, onProgress });
  const probed =
    result.binary === undefined
      ? { works: false, reason: result.reason }
      : await probeWorker(result.binary, { mediasoup });
  if (!probed.works) {
    step.note(`There is no ready-made worker either (${probed.reason}).`);
    throw refusal;
  }
  const binary = cache.store({ from: result.binary, scratch, origin: 'downloaded' });
  step.note(
    `${refusal.message}\n\nFor now mediasoup's ready-made worker is used, with which pictures can stay small, or stand still, ` +
      `after the network was narrow for a time. To have it compiled later, delete ${dirname(binary)} first.`,
  );
  return { binary, origin: 'downloaded' };
}

async function compiledWorker({ cache, mediasoup, scratch, step }) {
  if (process.platform !== 'linux') {
    throw new Refusal(
      `The media worker can only be compiled on Linux, and this is ${process.platform}. ` +
        'Set MEDIASOUP_WORKER_BIN to a mediasoup-worker of the installed version of mediasoup, or allow the download from github.com.',
    );
  }
  await prepareForBuild(step);
  const built = await buildWorker({ mediasoup, scratch, step, logPath: cache.logPath });
  const probed = await probeWorker(built, { mediasoup });
  if (!probed.works) throw new Refusal(`The media worker was compiled but does not start: ${probed.reason}`);
  return { binary: cache.store({ from: built, scratch, origin: 'compiled' }), origin: 'compiled' };
}

/**
 * Puts a link where mediasoup looks for its worker when nobody tells it, so that single commands work without any
 * setting. A worker that mediasoup's own installer put there stays.
 */
function offerToMediasoup(binary, mediasoup) {
  const place = join(mediasoup, 'worker', 'out', 'Release', binaryName);
  const link = linkAt(place);
  const isOurs = link !== undefined || statSync(place, { throwIfNoEntry: false }) === undefined;
  if (link === binary || !isOurs) return;
  const draft = `${place}.${process.pid}`;
  try {
    mkdirSync(dirname(place), { recursive: true });
    rmSync(draft, { force: true });
    symlinkSync(binary, draft);
    renameSync(draft, place);
  } catch (error) {
    // A checkout that belongs to somebody else is no reason to stop: our own commands set MEDIASOUP_WORKER_BIN.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
  }
}

function linkAt(path) {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
