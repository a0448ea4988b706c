import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleSize, judgeSizes } from './bundle-size.mjs';

describe('bundleSize', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bundle-'));
    writeFileSync(
      join(root, 'vite.config.mjs'),
      `export default { build: { minify: true, lib: { formats: ['iife'], name: 'Bundle' } } };`,
    );
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const measure = (modules) => {
    for (const [name, source] of Object.entries(modules)) writeFileSync(join(root, name), source);
    return bundleSize({ root, configFile: join(root, 'vite.config.mjs'), entry: 'main.js' });
  };
  /** Text that gzip cannot make much shorter. */
  let last = 1;
  const noise = Array.from({ length: 2_000 }, () => {
    last = (last * 48_271) % 2_147_483_647;
    return (last % 36).toString(36);
  }).join('');

  it('counts what a module imports, and neither comments nor what is not used', async () => {
    const used = `export const noise = '${noise}'; export const unused = '${noise.toUpperCase()}';`;
    const alone = await measure({ 'main.js': 'globalThis.a = 1;' });
    const together = await measure({
      'noise.js': used,
      'main.js': `/* ${noise.split('').toReversed().join('')} */ import { noise } from './noise.js'; globalThis.a = noise;`,
    });
    expect(alone).toBeGreaterThan(0);
    expect(alone).toBeLessThan(200);
    const plain = await measure({ 'noise.js': `export const noise = '${noise}';` });
    expect(together).toBeGreaterThan(1_000);
    expect(together).toBe(plain);
  });
});

describe('judgeSizes', () => {
  it('is content with what is just as large as it may be', () => {
    expect(judgeSizes([{ name: 'a face', bytes: 120_000, budget: 120_000 }])).toEqual({
      fits: true,
      lines: ['a face: 120.0 kB gzip, of 120.0 kB'],
    });
  });

  it('names what is too large', () => {
    const small = { name: 'a face', bytes: 1_000, budget: 2_000 };
    expect(judgeSizes([small, { name: 'both', bytes: 130_040, budget: 126_000 }])).toEqual({
      fits: false,
      lines: ['a face: 1.0 kB gzip, of 2.0 kB', 'both: 130.0 kB gzip, MORE than the 126.0 kB of its budget'],
    });
  });
});
