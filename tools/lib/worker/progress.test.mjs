import { describe, expect, it } from 'vitest';
import { compileJobs } from './build.mjs';
import { describeProgress, parseNinjaLine } from './progress.mjs';

describe('parseNinjaLine', () => {
  it('reads the counter at the beginning of a line', () => {
    expect(parseNinjaLine('[107/237] Compiling C++ object x.o')).toEqual({ finished: 107, total: 237 });
  });

  it.each(['FAILED: x.o', 'note: see [1/2] above', '[3/2] odd', '[0/0] nothing', '', '[1/2]'])(
    'sees no counter in %j',
    (line) => {
      expect(parseNinjaLine(line)).toBeUndefined();
    },
  );
});

describe('describeProgress', () => {
  it('shows 100 % only at the end', () => {
    expect(describeProgress({ finished: 236, total: 237 })).toBe('compiling [236/237] 99 %');
    expect(describeProgress({ finished: 237, total: 237 })).toBe('compiling [237/237] 100 %');
  });
});

describe('compileJobs', () => {
  it('uses every processor when there is memory for it', () => {
    expect(compileJobs({ processors: 4, memory: 8e9 })).toBe(4);
  });

  it('takes fewer where memory is short, and never none', () => {
    expect(compileJobs({ processors: 8, memory: 2e9 })).toBe(3);
    expect(compileJobs({ processors: 8, memory: 1e8 })).toBe(1);
  });
});
