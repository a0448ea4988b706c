import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, NO_FALLBACK, type Fallback, type Reception } from './fallback.ts';

/** What happens, and how many seconds after the thing before it. */
type Step = readonly [afterSeconds: number, what: keyof typeof WHAT];

const WHAT = {
  big: { layer: 'big', bigIsThere: true },
  small: { layer: 'small', bigIsThere: true },
  nothing: { layer: 'none', bigIsThere: true },
  'small, for want of big': { layer: 'small', bigIsThere: false },
  'nothing, for want of any': { layer: 'none', bigIsThere: false },
  'big, which is gone': { layer: 'big', bigIsThere: false },
} as const satisfies Record<string, Reception>;
const NAMES = Object.keys(WHAT) as (keyof typeof WHAT)[];

/** Asks when it has to be asked again, as its owner does. */
class Viewer {
  state: Fallback = NO_FALLBACK;
  now = 0;
  #reception: Reception = WHAT['nothing, for want of any'];

  sees(...steps: readonly Step[]): this {
    for (const [afterSeconds, what] of steps) {
      this.wait(afterSeconds * 1000);
      this.#reception = WHAT[what];
      this.state = follow(this.state, this.#reception, this.now);
    }
    return this;
  }

  wait(ms: number): this {
    const end = this.now + ms;
    while (this.state.dueAt !== null && this.state.dueAt <= end) {
      this.now = this.state.dueAt;
      this.state = follow(this.state, this.#reception, this.now);
    }
    this.now = end;
    return this;
  }
}

describe('a viewer of the big layer', () => {
  it.each<[what: string, steps: Step[], waits: number, needed: boolean]>([
    ['who gets it', [[0, 'big']], 3_600, false],
    ['who falls to nothing', [[0, 'big'], [9, 'nothing']], 0.1, true], // prettier-ignore
    ['who falls to nothing from the small one', [[0, 'small'], [1, 'nothing']], 0.1, true], // prettier-ignore
    ['whose publisher paused just then', [[0, 'big'], [9, 'nothing'], [0.05, 'nothing, for want of any']], 600, false], // prettier-ignore
    ['who has not begun yet', [[0, 'nothing']], 4.9, false],
    ['who does not begin', [[0, 'nothing']], 5, true],
    ['who stays with the small one', [[0, 'small']], 10, true],
    ['who is on the way up', [[0, 'nothing'], [2, 'small'], [2, 'big']], 600, false], // prettier-ignore
    ['who gets the small one because there is no big one', [[0, 'small, for want of big']], 600, false],
    ['whose publisher sends nothing', [[0, 'big'], [9, 'nothing, for want of any']], 600, false], // prettier-ignore
    ['who changes over while the other layer begins', [[0, 'small, for want of big'], [9, 'small'], [9, 'big']], 600, false], // prettier-ignore
    ['who got it back', [[0, 'small'], [12, 'big']], 0, false], // prettier-ignore
    ['of whom it was known, while nobody can know', [[0, 'small'], [12, 'small, for want of big']], 29.9, true], // prettier-ignore
    ['of whom it was known long ago', [[0, 'small'], [12, 'small, for want of big']], 30, false], // prettier-ignore
  ])('%s', (_what, steps, waits, needed) => {
    const viewer = new Viewer().sees(...steps).wait(waits * 1000);
    expect(viewer.state.needed).toBe(needed);
  });

  it('is tried with the big one again and again, ever more seldom', () => {
    const viewer = new Viewer().sees([0, 'small'], [12, 'small, for want of big']);
    const holds: number[] = [];
    for (let tries = 0; tries < 6; tries++) {
      const began = viewer.now;
      while (viewer.state.needed) viewer.wait(1_000);
      holds.push((viewer.now - began) / 1000);
      viewer.sees([12, 'nothing']).wait(100).sees([1, 'small, for want of big']);
    }
    expect(holds).toEqual([30, 60, 120, 240, 240, 240]);
    while (viewer.state.needed) viewer.wait(1_000);
    viewer.sees([12, 'big'], [60, 'nothing']).wait(100);
    expect(viewer.state, 'that one did not fail').toMatchObject({ needed: true, holdMs: 30_000 });
  });

  it('never needs the small one while it gets the big one, and never waits for the past', () => {
    const step = fc.tuple(fc.nat(100), fc.constantFrom(...NAMES));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const viewer = new Viewer();
        for (const [afterSeconds, what] of steps) {
          viewer.sees([afterSeconds, what]);
          const { needed, dueAt } = viewer.state;
          if (what === 'big') expect(viewer.state).toMatchObject({ needed: false, dueAt: null });
          if (dueAt !== null) expect(dueAt).toBeGreaterThan(viewer.now);
          // Whatever is not settled yet is so sooner or later.
          if (needed !== WHAT[what].bigIsThere && what !== 'big') {
            const end = viewer.wait(240_000).state;
            expect(end).toMatchObject({ needed: WHAT[what].bigIsThere, dueAt: null });
          }
        }
      }),
    );
  });
});
