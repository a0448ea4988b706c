import { expect, test } from 'vitest';
import { fieldOf, problemOf } from './problem-words.ts';

test('known codes say what to do', () => {
  expect(problemOf(-1314, 'NotAllowedError').advice).toContain('allow it for this page');
  expect(problemOf(-102016, '').title).toBe('Somebody else is sharing already');
});

test('unknown codes pass on what the SDK said', () => {
  expect(problemOf(-42, 'the moon is in the way')).toMatchObject({
    advice: 'the moon is in the way',
    code: -42,
  });
  expect(problemOf(-42, '').advice).not.toBe('');
});

test('refused entries point at the field to correct', () => {
  expect([-3319, -3318, -3320, -3317, -70003, -102052].map(fieldOf)).toEqual([
    'name',
    'room',
    'ticket',
    'ticket',
    'ticket',
    undefined,
  ]);
});
