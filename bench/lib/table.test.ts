import { describe, expect, it } from 'vitest';
import { latencyRow, reachesAim, type Row } from './scenario.ts';
import { formatNumber, formatTable } from './table.ts';

const row: Row = { figure: 'kick', unit: 'ms', values: { p50: 1.5, p99: 9 }, aim: { of: 'p99', atMost: 10 } };

describe('reachesAim', () => {
  it('compares the statistic that the aim names', () => {
    expect(reachesAim(row)).toBe(true);
    expect(reachesAim({ ...row, values: { p50: 1.5, p99: 10.1 } })).toBe(false);
    expect(reachesAim({ ...row, aim: { of: 'p50', atLeast: 2 } })).toBe(false);
  });

  it('is undecided without an aim, and no for a value that is not there', () => {
    expect(reachesAim({ figure: 'x', unit: 'ms', values: { p50: 1 } })).toBeUndefined();
    expect(reachesAim({ ...row, values: { p50: 1 } })).toBe(false);
  });
});

describe('formatTable', () => {
  it('puts the aim and the verdict beside each figure', () => {
    const [, first, second] = formatTable([row, { ...row, values: { p99: 11 } }]).split('\n');
    expect(first).toMatch(/^kick +ms +p50 1\.50 {2}p99 9 +p99 <= 10 +reached$/);
    expect(second).toMatch(/MISSED$/);
  });
});

describe('formatNumber', () => {
  it('keeps three meaningful digits', () => {
    expect([0.9512, 12.345, 123.45, 42, 54321.2].map(formatNumber)).toEqual([
      '0.951',
      '12.3',
      '123',
      '42',
      '54321',
    ]);
  });
});

describe('latencyRow', () => {
  it('summarises samples in milliseconds', () => {
    expect(latencyRow('x', [3, 1, 2])).toEqual({
      figure: 'x',
      unit: 'ms',
      values: { p50: 2, p99: 3, max: 3, count: 3 },
    });
  });
});
