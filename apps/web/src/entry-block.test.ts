import { expect, test } from 'vitest';
import { blockProblem, whenWords } from './entry-block.ts';

/** Of the time zone of whoever runs the test, as the page is of whoever reads it. */
const at = (...moment: [number, number, number, number, number, number?]): number =>
  new Date(...moment).getTime();
const NOW = at(2026, 11, 30, 14, 5);

test.each([
  [at(2026, 11, 30, 18, 30), 'today at 18:30'],
  [at(2026, 11, 30, 14, 5, 1), 'today at 14:06'],
  [at(2026, 11, 31, 0, 0), 'tomorrow at 00:00'],
  [at(2026, 11, 30, 23, 59, 30), 'tomorrow at 00:00'],
  [at(2027, 0, 1, 9, 0), 'on 1 January 2027 at 09:00'],
])('%i is "%s"', (until, words) => {
  expect(whenWords(until, NOW)).toBe(words);
});

test('a refused entry says what the application said, and when to come back', () => {
  const until = at(2026, 11, 30, 18, 30);
  const problem = blockProblem({ until, message: 'Please <b>wait</b>.' }, NOW);
  expect(problem.quote).toBe('Please <b>wait</b>.');
  expect(problem.advice).toContain('You may join today at 18:30.');
  expect(blockProblem({ until, message: '' }, NOW)).not.toHaveProperty('quote');
});
