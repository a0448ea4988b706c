import { expect, test } from 'vitest';
import { friendlyName, hueOf, initials } from './names.ts';

test('initials take the first and the last word', () => {
  expect(initials('Calm-Otter')).toBe('CO');
  expect(initials('ada')).toBe('A');
  expect(initials('ada maria lovelace')).toBe('AL');
  expect(initials('小明')).toBe('小');
  expect(initials('--')).toBe('?');
});

test('friendly names stay within both ends of the random range', () => {
  for (const value of [0, 0.999_999]) expect(friendlyName(() => value)).toMatch(/^[A-Z][a-z]+-[A-Z][a-z]+$/);
});

test('a hue stays with its name', () => {
  expect(hueOf('ada')).toBe(hueOf('ada'));
  expect(hueOf('')).toBe(0);
});
