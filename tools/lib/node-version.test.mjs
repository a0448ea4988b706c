import { describe, expect, it } from 'vitest';
import { complaintAboutNode, isAtLeast, oldestNode } from './node-version.mjs';

describe('isAtLeast', () => {
  it.each([
    ['v20.19.0', '20.19.0', true],
    ['v20.20.2', '20.19.0', true],
    ['v22.0.0', '20.19.0', true],
    ['v20.9.0', '20.19.0', false],
    ['v18.99.99', '20.19.0', false],
    ['v24.0.0-nightly', '20.19.0', true],
    ['v20', '20.0.0', true],
  ])('%s against %s is %s', (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });
});

describe('complaintAboutNode', () => {
  it('names the version at hand and the one that is needed', () => {
    expect(complaintAboutNode('v16.20.0')).toMatch(/needs Node\.js 20\.19 or newer, and this is v16\.20\.0/);
  });

  it('is silent about the oldest that is accepted', () => {
    expect(complaintAboutNode(`v${oldestNode}`)).toBeUndefined();
  });
});
