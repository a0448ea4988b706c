import { defineConfig } from 'vite';

/** The page is built from the sources of the other packages, so that it never carries a stale build of them. */
export default defineConfig({
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: true },
});
