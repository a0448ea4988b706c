import { defineConfig } from 'vite';

/** The script-tag build: one file that sets `window.TRTC`, `window.TRTCCloud` and the native enums. */
export default defineConfig({
  resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
  build: {
    lib: { entry: 'src/iife.ts', formats: ['iife'], name: 'rotunda', fileName: () => 'rotunda.iife.js' },
    outDir: 'dist',
    // What tsc wrote stays.
    emptyOutDir: false,
    sourcemap: true,
    target: 'es2022',
  },
});
