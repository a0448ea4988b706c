import { describe, expect, it } from 'vitest';
import type { Surroundings } from '@rotunda/protocol';
import { KnownSurroundings } from './surroundings.ts';

const USUAL: Surroundings = { hidden: false, denied: [] };

describe('where a client runs', () => {
  it('is news when it changes, and at the beginning unless it is as usual', () => {
    const known = new KnownSurroundings(0);
    const look = (over: Partial<Surroundings>): string[] =>
      known.look({ ...USUAL, ...over }, 0).map(({ kind, detail }) => `${kind} ${detail}`);
    expect(look({})).toEqual([]);
    expect(look({ hidden: true, network: 'wifi', denied: ['audio', 'audio'] })).toEqual([
      'page hidden',
      'network wifi',
      'denied audio',
    ]);
    expect(look({ hidden: true, network: 'wifi', denied: ['audio'] })).toEqual([]);
    expect(look({ network: '4g', denied: ['audio', 'video'] })).toEqual([
      'page shown',
      'network 4g',
      'denied video',
    ]);
    expect(look({}), 'a network that is not told any more has not changed').toEqual([]);
    expect(look({ network: '4g', denied: ['audio'] }), 'denied once more').toEqual(['denied audio']);
  });

  it('is kept as often as anybody may want to know, and then as it is', () => {
    const known = new KnownSurroundings(0);
    const news: boolean[] = [];
    for (let now = 0; now < 600_000; now += 1_000)
      for (const { detail } of known.look({ ...USUAL, hidden: (now / 1_000) % 2 === 0 }, now))
        news.push(detail === 'hidden');
    expect(news.length).toBeGreaterThan(100);
    expect(news.length).toBeLessThanOrEqual(20 + 600 / 5);
    expect(
      news.every((hidden, index) => hidden === (index % 2 === 0)),
      'one after the other',
    ).toBe(true);
    expect(known.look({ ...USUAL, hidden: true }, 700_000)).toHaveLength(news.at(-1) ? 0 : 1);
  });
});
