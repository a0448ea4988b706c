import { summarize } from './stats.ts';

/** What a figure should be: the statistic `of` its row, at most or at least so much. */
export interface Aim {
  readonly of: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One line of the table. */
export interface Row {
  readonly figure: string;
  readonly unit: string;
  readonly values: Readonly<Record<string, number>>;
  readonly aim?: Aim;
}

export interface BenchContext {
  /** Says on standard error what is going on. */
  progress(text: string): void;
  /** `full` runs, or a tenth of them when only a quick look is wanted. */
  runs(full: number): number;
}

/** One thing that is measured: starts what it needs, ends all of it, and is bounded in time. */
export interface Scenario {
  readonly name: string;
  run(context: BenchContext): Promise<readonly Row[]>;
}

/** A row of many samples in milliseconds. */
export function latencyRow(figure: string, samples: readonly number[], aim?: Aim): Row {
  const { count, p50, p99, max } = summarize(samples);
  return { figure, unit: 'ms', values: { p50, p99, max, count }, ...(aim ? { aim } : {}) };
}

/** Whether a row reaches its aim; undefined when it has none. */
export function reachesAim({ values, aim }: Row): boolean | undefined {
  if (!aim) {
    return undefined;
  }
  const value = values[aim.of];
  if (value === undefined) {
    return false;
  }
  return value <= (aim.atMost ?? Infinity) && value >= (aim.atLeast ?? -Infinity);
}
