import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { runOrRefuse } from './process.mjs';
import { stampAt } from './stamp.mjs';

const workspaceFolders = ['packages', 'apps'];
/** What is served as it is written. */
const copiedFolders = ['examples'];
const settings = ['package-lock.json', 'tsconfig.base.json', 'tsconfig.build.json'];
const scripts = ['build:packages', 'build:web'];

/**
 * Names that a build does not read.
 * @param {string} name
 */
export function isNoSource(name) {
  return (
    ['node_modules', 'dist', 'coverage'].includes(name) || /\.tsbuildinfo$|\.test\.[cm]?[jt]sx?$/.test(name)
  );
}

/**
 * Builds the workspaces unless nothing has changed since the last time.
 * @param {{ root: string, reporter: ReturnType<import('./report.mjs').createReporter> }} options
 */
export async function compile({ root, reporter }) {
  const step = reporter.step('Build');
  const stamp = stampAt(root, 'build');
  const sources = fingerprint(root, [...workspaceFolders, ...copiedFolders, ...settings], {
    skip: isNoSource,
  });
  const last = stamp.read();
  if (last?.sources === sources && last.outputs.every((output) => existsSync(join(root, output)))) {
    step.done('up to date');
    return;
  }
  try {
    stamp.remove();
    for (const script of scripts) {
      step.update(`npm run ${script}`);
      await runOrRefuse('npm', ['run', '--silent', script], { cwd: root, purpose: 'The build failed' });
    }
    stamp.write({ sources, outputs: outputsOf(root) });
    step.done('built');
  } catch (error) {
    step.fail('failed');
    throw error;
  }
}

/** The folders that builds have made; one that is deleted later asks for a new build. */
function outputsOf(root) {
  return workspaceFolders
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'dist')))
    .filter((path) => existsSync(join(root, path)));
}
