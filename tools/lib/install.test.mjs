import { describe, expect, it } from 'vitest';
import { isInstalled } from './install.mjs';

const wanted = {
  '': {},
  'packages/base': { version: '0.1.0' },
  'node_modules/@rotunda/base': { resolved: 'packages/base', link: true },
  'node_modules/ws': { version: '8.18.0' },
  'node_modules/native-arm64': { version: '1.0.0', optional: true },
};
const present = {
  'packages/base': { version: '0.1.0' },
  'node_modules/@rotunda/base': { resolved: 'packages/base', link: true },
  'node_modules/ws': { version: '8.18.0' },
};

describe('isInstalled', () => {
  it('accepts a tree that has everything but the parts of other platforms', () => {
    expect(isInstalled(wanted, present)).toBe(true);
  });

  it('notices another version', () => {
    expect(isInstalled(wanted, { ...present, 'node_modules/ws': { version: '8.17.0' } })).toBe(false);
  });

  it('notices a package that is missing', () => {
    const { 'node_modules/ws': _, ...rest } = present;
    expect(isInstalled(wanted, rest)).toBe(false);
  });

  it('notices a workspace that is not linked', () => {
    const { 'node_modules/@rotunda/base': _, ...rest } = present;
    expect(isInstalled(wanted, rest)).toBe(false);
  });
});
