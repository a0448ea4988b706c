import { latencyRow, type Scenario } from '../lib/scenario.ts';
import { BenchServer } from '../lib/server.ts';

/** From the start of a server process, everything built already, until it serves. */
export const start: Scenario = {
  name: 'start',
  async run(context) {
    const samples: number[] = [];
    for (let run = 0; run < context.runs(10); run += 1) {
      const startedAt = performance.now();
      const server = await BenchServer.start();
      samples.push(performance.now() - startedAt);
      await server.stop();
    }
    return [latencyRow('process start to ready', samples)];
  },
};
