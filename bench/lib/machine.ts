import { availableParallelism, cpus, loadavg } from 'node:os';

/** What the figures were taken on. `load` is what kept it busy beforehand: above nought, latencies show that too. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const [load = 0] = loadavg();
  return `${availableParallelism()} cores, ${model}, Node ${process.versions.node}, loopback, load ${load.toFixed(1)} at the start`;
}
