import { availableParallelism, cpus } from 'node:os';

/** What the figures were taken on. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} cores, ${model}, Node ${process.versions.node}, loopback`;
}
