import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { obtainChromium } from './chromium.mjs';
import { compile } from './compile.mjs';
import { obtainFirefox } from './firefox.mjs';
import { installPackages } from './install.mjs';
import { withLock } from './lock.mjs';
import { root } from './paths.mjs';
import { obtainPostgres } from './postgres.mjs';
import { openCacheHome } from './worker/cache.mjs';
import { obtainWorker } from './worker/index.mjs';

/** Everything that can be made ready, in the order in which it has to be. */
const parts = {
  packages: (reporter) => alone('npm packages', reporter, () => installPackages({ root, reporter })),
  worker: async (reporter) => ({ MEDIASOUP_WORKER_BIN: await obtainWorker({ reporter }) }),
  chromium: async (reporter) => ({ ROTUNDA_CHROMIUM: await obtainChromium({ reporter }) }),
  firefox: async (reporter) => ({ ROTUNDA_FIREFOX: await obtainFirefox({ reporter }) }),
  postgres: async (reporter) => ({ ROTUNDA_POSTGRES: await obtainPostgres({ reporter }) }),
  build: (reporter) => alone('Build', reporter, () => compile({ root, reporter })),
};

/**
 * Makes a machine ready.
 * @param {readonly (keyof typeof parts)[]} wanted
 * @param {{ reporter: ReturnType<import('./report.mjs').createReporter> }} options
 * @returns {Promise<NodeJS.ProcessEnv>} The environment that programs need to find what was prepared.
 */
export async function prepare(wanted, { reporter }) {
  const found = {};
  for (const [name, make] of Object.entries(parts)) {
    if (wanted.includes(name)) Object.assign(found, await make(reporter));
  }
  return { ...process.env, ...found };
}

/** Two commands in the same checkout, such as `npm start` and `npm test`, must not both write to it. */
function alone(title, reporter, work) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  return withLock(join(openCacheHome(), 'checkouts', `${name}.lock`), work, {
    onWait: ({ pid }) =>
      reporter.say(`… ${title}: waiting for process ${pid}, which is preparing this checkout`),
  });
}
