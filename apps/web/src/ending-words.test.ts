import { expect, test } from 'vitest';
import { endingCause, endingWords } from './ending-words.ts';

test.each([
  [0, [], 'left'],
  [1, [], 'removed'],
  [2, [], 'dismissed'],
  [3, [], 'serverLost'],
  [3, [-102011], 'keptOut'],
  [1, [-102011], 'removed'],
  [1, [-102018], 'replaced'],
  [1, [-1314, -102018], 'replaced'],
  [1, [-100006], 'permissionLost'],
  [0, [-102018], 'left'],
  [2, [-100006], 'dismissed'],
  [7, [], 'unknown'],
] as const)('onExitRoom(%i) after errors %j is "%s"', (reason, errors, cause) => {
  expect(endingCause(reason, errors)).toBe(cause);
});

test('every cause has words of its own', () => {
  const causes = [
    'left',
    'removed',
    'keptOut',
    'dismissed',
    'replaced',
    'permissionLost',
    'serverLost',
    'unknown',
  ] as const;
  const titles = new Set(causes.map((cause) => endingWords(cause).title));
  expect(titles.size).toBe(causes.length);
  for (const cause of causes) expect(endingWords(cause).explanation).not.toBe('');
});
