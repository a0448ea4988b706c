import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheHome, cacheKey, systemName, workerCache } from './cache.mjs';

const parts = { version: '3.19.22', platform: 'linux', arch: 'x64', system: 'debian12', recipe: 'abc' };

describe('cacheHome', () => {
  it.each([
    ['the XDG directory', { env: { XDG_CACHE_HOME: '/x' }, platform: 'linux' }, '/x/rotunda'],
    ['~/.cache', { env: {}, platform: 'linux' }, '/home/ann/.cache/rotunda'],
    [
      '~/.cache for a relative XDG directory',
      { env: { XDG_CACHE_HOME: 'x' }, platform: 'linux' },
      '/home/ann/.cache/rotunda',
    ],
    ['~/Library/Caches on macOS', { env: {}, platform: 'darwin' }, '/home/ann/Library/Caches/rotunda'],
  ])('is in %s', (_, machine, expected) => {
    expect(cacheHome({ ...machine, home: '/home/ann' })).toBe(expected);
  });
});

describe('cacheKey', () => {
  it('says what the worker depends on', () => {
    expect(cacheKey(parts)).toBe('3.19.22-linux-x64-debian12-abc');
  });

  it.each(Object.keys(parts))('differs when the %s does', (name) => {
    expect(cacheKey({ ...parts, [name]: 'other' })).not.toBe(cacheKey(parts));
  });

  it('is a plain file name whatever a distribution calls itself', () => {
    expect(cacheKey({ ...parts, system: '../a b/c' })).not.toMatch(/[/ ]/);
  });
});

describe('systemName', () => {
  it.each([
    [{ ID: 'debian', VERSION_ID: '12' }, 'debian12'],
    [{ ID: 'debian', VERSION_CODENAME: 'trixie' }, 'debiantrixie'],
    [{ ID: 'arch' }, 'archrolling'],
    [{}, 'kernel23'],
  ])('%j is %s', (fields, expected) => {
    expect(systemName(fields, '23.1.0')).toBe(expected);
  });
});

describe('workerCache', () => {
  let home;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'rotunda-cache-'));
  });

  afterEach(() => rmSync(home, { recursive: true }));

  const open = (recipe = 'abc') => workerCache({ home, version: '3.19.22', recipe });

  function store(cache, content) {
    const scratch = cache.makeScratch();
    const from = join(scratch, 'made');
    writeFileSync(from, content);
    const binary = cache.store({ from, scratch, origin: 'compiled' });
    rmSync(scratch, { recursive: true });
    return binary;
  }

  it('finds what was stored, executable, and says where it came from', () => {
    const binary = store(open(), 'one');
    expect(open().find()).toBe(binary);
    expect(JSON.parse(readFileSync(join(dirname(binary), 'about.json'), 'utf8'))).toMatchObject({
      origin: 'compiled',
    });
  });

  it('keeps workers of different recipes apart', () => {
    store(open('abc'), 'one');
    expect(open('def').find()).toBeUndefined();
  });

  it('replaces and discards an entry', () => {
    store(open(), 'one');
    expect(readFileSync(store(open(), 'two'), 'utf8')).toBe('two');
    open().discard();
    expect(open().find()).toBeUndefined();
  });

  it('sweeps away the scratch directory of a process that is gone, and only that', () => {
    const cache = open();
    const mine = cache.makeScratch();
    const shelf = dirname(mine);
    // No process has this id: it is beyond the largest that a kernel gives.
    const orphan = join(shelf, 'scratch-99999999-abc');
    mkdirSync(orphan);
    cache.sweep();
    expect(existsSync(orphan)).toBe(false);
    expect(readdirSync(shelf)).toHaveLength(1);
  });
});
