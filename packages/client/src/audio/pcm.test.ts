import { describe, expect, it } from 'vitest';
import { Resampler, type PcmFrame } from './pcm.ts';

const AMPLITUDE = 10_000;

const sine = (hertz: number, rate: number, from: number, length: number): Int16Array =>
  Int16Array.from({ length }, (_value, at) =>
    Math.round(Math.sin((2 * Math.PI * hertz * (from + at)) / rate) * AMPLITUDE),
  );

/** One second of a tone, in frames of 10 ms, as it comes out on the left. */
function resampled(hertz: number, { from, to }: { from: number; to: number }): number[] {
  const resampler = new Resampler(to);
  const length = from / 100;
  return Array.from({ length: 100 }, (_value, frame) => {
    const samples = sine(hertz, from, frame * length, length);
    return [...resampler.next({ samples, channels: 1, sampleRate: from })[0]];
  }).flat();
}

/** How far it is at most from that tone, but for its beginning, before which there was nothing. */
function error(heard: readonly number[], hertz: number, rate: number): number {
  const wanted = (at: number): number => (Math.sin((2 * Math.PI * hertz * at) / rate) * AMPLITUDE) / 32_768;
  return Math.max(...heard.map((value, at) => (at < 50 ? 0 : Math.abs(value - wanted(at)))));
}

describe('a resampler', () => {
  const stereo: PcmFrame = {
    samples: Int16Array.from({ length: 40 }, (_value, at) => (at % 2 === 0 ? at : -at) * 512),
    channels: 2,
    sampleRate: 48_000,
  };

  it('gives samples of its own rate as they are, and keeps the sides apart', () => {
    const [left, right] = new Resampler(48_000).next(stereo);
    expect([...left.subarray(0, 4)]).toEqual([0, 2 / 64, 4 / 64, 6 / 64]);
    expect([...right.subarray(0, 4)]).toEqual([-1 / 64, -3 / 64, -5 / 64, -7 / 64]);
  });

  it('gives mono on both sides', () => {
    const [left, right] = new Resampler(48_000).next({ ...stereo, channels: 1 });
    expect([...left.subarray(0, 4)]).toEqual([0, -1 / 64, 2 / 64, -3 / 64]);
    expect(right).toEqual(left);
  });

  it.each([16_000, 24_000, 32_000, 44_100, 48_000])(
    'makes one sound without a step of frames of %i Hz, low and high',
    (from) => {
      for (const to of [44_100, 48_000])
        for (const hertz of [440, 5_000]) {
          const heard = resampled(hertz, { from, to });
          // All but what it still waits for on the other side of.
          expect(to - heard.length).toBeLessThan((10 * to) / from);
          expect(error(heard, hertz, to)).toBeLessThan(0.006);
        }
    },
  );

  it('lets nothing come back as another tone that the lower rate cannot have', () => {
    const heard = resampled(12_000, { from: 48_000, to: 16_000 });
    expect(Math.max(...heard.slice(50).map(Math.abs))).toBeLessThan(0.01);
  });

  it('begins anew with another rate', () => {
    const resampler = new Resampler(48_000);
    resampler.next(stereo);
    const quiet = new Int16Array(400);
    const [left] = resampler.next({ samples: quiet, channels: 1, sampleRate: 16_000 });
    expect(Math.max(...left.map(Math.abs))).toBe(0);
  });
});
