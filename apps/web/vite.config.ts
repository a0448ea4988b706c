import { cp } from 'node:fs/promises';
import { resolve, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Beside the page: the examples as they are written, and the SDK for script tags, which they use. */
function withExamples(): Plugin {
  let outDir = '';
  return {
    name: 'rotunda-examples',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      await cp(fromHere('../../examples'), join(outDir, 'examples'), {
        recursive: true,
        filter: (source) => !source.endsWith('.json'),
      });
      await cp(fromHere('../../packages/client/dist/rotunda.iife.js'), join(outDir, 'sdk/rotunda.iife.js'));
    },
  };
}

/** The page is built from the sources of the other packages, so that it never carries a stale build of them. */
export default defineConfig({
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: true },
  plugins: [withExamples()],
});
