import { describe, expect, it } from 'vitest';
import { missingPackages } from './packages.mjs';
import { requirements } from './recipe.mjs';

const all = requirements.map((requirement) => requirement.package);

describe('missingPackages', () => {
  it('lists everything for a bare machine', () => {
    expect(missingPackages(requirements, { hasCommand: () => false, hasLibrary: () => false })).toEqual(all);
  });

  it('lists nothing when all is there', () => {
    expect(missingPackages(requirements, { hasCommand: () => true, hasLibrary: () => true })).toEqual([]);
  });

  it('lists the package of a command and of a library that is missing', () => {
    const machine = { hasCommand: (name) => name !== 'flatc', hasLibrary: (name) => name !== 'libsrtp2' };
    expect(missingPackages(requirements, machine)).toEqual(['libsrtp2-dev', 'flatbuffers-compiler']);
  });
});
