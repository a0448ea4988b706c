import { defineConfig } from 'vitest/config';

/** Sources run directly (the `source` export condition), so tests never see a stale build. */
const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'tools/**/*.test.mjs',
            'bench/**/*.test.ts',
          ],
          testTimeout: 20_000,
          hookTimeout: 20_000,
          // Whoever waits for something waits until it hangs: one second passes on a busy machine.
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        ...source,
        test: {
          name: 'e2e',
          include: ['tests/**/*.test.ts'],
          // Real browsers on few cores: one file at a time, and limits that only a hang reaches.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
