import { defaultClientConditions, defineConfig } from 'vite';

/** What mediasoup-client has for tests, and exports to everybody. */
const FAKES = /mediasoup-client\/lib\/(handlers\/FakeHandler|test\/fakeParameters)\.js$/;

/** The script-tag build. The modules beside it in `dist` come from tsc. */
export default defineConfig({
  // Workspace packages from their sources, so that their order of building does not matter.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  plugins: [
    { name: 'leave-out-fakes', enforce: 'pre', load: (id) => (FAKES.test(id) ? 'export {};' : null) },
  ],
  build: {
    target: 'es2022',
    emptyOutDir: false,
    minify: true,
    sourcemap: true,
    lib: {
      entry: 'src/iife.ts',
      formats: ['iife'],
      name: 'Rotunda',
      fileName: () => 'rotunda.iife.js',
    },
  },
});
