import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measured, SentMeasure } from '../measures/compare.ts';
import { nextUplink, WIDE, type Uplink } from './uplink.ts';

const RATES = { bigKbps: 500, smallKbps: 100 };
const NARROW: Uplink = { narrow: true, doubts: 0 };

interface Sample {
  readonly big: number;
  readonly small: number;
  readonly kbps?: number | null;
}

function measured({ big, small, kbps = null }: Sample): Measured {
  const stream = {
    source: 'video',
    width: 640,
    height: 360,
    kbps: 0,
    sampleRate: 0,
    lossPercent: 0,
    inputFps: 15,
    volume: 0,
  } as const;
  const sent: SentMeasure[] = [
    { ...stream, source: 'sub', layer: 'big', fps: 10 },
    { ...stream, layer: 'small', fps: small },
    { ...stream, layer: 'big', fps: big },
  ];
  const unused = { rttMs: null, upLoss: null, downLoss: null, sentBytes: 0, receivedBytes: 0, received: [] };
  return { ...unused, uplinkKbps: kbps, sent };
}

function after(uplink: Uplink, ...samples: readonly Sample[]): Uplink {
  return samples.reduce((before, sample) => nextUplink(before, measured(sample), RATES), uplink);
}

const both = { big: 15, small: 15 };
const starved = { big: 0, small: 15 };
const flickering = { big: 1, small: 15 };
const still = { big: 0, small: 0, kbps: 5_000 };
const alone = { big: 6, small: 0 };
const aloneWithRoom = { ...alone, kbps: 700 };
const aloneWithout = { ...alone, kbps: 699 };

describe('the way to the server', () => {
  it.each<[what: string, from: Uplink, samples: Sample[], narrow: boolean]>([
    ['carries both', WIDE, [both, both, both], false],
    ['carries the small layer only', WIDE, [starved, starved], true],
    ['carries a frame of the big one now and then', WIDE, [flickering, starved], true],
    ['was blocked for a moment', WIDE, [starved, both, starved, both], false],
    ['carries fewer frames of the big one', WIDE, [{ big: 5, small: 15 }, { big: 4, small: 15 }], false], // prettier-ignore
    ['carries the big one, which alone is asked for', WIDE, [alone, alone, alone], false],
    ['has room for the big one alone', NARROW, [aloneWithout, aloneWithout, aloneWithout], true],
    ['has room for both again', NARROW, [aloneWithRoom, aloneWithRoom, aloneWithRoom], false],
    ['seems to have room for a moment', NARROW, [aloneWithRoom, aloneWithRoom, aloneWithout], true],
    ['is of unknown width', NARROW, [alone, alone, alone], true],
    ['turns out to carry both', NARROW, [both, both, both], false],
    ['is asked for nothing', NARROW, [still, still, still], true],
    ['is asked for nothing while it is wide', WIDE, [still, still, still], false],
  ])('%s', (_what, from, samples, narrow) => {
    expect(after(from, ...samples).narrow).toBe(narrow);
  });

  it('does not count what a shared screen sends', () => {
    const screen = measured(starved).sent.filter(({ source }) => source === 'sub');
    expect(nextUplink(WIDE, { ...measured(starved), sent: screen }, RATES)).toBe(WIDE);
  });

  it('is judged anew only when several samples in a row say the same', () => {
    const any = fc.constantFrom(both, starved, flickering, still, alone, aloneWithRoom, aloneWithout);
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (samples) => {
        let uplink = WIDE;
        let changedAt = -Infinity;
        for (const [index, sample] of samples.entries()) {
          const next = after(uplink, sample);
          if (next.narrow !== uplink.narrow) {
            expect(index - changedAt).toBeGreaterThanOrEqual(2);
            changedAt = index;
          }
          uplink = next;
        }
      }),
    );
  });
});
