// `npm run bench`: prepares everything and runs the benchmarks. Arguments are passed on to them.
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  const { prepare } = await import('./lib/prepare.mjs');
  const { createReporter } = await import('./lib/report.mjs');
  const { root } = await import('./lib/paths.mjs');
  const { runForeground } = await import('./lib/process.mjs');
  return async () => {
    // The result may be asked for as JSON on standard output.
    const reporter = createReporter({ stream: process.stderr });
    const env = await prepare(['packages', 'worker', 'chromium', 'build'], { reporter });
    const bench = ['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)];
    return runForeground(process.execPath, bench, { cwd: root, env });
  };
});
