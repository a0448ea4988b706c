import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { runOrRefuse } from './process.mjs';
import { stampAt } from './stamp.mjs';

const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

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
    // `ci` starts afresh, which is right when nothing, or only half of it, is there.
    const command = existsSync(installed) || !existsSync(lockfile) ? 'install' : 'ci';
    step.update(`installing (npm ${command})`);
    await runOrRefuse('npm', [command, ...quiet], {
      cwd: root,
      purpose: 'The npm packages could not be installed',
    });
    stamp.write(fingerprint(root, ['package-lock.json']));
    step.done('installed');
  } catch (error) {
    step.fail('not installed');
    throw error;
  }
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}
