import { describe, expect, it } from 'vitest';
import { isNoSource } from './compile.mjs';

describe('isNoSource', () => {
  it.each(['node_modules', 'dist', 'room.test.ts', 'x.tsbuildinfo'])('leaves %s out', (name) => {
    expect(isNoSource(name)).toBe(true);
  });

  it.each(['src', 'room.ts', 'contest.ts', 'package.json', 'index.html'])('takes %s in', (name) => {
    expect(isNoSource(name)).toBe(false);
  });
});
