// Prints how much a browser has to load for the SDK, and fails over the budgets. Part of `npm run check`.
import { join } from 'node:path';
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  const { bundleSize, judgeSizes } = await import('./lib/bundle-size.mjs');
  const { root } = await import('./lib/paths.mjs');

  const client = join(root, 'packages', 'client');
  const configFile = join(client, 'vite.config.ts');
  // Budgets in bytes.
  const bundles = [
    { name: 'native-like face', entry: 'src/index.ts', budget: 116_500 },
    { name: 'script-tag build', entry: 'src/iife.ts', budget: 122_900 },
  ];

  return async () => {
    const measured = [];
    for (const bundle of bundles) {
      const bytes = await bundleSize({ root: client, configFile, entry: bundle.entry });
      measured.push({ ...bundle, bytes });
    }
    const { fits, lines } = judgeSizes(measured);
    console.log(lines.join('\n'));
    return fits ? 0 : 1;
  };
});
