import { describe, expect, it } from 'vitest';
import { placeSound, type Listener } from './space.ts';

const ahead: Listener = { position: [0, 0, 0], forward: [1, 0, 0], right: [0, 1, 0], up: [0, 0, 1] };
/** At another place, and turned to where the right was. */
const turned: Listener = { position: [10, 10, 0], forward: [0, 1, 0], right: [-1, 0, 0], up: [0, 0, 1] };
/** Right, up, back; without the sign of zeros. */
const directionOf = (listener: Listener, position: readonly [number, number, number]): number[] =>
  placeSound(listener, position).direction.map((along) => along + 0);

describe('a sound comes from', () => {
  it.each([
    ['the front', ahead, [3, 0, 0], [0, 0, -3]],
    ['the right', ahead, [0, 3, 0], [3, 0, 0]],
    ['above', ahead, [0, 0, 3], [0, 3, 0]],
    ['the left of who has turned to the right', turned, [12, 10, 0], [-2, 0, 0]],
    ['the front of who has turned to the right', turned, [10, 12, 1], [0, 1, -2]],
  ] as const)('%s', (_where, listener, position, direction) => {
    expect(directionOf(listener, position)).toEqual(direction);
  });
});

describe('the distance leaves', () => {
  it.each([
    ['all of it at one and the same place', [10, 10, 0], undefined, 1],
    ['all of it at a distance of 1', [11, 10, 0], undefined, 1],
    ['a quarter at 4', [10, 14, 0], undefined, 0.25],
    ['all of it at a tenth of the range', [10, 12, 0], 20, 1],
    ['a half at a fifth of the range', [10, 14, 0], 20, 0.5],
    ['an eighth just within the range', [10, 26, 0], 20, 0.125],
    ['nothing at the range', [10, 30, 0], 20, 0],
    ['nothing beyond the range', [10, 99, 0], 20, 0],
    ['nothing with no range at all', [10, 10, 0], 0, 0],
  ] as const)('%s', (_what, position, range, gain) => {
    expect(placeSound(turned, position, range).gain).toBe(gain);
  });
});
