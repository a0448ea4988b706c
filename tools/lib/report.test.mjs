import { describe, expect, it } from 'vitest';
import { createReporter, duration } from './report.mjs';

function plainStream() {
  const written = [];
  return { written, isTTY: false, write: (text) => written.push(text) };
}

describe('duration', () => {
  it.each([
    [0, '0.0 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 00 s'],
    [125_400, '2 min 05 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('a step without a terminal', () => {
  it('tells every phase at once, and a counter every ten seconds', () => {
    let clock = 0;
    const stream = plainStream();
    const step = createReporter({ stream, now: () => clock }).step('Media worker');
    step.update('configuring');
    step.update('compiling');
    for (clock = 1_000; clock <= 12_000; clock += 1_000)
      step.update(`[${clock / 1000}/20]`, { progress: true });
    step.done('compiled');
    expect(stream.written).toEqual([
      '… Media worker: configuring (0.0 s)\n',
      '… Media worker: compiling (0.0 s)\n',
      '… Media worker: [10/20] (10.0 s)\n',
      '✓ Media worker: compiled (13.0 s)\n',
    ]);
  });
});

describe('a step on a terminal', () => {
  it('rewrites one line that is never wider than the terminal', () => {
    const stream = { ...plainStream(), isTTY: true, columns: 40 };
    const step = createReporter({ stream, now: () => 0 }).step('Build');
    step.update('x'.repeat(100));
    step.done('built');
    const lines = stream.written.filter((text) => text.startsWith('…'));
    expect(lines.map((line) => line.length)).toEqual([39]);
    expect(stream.written.at(-1)).toBe('✓ Build: built (0.0 s)\n');
  });
});
