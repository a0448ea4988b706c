import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { runOrRefuse } from './process.mjs';
import { stampAt } from './stamp.mjs';

// Not `npm ci`: that refuses a lockfile that lacks the binaries of some other platform, which is what npm writes when a
// registry does not have them all. `--no-save` keeps the checkout clean.
const install = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * Tells whether everything that a lockfile asks for is installed in the wanted version.
 * @param {Record<string, PackageEntry>} wanted `packages` of package-lock.json.
 * @param {Record<string, PackageEntry>} present `packages` of node_modules/.package-lock.json, which npm writes last.
 * @typedef {{ version?: string, resolved?: string, link?: boolean, optional?: boolean }} PackageEntry
 */
export function isInstalled(wanted, present) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = present[path];
    // Optional packages are for other platforms, as a rule.
    if (found === undefined) return entry.optional === true;
    return entry.link === true ? found.resolved === entry.resolved : found.version === entry.version;
  });
}

/**
 * Installs the npm packages unless that has been done.
 * @param {{ root: string, reporter: ReturnType<import('./report.mjs').createReporter> }} options
 */
export async function installPackages({ root, reporter }) {
  const step = reporter.step('npm packages');
  const lockfile = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  const stamp = stampAt(root, 'install');
  const wanted = fingerprint(root, ['package-lock.json']);
  const isStamped = stamp.read() === wanted;
  if (existsSync(installed) && (isStamped || isInstalled(packagesOf(lockfile), packagesOf(installed)))) {
    if (!isStamped) stamp.write(wanted);
    step.done('up to date');
    return;
  }
  try {
    step.update('installing');
    await runOrRefuse('npm', install, { cwd: root, purpose: 'The npm packages could not be installed' });
    stamp.write(wanted);
    step.done('installed');
  } catch (error) {
    step.fail('not installed');
    throw error;
  }
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}
