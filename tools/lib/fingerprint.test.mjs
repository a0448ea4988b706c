import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.mjs';

let base;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rotunda-fingerprint-'));
  mkdirSync(join(base, 'src'));
  writeFileSync(join(base, 'src', 'a.ts'), 'a');
});

afterEach(() => rmSync(base, { recursive: true }));

describe('fingerprint', () => {
  it('changes with a content', () => {
    const before = fingerprint(base, ['src']);
    writeFileSync(join(base, 'src', 'a.ts'), 'b');
    expect(fingerprint(base, ['src'])).not.toBe(before);
  });

  it('changes with a name', () => {
    const before = fingerprint(base, ['src']);
    renameSync(join(base, 'src', 'a.ts'), join(base, 'src', 'b.ts'));
    expect(fingerprint(base, ['src'])).not.toBe(before);
  });

  it('does not change with what is skipped or with places that do not exist', () => {
    const before = fingerprint(base, ['src']);
    mkdirSync(join(base, 'src', 'dist'));
    writeFileSync(join(base, 'src', 'dist', 'a.js'), 'a');
    expect(fingerprint(base, ['src', 'nowhere'], { skip: (name) => name === 'dist' })).toBe(before);
  });
});
