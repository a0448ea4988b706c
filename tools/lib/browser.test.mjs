import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { obtainChromium } from './chromium.mjs';
import { obtainFirefox } from './firefox.mjs';
import { createReporter } from './report.mjs';

let directory;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rotunda-browser-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A program that answers `--version` with this line. */
function program(name, { says, exits = 0 }) {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && echo '${says}'\nexit ${exits}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The env is what a machine has: only this directory is on the PATH. */
function obtain(find, env = {}) {
  const lines = [];
  const reporter = createReporter({ stream: { write: (line) => lines.push(line) } });
  return find({ reporter, env: { PATH: directory, ...env } }).then(
    (path) => ({ path, said: lines.join('') }),
    (error) => ({ error, said: lines.join('') }),
  );
}

describe.each([
  {
    find: obtainFirefox,
    variable: 'ROTUNDA_FIREFOX',
    best: 'firefox-esr',
    other: 'firefox',
    says: 'Mozilla Firefox 153.7.0esr',
  },
  {
    find: obtainChromium,
    variable: 'ROTUNDA_CHROMIUM',
    best: 'chromium',
    other: 'google-chrome',
    says: 'Chromium 150.0.1 built on Debian GNU/Linux 12',
  },
])('$find.name', ({ find, variable, best, other, says }) => {
  it('finds the best one on the PATH and says its version', async () => {
    program(other, { says });
    const path = program(best, { says });
    const found = await obtain(find);
    expect(found.path).toBe(path);
    expect(found.said).toContain(says);
  });

  it.each([
    ['only hints at something to install', { says: 'Please install me first' }],
    ['breaks', { says, exits: 1 }],
  ])('passes over one that %s', async (_, broken) => {
    program(best, broken);
    const path = program(other, { says });
    expect(await obtain(find)).toMatchObject({ path });
  });

  it('takes the one that the environment names before all others', async () => {
    program(best, { says });
    const path = program('mine', { says });
    expect(await obtain(find, { [variable]: path })).toMatchObject({ path });
  });

  it('says so when the one that the environment names does not start', async () => {
    program(best, { says });
    const path = program('mine', { says: 'Something Else 1.0' });
    const { error, said } = await obtain(find, { [variable]: path });
    expect(error).toMatchObject({ name: 'Refusal' });
    expect(error.message).toContain(`${variable} names ${path}`);
    expect(said).toContain('none that starts');
  });
});
