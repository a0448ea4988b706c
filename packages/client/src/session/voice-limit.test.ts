import { describe, expect, it } from 'vitest';
import { chooseVoices } from './voice-limit.ts';

const voices = new Map([
  ['bob', 20],
  ['carol', 60],
  ['dave', 40],
]);
const nobody = new Set<string>();
const choose = (maxCount: number, includeUsers: string[], heard: ReadonlySet<string> = nobody): string[] =>
  [...chooseVoices(voices, { maxCount, includeUsers }, heard)].toSorted();

describe('who is heard', () => {
  it('are the loudest', () => {
    expect(choose(2, [])).toEqual(['carol', 'dave']);
    expect(choose(5, [])).toEqual(['bob', 'carol', 'dave']);
  });

  it('are first of all those who are included, even if they are too many; the absent take no place', () => {
    expect(choose(2, ['bob', 'bob', 'nobody'])).toEqual(['bob', 'carol']);
    expect(choose(1, ['bob', 'dave'])).toEqual(['bob', 'dave']);
  });

  it('stay heard until another one is clearly louder', () => {
    const close = new Map([
      ['bob', 50],
      ['carol', 59],
    ]);
    const limit = { maxCount: 1, includeUsers: [] };
    expect([...chooseVoices(close, limit, new Set(['bob']))]).toEqual(['bob']);
    expect([...chooseVoices(close.set('carol', 61), limit, new Set(['bob']))]).toEqual(['carol']);
  });

  it('are those who came first while nobody speaks', () => {
    const silent = new Map([
      ['bob', 0],
      ['carol', 0],
    ]);
    expect([...chooseVoices(silent, { maxCount: 1, includeUsers: [] }, nobody)]).toEqual(['bob']);
  });
});
