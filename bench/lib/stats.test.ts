import { array, assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentile, summarize } from './stats.ts';

const samples = array(double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 });
const rank = integer({ min: 1, max: 100 });

describe('percentile', () => {
  it('takes the nearest rank', () => {
    const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(oneToHundred, 50)).toBe(50);
    expect(percentile(oneToHundred, 99)).toBe(99);
    expect(percentile(oneToHundred, 100)).toBe(100);
    expect(percentile([3, 1, 2], 50)).toBe(2);
    expect(percentile([10, 9], 99)).toBe(10);
  });

  it('is a sample that covers the rank and is the smallest such', () => {
    assert(
      property(samples, rank, (values, asked) => {
        const found = percentile(values, asked);
        const needed = (asked * values.length) / 100;
        expect(values).toContain(found);
        expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(needed);
        expect(values.filter((value) => value < found).length).toBeLessThan(needed);
      }),
    );
  });

  it('leaves the samples as they were', () => {
    const values = [3, 1, 2];
    percentile(values, 99);
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses no samples and ranks out of range', () => {
    expect(() => percentile([], 50)).toThrow(RangeError);
    expect(() => percentile([1], 0)).toThrow(RangeError);
    expect(() => percentile([1], 101)).toThrow(RangeError);
    expect(() => percentile([1], Number.NaN)).toThrow(RangeError);
  });
});

describe('summarize', () => {
  it('counts, ranks and averages', () => {
    expect(summarize([4, 1, 3, 2])).toEqual({ count: 4, p50: 2, p99: 4, mean: 2.5, max: 4 });
  });
});
