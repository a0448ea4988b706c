import { FakeClock } from '@rotunda/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PastSpan } from '../../store/past-port.ts';
import { NO_PAST } from '../past.contract.ts';
import { realTimeActions } from './real-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A minute begins. */
const NOON = Date.parse('2026-03-10T12:00:00Z');
const FROM = NOON - 12 * HOUR;

const scale = realTimeActions.DescribeTRTCRealTimeScaleData;

interface Asked {
  readonly from: number;
  readonly to: number;
}

/** Time, users and rooms of each minute. */
async function scaleOf(stays: readonly PastSpan[], { from, to }: Asked): Promise<unknown[]> {
  const clock = new FakeClock();
  clock.advance(NOON - clock.now());
  async function* spans(): AsyncIterable<PastSpan> {
    yield* stays;
  }
  const given = { SdkAppId: '1400000001', StartTime: from / 1_000, EndTime: to / 1_000 };
  const { run } = scale.prepare(new Map(Object.entries(given)));
  const context = { ...NO_PAST, past: { ...NO_PAST.past, spans }, clock };
  const { Data } = await run(context, { requestId: 'r', sdkAppIds: new Set() });
  const { Series } = Data as { Series: { Values: { RowValue: unknown }[] }[] };
  return Series[0]!.Values.map(({ RowValue }) => RowValue);
}

/** Each minute by itself: who was there before it ended, and not gone before it began. */
function counted(stays: readonly PastSpan[], { from, to }: Asked): unknown[] {
  const end = Math.min(to + 1_000, NOON);
  const rows: unknown[] = [];
  for (let at = from - (from % MINUTE); at < end; at += MINUTE) {
    const there = stays.filter(
      ({ enteredAt, leftAt }) =>
        enteredAt - (enteredAt % MINUTE) <= at && at < Math.min(end, leftAt ?? Infinity),
    );
    const users = new Set(there.map(({ userId }) => userId));
    const rooms = new Set(there.map(({ kind, roomId }) => `${kind} ${roomId}`));
    rows.push([at / 1_000, users.size, rooms.size]);
  }
  return rows;
}

const stays = fc.array(
  fc.record({
    incarnation: fc.constant('one'),
    sessionId: fc.constant('s'),
    userId: fc.constantFrom('ann', 'ben', 'cid'),
    kind: fc.constantFrom('number' as const, 'string' as const),
    roomId: fc.constantFrom('1', '2'),
    enteredAt: fc.integer({ min: -30, max: 120 }),
    leftAt: fc.option(fc.integer({ min: 0, max: 40 })),
  }),
  { maxLength: 30 },
);
/** Half a minute, so that times often meet. */
const STEP = 30_000;

describe('DescribeTRTCRealTimeScaleData', () => {
  it('counts each user and each room once in a minute, whatever stays overlap', async () => {
    const cases = fc.asyncProperty(
      stays,
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 60 }),
      async (some, first, length) => {
        const period = { from: FROM + first * STEP, to: FROM + (first + length) * STEP };
        const told = some
          .map((stay) => {
            const enteredAt = FROM + stay.enteredAt * STEP;
            return {
              ...stay,
              enteredAt,
              leftAt: stay.leftAt === null ? null : enteredAt + stay.leftAt * STEP,
            };
          })
          .filter(({ enteredAt, leftAt }) => {
            return (
              enteredAt < period.to + 1_000 && (leftAt ?? Infinity) > period.from - (period.from % MINUTE)
            );
          });
        expect(await scaleOf(told, period)).toEqual(counted(told, period));
      },
    );
    await fc.assert(cases, { numRuns: 300 });
  });

  it('has no more work with long stays than with short ones', async () => {
    const whole = { from: FROM, to: NOON };
    const cost = async (ms: number): Promise<number> => {
      const many = Array.from({ length: 3_000 }, (_, index): PastSpan => {
        const who = { incarnation: 'one', sessionId: `s${index}`, userId: `u${index}` };
        const where = { kind: 'string', roomId: `r${index % 100}` } as const;
        return { ...who, ...where, enteredAt: FROM + index, leftAt: FROM + index + ms };
      });
      const before = process.cpuUsage();
      await scaleOf(many, whole);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const least = async (ms: number): Promise<number> =>
      Math.min(await cost(ms), await cost(ms), await cost(ms));
    // A minute that is counted by itself would make it some hundred times as much.
    expect((await least(11 * HOUR)) / (await least(MINUTE))).toBeLessThan(20);
  });
});
