import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { installCommand } from './apt.mjs';
import { findCommand, isDebianLike, isProcessAlive, parseOsRelease } from './system.mjs';

describe('parseOsRelease', () => {
  it('reads quoted and bare values and skips everything else', () => {
    const text =
      '# comment\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nX=\'y z\'\n\n';
    expect(parseOsRelease(text)).toEqual({
      PRETTY_NAME: 'Debian GNU/Linux 12 (bookworm)',
      ID: 'debian',
      VERSION_ID: '12',
      X: 'y z',
    });
  });
});

describe('isDebianLike', () => {
  it.each([
    [{ ID: 'debian' }, true],
    [{ ID: 'ubuntu', ID_LIKE: 'debian' }, true],
    [{ ID: 'linuxmint', ID_LIKE: 'ubuntu debian' }, true],
    [{ ID: 'fedora' }, false],
    [{}, false],
  ])('%j is %s', (release, expected) => {
    expect(isDebianLike(release)).toBe(expected);
  });
});

describe('findCommand', () => {
  it('finds what is on the PATH and only that', () => {
    expect(findCommand('sh', { PATH: '/nowhere:/bin' })).toBe('/bin/sh');
    expect(findCommand('sh', { PATH: '/nowhere' })).toBeUndefined();
    expect(findCommand('sh', {})).toBeUndefined();
  });
});

describe('installCommand', () => {
  it('is one line to paste', () => {
    expect(installCommand(['meson', 'g++'])).toBe(
      'sudo apt-get install -y --no-install-recommends meson g++',
    );
  });
});

describe('isProcessAlive', () => {
  it('knows this process from one that has ended', () => {
    expect(isProcessAlive(process.pid)).toBe(true);
    expect(isProcessAlive(spawnSync(process.execPath, ['-e', '']).pid)).toBe(false);
  });
});
