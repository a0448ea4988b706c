import { FakeClock } from '@rotunda/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PastSpan } from '../../store/past-port.ts';
import { NO_PAST } from '../past.contract.ts';
import { usageActions } from './usage.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MIDNIGHT = Date.parse('2026-03-10T00:00:00Z');
/** Part of a bucket, so that times often meet its bounds. */
const STEP = 2.5 * MINUTE;

const date = (at: number): string => new Date(at).toISOString().slice(0, 10);

function contextOf(stays: readonly PastSpan[], now: number) {
  const clock = new FakeClock();
  clock.advance(now - clock.now());
  async function* spans(): AsyncIterable<PastSpan> {
    yield* stays;
  }
  return { ...NO_PAST, past: { ...NO_PAST.past, spans }, clock };
}

/** When each bucket begins in seconds, and its minutes of sound. */
async function usageOf(stays: readonly PastSpan[], days: number, now: number): Promise<unknown[]> {
  const given = {
    SdkAppId: 1_400_000_001,
    StartTime: date(MIDNIGHT),
    EndTime: date(MIDNIGHT + (days - 1) * DAY),
  };
  const { run } = usageActions.DescribeTrtcUsage.prepare(new Map(Object.entries(given)));
  const { UsageList } = await run(contextOf(stays, now), { requestId: 'r', sdkAppIds: new Set() });
  return (UsageList as { TimeStampKey: number; UsageValue: number[] }[]).map(
    ({ TimeStampKey, UsageValue }) => [TimeStampKey, UsageValue[0]],
  );
}

/** Each bucket by itself: how much of each stay is in it. */
function counted(stays: readonly PastSpan[], days: number, now: number): unknown[] {
  const bucket = days === 1 ? 5 * MINUTE : DAY;
  return Array.from({ length: (days * DAY) / bucket }, (_, index) => {
    const at = MIDNIGHT + index * bucket;
    const ms = stays.reduce((sum, { enteredAt, leftAt }) => {
      const end = Math.min(at + bucket, leftAt ?? now);
      return sum + Math.max(0, end - Math.max(at, enteredAt));
    }, 0);
    return [at / 1_000, Math.round((ms / MINUTE) * 100) / 100];
  });
}

function stay(index: number, enteredAt: number, leftAt: number | null): PastSpan {
  const who = { incarnation: 'one', sessionId: `s${index}`, userId: `u${index}` };
  return { ...who, kind: 'string', roomId: `r${index % 100}`, enteredAt, leftAt };
}

describe('DescribeTrtcUsage', () => {
  it('has in each bucket what was in it of each stay, of one day or of several', async () => {
    const day = DAY / STEP;
    const time = fc.integer({ min: -day, max: 4 * day });
    const odd = fc.integer({ min: 0, max: 3 });
    const stays = fc.array(fc.tuple(time, odd, fc.option(fc.integer({ min: 0, max: 3 * day }))), {
      maxLength: 40,
    });
    const cases = fc.asyncProperty(stays, fc.constantFrom(1, 2, 3), time, async (some, days, at) => {
      const told = some.map(([start, more, length], index) => {
        const enteredAt = MIDNIGHT + start * STEP + more;
        return stay(index, enteredAt, length === null ? null : enteredAt + length * STEP);
      });
      const now = MIDNIGHT + at * STEP;
      expect(await usageOf(told, days, now)).toEqual(counted(told, days, now));
    });
    await fc.assert(cases, { numRuns: 200 });
  });

  it('has no more work with long stays than with short ones', async () => {
    const cost = async (ms: number): Promise<number> => {
      const many = Array.from({ length: 5_000 }, (_, index) =>
        stay(index, MIDNIGHT + index, MIDNIGHT + index + ms),
      );
      const before = process.cpuUsage();
      await usageOf(many, 1, MIDNIGHT + DAY);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const least = async (ms: number): Promise<number> =>
      Math.min(await cost(ms), await cost(ms), await cost(ms));
    await cost(MINUTE);
    // A bucket that is counted by itself would make it some hundred times as much.
    expect((await least(23 * 60 * MINUTE)) / (await least(MINUTE))).toBeLessThan(8);
  });
});

describe('DescribeTrtcRoomUsage', () => {
  it('gives others turns of the event loop while it writes the lines of many rooms', async () => {
    const many = Array.from({ length: 10_500 }, (_, index) => {
      return { ...stay(index, MIDNIGHT, MIDNIGHT + 10_000), roomId: `r${index}` };
    });
    const given = { SdkAppid: 1_400_000_001, StartTime: '2026-03-10 00:00', EndTime: '2026-03-10 12:00' };
    const { run } = usageActions.DescribeTrtcRoomUsage.prepare(new Map(Object.entries(given)));
    let turns = 0;
    let turn = setImmediate(function next() {
      turns += 1;
      turn = setImmediate(next);
    });
    const { Data } = await run(contextOf(many, MIDNIGHT + DAY), { requestId: 'r', sdkAppIds: new Set() });
    clearImmediate(turn);
    expect(turns).toBeGreaterThanOrEqual(10);
    const lines = String(Data).trimEnd().split('\n');
    expect([lines.length, lines[1], lines.at(-1)]).toEqual([
      10_501,
      'r0,10,0,0,0,0,0',
      'r10499,10,0,0,0,0,0',
    ]);
  });
});
