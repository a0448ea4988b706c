import { join } from 'node:path';
import { root } from './paths.mjs';
import { run } from './process.mjs';
import { duration } from './report.mjs';

const roots = ['packages', 'apps', 'tests', 'bench', 'tools'];

// In this order, so that the slow ones begin first. `isTold`: what it prints is of interest when it passes, too.
const checks = [
  { name: 'types', command: ['tsc', '-b'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'dead code', command: ['knip'] },
  { name: 'interface', command: ['node', 'tools/api.mjs', 'check'] },
  {
    name: 'error codes',
    command: ['node', '--conditions=source', '--import', 'tsx', 'tools/cloud-api-errors.mjs', 'check'],
  },
  { name: 'size', command: ['node', 'tools/size.mjs'], isTold: true },
  { name: 'imports', command: ['depcruise', '--config', '.dependency-cruiser.cjs', ...roots] },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
];
const atOnce = 2;

/**
 * Runs all checks, two at a time, and prints the output of those that fail, and of those that are told.
 * @param {{ reporter: ReturnType<import('./report.mjs').createReporter> }} options
 * @returns {Promise<number>} The exit code.
 */
export async function runChecks({ reporter }) {
  const begun = performance.now();
  const waiting = [...checks];
  const failed = [];
  const lane = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await runCheck(check, reporter))) failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const time = duration(performance.now() - begun);
  reporter.say(
    failed.length === 0 ? `All checks passed in ${time}.` : `Failed: ${failed.join(', ')} (${time}).`,
  );
  return failed.length === 0 ? 0 : 1;
}

async function runCheck({ name, command: [program, ...args], isTold = false }, reporter) {
  const begun = performance.now();
  const lines = [];
  const path = program === 'node' ? process.execPath : join(root, 'node_modules', '.bin', program);
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
  const env = { ...process.env, ...colour };
  const { code } = await run(path, args, { cwd: root, env, onLine: (line) => lines.push(line) });
  reporter.say(`${code === 0 ? '✓' : '✗'} ${name} (${duration(performance.now() - begun)})`);
  if (code !== 0 || isTold) reporter.say(lines.map((line) => `    ${line}`).join('\n'));
  return code === 0;
}
