import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startServer } from '@rotunda/server';
import { serve } from './lib/child.ts';
import { BENCH_APP } from './lib/credentials.ts';

/** The measured server, in a process of its own, so that it shares no event loop with those who measure it. */
const options: { dataDir: string; workers: number } = JSON.parse(process.argv[2] ?? '');
const server = await startServer({
  host: '127.0.0.1',
  port: 0,
  announcedAddress: '127.0.0.1',
  ...options,
  // What is measured is the work, not the limit.
  cloudApiRate: 1_000_000,
  apps: [BENCH_APP],
});

const loopDelay = monitorEventLoopDelay({ resolution: 1 });
loopDelay.enable();

serve({
  ready: { url: server.url },
  methods: {
    /** The longest that the event loop was held since the last time, in milliseconds. */
    longestHold() {
      const { max } = loopDelay;
      loopDelay.reset();
      return max / 1e6;
    },
    /** Bytes that the process holds, once what it does not need is collected. */
    memory() {
      for (let round = 0; round < 3; round += 1) {
        globalThis.gc?.();
      }
      const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
      return { rss, heapUsed, external, arrayBuffers };
    },
  },
  close: () => server.close(),
});
