import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closingLine, hiddenTrouble, tally } from './closing-line.mjs';
import { root } from './paths.mjs';
import { onEnd, runForeground } from './process.mjs';

/**
 * Runs Vitest and ends its output with the line `N passed, N failed`.
 * @param {{ env: NodeJS.ProcessEnv, args: readonly string[] }} options `args`: filters and flags for Vitest.
 * @returns {Promise<number>} The exit code.
 */
export async function runTests({ env, args }) {
  const directory = mkdtempSync(join(tmpdir(), 'rotunda-test-'));
  onEnd(() => rmSync(directory, { recursive: true, force: true }));
  const report = join(directory, 'report.json');
  const vitest = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run'];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runForeground(process.execPath, [...vitest, ...reporters, ...args], { cwd: root, env });
  const counts = readTally(report);
  const trouble = hiddenTrouble(counts, code);
  if (trouble !== undefined) {
    process.stderr.write(`${trouble}\n`);
    counts.failed += 1;
  }
  process.stdout.write(`${closingLine(counts)}\n`);
  return counts.failed > 0 ? code || 1 : 0;
}

/** A run that was cut short has no report: that is one failure. */
function readTally(report) {
  try {
    return tally(JSON.parse(readFileSync(report, 'utf8')));
  } catch (error) {
    process.stderr.write(`Vitest left no report (${error.message}).\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
