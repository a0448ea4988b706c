import { describe, expect, it } from 'vitest';
import { closingLine, hiddenTrouble, tally } from './closing-line.mjs';

const file = (status, ...tests) => ({ status, assertionResults: tests.map((test) => ({ status: test })) });

describe('tally', () => {
  it('counts passed, failed and skipped tests over all files', () => {
    const testResults = [
      file('passed', 'passed', 'passed', 'skipped', 'todo'),
      file('failed', 'failed', 'passed'),
    ];
    expect(tally({ testResults })).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });

  it('counts a file that could not be loaded as one failure', () => {
    expect(tally({ testResults: [file('failed')] })).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts a file whose hook failed as a failure though its tests were only skipped', () => {
    expect(tally({ testResults: [file('failed', 'skipped')] })).toEqual({ passed: 0, failed: 1, skipped: 1 });
  });
});

describe('closingLine', () => {
  it('has two numbers when nothing was skipped', () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  });

  it('mentions what was skipped', () => {
    expect(closingLine({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
  });
});

describe('hiddenTrouble', () => {
  it('is nothing for a run in which all passed', () => {
    expect(hiddenTrouble({ passed: 1, failed: 0, skipped: 0 }, 0)).toBeUndefined();
  });

  it('is nothing for failures, which the numbers show', () => {
    expect(hiddenTrouble({ passed: 1, failed: 1, skipped: 0 }, 1)).toBeUndefined();
  });

  it('is an error outside of any test', () => {
    expect(hiddenTrouble({ passed: 1, failed: 0, skipped: 0 }, 1)).toMatch(/ended with code 1/);
  });

  it('is a run of no test', () => {
    expect(hiddenTrouble({ passed: 0, failed: 0, skipped: 4 }, 0)).toBe('No test was run.');
  });
});
