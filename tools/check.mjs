// `npm run check`: everything that can be said about the code without running it.
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  const { prepare } = await import('./lib/prepare.mjs');
  const { createReporter } = await import('./lib/report.mjs');
  const { runChecks } = await import('./lib/run-checks.mjs');
  return async () => {
    const reporter = createReporter();
    await prepare(['packages'], { reporter });
    return runChecks({ reporter });
  };
});
