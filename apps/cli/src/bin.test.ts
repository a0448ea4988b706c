import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: { rotunda: string } };
const file = join(root, bin.rotunda);

it('the command is there before anything is built, and then says what to do', () => {
  accessSync(file, constants.X_OK);
  const elsewhere = mkdtempSync(join(tmpdir(), 'rotunda-bin-'));
  try {
    mkdirSync(join(elsewhere, 'bin'));
    cpSync(file, join(elsewhere, 'bin', 'rotunda.mjs'));
    const { status, stderr } = spawnSync(join(elsewhere, 'bin', 'rotunda.mjs'), ['rooms'], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining('npm run build')]);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

// Built by `npm run build`, which `npm test` does first.
it.skipIf(!existsSync(join(root, 'dist', 'main.js')))('the built command runs', () => {
  const { status, stdout } = spawnSync(file, ['--help'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, expect.stringContaining('rotunda rooms')]);
});
