// `npm test`: prepares everything, browsers and PostgreSQL included, and runs all tests, or those whose names are given as arguments.
import { runTool } from './lib/tool.mjs';

await runTool(
  async () => {
    const { prepare } = await import('./lib/prepare.mjs');
    const { createReporter } = await import('./lib/report.mjs');
    const { runTests } = await import('./lib/run-tests.mjs');
    return async () => {
      const wanted = ['packages', 'worker', 'chromium', 'firefox', 'postgres', 'build'];
      const env = await prepare(wanted, { reporter: createReporter() });
      return runTests({ env, args: process.argv.slice(2) });
    };
  },
  { onFailure: () => process.stdout.write('0 passed, 1 failed\n') },
);
