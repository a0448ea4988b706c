import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { obtainPostgres } from './postgres.mjs';
import { createReporter } from './report.mjs';

let directory;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'rotunda-postgres-')));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The programs of one version, which say that they are it. */
function install(version, { without, says = `(PostgreSQL) ${version}.4 (Debian ${version}.4-1)` } = {}) {
  const path = join(directory, 'versions', `${version}`, 'bin');
  mkdirSync(path, { recursive: true });
  for (const name of ['postgres', 'initdb'].filter((each) => each !== without)) {
    writeFileSync(join(path, name), `#!/bin/sh\n[ "$1" = --version ] && echo '${name} ${says}'\n`);
    chmodSync(join(path, name), 0o755);
  }
  return path;
}

function obtain(env = {}) {
  const lines = [];
  const reporter = createReporter({ stream: { write: (line) => lines.push(line) } });
  const folder = join(directory, 'versions');
  return obtainPostgres({ reporter, folder, env: { PATH: join(directory, 'path'), ...env } }).then(
    (path) => ({ path, said: lines.join('') }),
    (error) => ({ error, said: lines.join('') }),
  );
}

describe('obtainPostgres', () => {
  it('takes the newest of the system, and says its version', async () => {
    install(9);
    install(15);
    const path = install(17);
    const found = await obtain();
    expect(found.path).toBe(path);
    expect(found.said).toContain('PostgreSQL 17.4');
  });

  it('passes over what is not complete, too old, or no PostgreSQL', async () => {
    const path = install(14);
    install(15, { without: 'initdb' });
    install(16, { says: '(PostgreSQL) 11.2' });
    install(17, { says: 'is not installed' });
    expect(await obtain()).toMatchObject({ path });
  });

  it('follows a command on the PATH to the folder of all programs', async () => {
    install(17);
    const path = install(15);
    mkdirSync(join(directory, 'path'));
    symlinkSync(join(path, 'postgres'), join(directory, 'path', 'postgres'));
    expect(await obtain()).toMatchObject({ path });
  });

  it('takes the folder that the environment names before all others, or says that it does not start', async () => {
    install(17);
    const path = install(15);
    expect(await obtain({ ROTUNDA_POSTGRES: path })).toMatchObject({ path });
    const { error, said } = await obtain({ ROTUNDA_POSTGRES: directory });
    expect(error).toMatchObject({ name: 'Refusal' });
    expect(error.message).toContain(`ROTUNDA_POSTGRES names ${directory}`);
    expect(said).toContain('none that starts');
  });
});
