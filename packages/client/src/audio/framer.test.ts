import { describe, expect, it } from 'vitest';
import { Framer } from './framer.ts';

/** Left and right in turn: a rising staircase, the right side three lower. */
const stereo = (from: number, length: number): Int16Array =>
  Int16Array.from({ length: 2 * length }, (_value, at) => 10 * (from + (at >> 1)) - (at % 2) * 6);

describe('a framer', () => {
  it('cuts blocks of any length into frames of 20 ms, both sides in one, without losing a sample', () => {
    const frames: Int16Array[] = [];
    const framer = new Framer((frame) => frames.push(frame));
    for (let from = 0; from < 3_072; from += 1_024) framer.take(stereo(from, 1_024), 48_000);
    expect(frames.map(({ length }) => length)).toEqual([960, 960, 960]);
    const samples = frames.flatMap((frame) => [...frame]);
    expect(samples).toEqual(samples.map((_value, at) => 10 * at - 3));
    expect(new Set(frames.map(({ buffer }) => buffer)).size).toBe(3);
  });

  it('brings another rate to 48 kHz', () => {
    const frames: Int16Array[] = [];
    const framer = new Framer((frame) => frames.push(frame));
    for (let from = 0; from < 4_410; from += 441) framer.take(new Int16Array(2 * 441).fill(5_000), 44_100);
    // 100 ms, less what it waits for.
    expect(frames).toHaveLength(4);
    expect(new Set(frames[3])).toEqual(new Set([5_000]));
  });

  it('does not turn the loudest sound over', () => {
    const frames: Int16Array[] = [];
    const framer = new Framer((frame) => frames.push(frame));
    const steps = Int16Array.from({ length: 2 * 4_410 }, (_value, at) =>
      Math.floor(at / 80) % 2 === 0 ? 32_767 : -32_767,
    );
    framer.take(steps, 44_100);
    const [frame = []] = frames;
    expect(frame).toContain(32_767);
    // One change in each 40 samples of before, and none at the edge of what a sample can be.
    const changes = [...frame].filter((sample, at, all) => at > 0 && sample > 0 !== (all[at - 1] ?? 0) > 0);
    expect(changes.length).toBeLessThanOrEqual(Math.ceil((20 * 44.1) / 40));
  });
});
