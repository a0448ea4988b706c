/** What a table shows of many samples of one figure, all in the samples' own unit. */
export interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly mean: number;
  readonly max: number;
}

/**
 * The nearest-rank percentile: the smallest sample that at least `rank` percent of all samples do not exceed.
 *
 * @param rank a whole number from 1 to 100
 * @throws RangeError when there is no sample, or the rank is out of range
 */
export function percentile(samples: readonly number[], rank: number): number {
  if (!(Number.isInteger(rank) && rank >= 1 && rank <= 100)) {
    throw new RangeError(`a percentile's rank is a whole number from 1 to 100, not ${rank}`);
  }
  const sorted = samples.toSorted((left, right) => left - right);
  const value = sorted[Math.ceil((rank * sorted.length) / 100) - 1];
  if (value === undefined) {
    throw new RangeError('no samples');
  }
  return value;
}

/** @throws RangeError when there is no sample */
export function summarize(samples: readonly number[]): Summary {
  return {
    count: samples.length,
    p50: percentile(samples, 50),
    p99: percentile(samples, 99),
    mean: samples.reduce((sum, sample) => sum + sample, 0) / samples.length,
    max: percentile(samples, 100),
  };
}
