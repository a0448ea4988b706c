// `npm start`: from a fresh clone to a running server. Arguments are passed on to the server.
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  const { prepare } = await import('./lib/prepare.mjs');
  const { createReporter } = await import('./lib/report.mjs');
  const { root } = await import('./lib/paths.mjs');
  const { runForeground } = await import('./lib/process.mjs');
  return async () => {
    const env = await prepare(['packages', 'worker', 'build'], { reporter: createReporter() });
    const server = ['packages/server/dist/main.js', '--dev', ...process.argv.slice(2)];
    return runForeground(process.execPath, server, { cwd: root, env });
  };
});
