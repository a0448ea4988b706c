import { TokenBucket } from '@rotunda/base';
import type { Surroundings } from '@rotunda/protocol';
import type { Observation } from '../rooms/observations.ts';

/** How much of it history keeps of one stay (docs/limits.md). */
const RATE = { perSecond: 0.2, burst: 20 };

/** Where the client of one stay runs, as history knows it. */
export class KnownSurroundings {
  readonly #rate: TokenBucket;
  #known: Surroundings = { hidden: false, denied: [] };

  constructor(now: number) {
    this.#rate = new TokenBucket({ ...RATE, now });
  }

  /** @returns what is new; what there is no room for now comes up at a later look, if it still holds then */
  look(seen: Surroundings, now: number): readonly Observation[] {
    const news = compare(this.#known, seen);
    if (news.length === 0 && seen.denied.length === this.#known.denied.length) return [];
    if (!this.#rate.take(news.length, now)) return [];
    this.#known = { ...seen, network: seen.network ?? this.#known.network };
    return news;
  }
}

function compare(known: Surroundings, seen: Surroundings): readonly Observation[] {
  const { hidden, network } = seen;
  const news: Observation[] = [];
  if (hidden !== known.hidden) news.push({ kind: 'page', detail: hidden ? 'hidden' : 'shown' });
  if (network && network !== known.network) news.push({ kind: 'network', detail: network });
  for (const detail of new Set(seen.denied))
    if (!known.denied.includes(detail)) news.push({ kind: 'denied', detail });
  return news;
}
