// `node tools/worker.mjs`: obtains the media worker and prints its path, and nothing else, to standard output.
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  const { prepare } = await import('./lib/prepare.mjs');
  const { createReporter } = await import('./lib/report.mjs');
  return async () => {
    const env = await prepare(['packages', 'worker'], {
      reporter: createReporter({ stream: process.stderr }),
    });
    process.stdout.write(`${env.MEDIASOUP_WORKER_BIN}\n`);
    return 0;
  };
});
