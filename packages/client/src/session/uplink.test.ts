import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measured, SentMeasure } from '../measures/compare.ts';
import { nextUplink, WIDE, type Uplink } from './uplink.ts';

const RATES = { bigKbps: 500, smallKbps: 100 };
const NARROW: Uplink = { ...WIDE, narrow: true };

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

function times(count: number, sample: Sample): Sample[] {
  return Array.from({ length: count }, () => sample);
}

const both = { big: 15, small: 15 };
const starved = { big: 0, small: 15 };
const flickering = { big: 1, small: 15 };
const still = { big: 0, small: 0, kbps: 5_000 };
const alone = { big: 6, small: 0 };
const aloneWithRoom = { ...alone, kbps: 700 };
const aloneWithout = { ...alone, kbps: 699 };

const any = fc.constantFrom(both, starved, flickering, still, alone, aloneWithRoom, aloneWithout);
const anyPast = fc.array(any, { maxLength: 200 }).map((samples) => after(WIDE, ...samples));

/**
 * A publisher whose browser does not tell the width, and where the big layer alone will do. @returns how things are after each sample
 */
function publish(from: Uplink, carried: 'both' | 'one', count: number): Uplink[] {
  const states: Uplink[] = [];
  let uplink = from;
  for (let i = 0; i < count; i++) {
    const together = carried === 'both' ? both : starved;
    uplink = after(uplink, uplink.narrow ? alone : together);
    states.push(uplink);
  }
  return states;
}

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
    ['is of unknown width', NARROW, times(14, alone), true],
    ['is of unknown width for half a minute', NARROW, times(15, alone), false],
    [
      'turns out to be narrow after each try',
      NARROW,
      [...times(15, alone), starved, starved, ...times(29, alone)],
      true,
    ],
    [
      'turns out to be wide in the end',
      NARROW,
      [...times(15, alone), starved, starved, ...times(30, alone)],
      false,
    ],
    [
      'is known to be narrow now and then',
      NARROW,
      [...times(14, alone), aloneWithout, ...times(14, alone)],
      true,
    ],
    [
      'was asked for the small layer meanwhile',
      NARROW,
      [...times(14, alone), starved, ...times(14, alone)],
      true,
    ],
    ['turns out to carry both', NARROW, [both, both, both], false],
    ['is asked for nothing', NARROW, times(40, still), true],
    ['is asked for nothing while it is wide', WIDE, [still, still, still], false],
  ])('%s', (_what, from, samples, narrow) => {
    expect(after(from, ...samples).narrow).toBe(narrow);
  });

  it('does not count what a shared screen sends', () => {
    const screen = measured(starved).sent.filter(({ source }) => source === 'sub');
    expect(nextUplink(WIDE, { ...measured(starved), sent: screen }, RATES)).toBe(WIDE);
  });

  it('is judged anew only when several samples in a row say the same', () => {
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

  it('is tried more and more rarely as long as it is too narrow', () => {
    const tries = publish(NARROW, 'one', 400).flatMap(({ narrow }, index, states) =>
      !narrow && states[index - 1]?.narrow ? [index] : [],
    );
    expect(tries.map((index, i) => index - (tries[i - 1] ?? -3))).toEqual([17, 32, 62, 122, 122]);
  });

  it('is tried soon again after both layers have flowed for half a minute', () => {
    const impatient = (uplink: Uplink, seconds: number): boolean =>
      after({ ...uplink, patience: 120 }, ...times(seconds / 2, both), starved, starved, ...times(15, alone))
        .narrow;
    expect([impatient(WIDE, 28), impatient(WIDE, 30)]).toEqual([true, false]);
  });

  it('is found to be wide within four minutes, whatever was before', () => {
    fc.assert(
      fc.property(anyPast, (past) => {
        const states = publish(past, 'both', 135);
        expect(states.slice(119).some(({ narrow }) => narrow)).toBe(false);
        expect(states.at(-1)?.patience).toBe(WIDE.patience);
      }),
    );
  });

  it('is tried for a few seconds in four minutes at most where it stays narrow, whatever was before', () => {
    fc.assert(
      fc.property(anyPast, (past) => {
        const tried = publish(past, 'one', 360)
          .slice(-120)
          .filter(({ narrow }) => !narrow);
        expect(tried.length).toBeLessThanOrEqual(2);
      }),
    );
  });
});
