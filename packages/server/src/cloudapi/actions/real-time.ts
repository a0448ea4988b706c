import { describeRealTimeData, type ParametersOf } from '@rotunda/protocol/cloudapi';
import { defineAction, type ResponseFields } from '../action.ts';
import { DistinctCounts } from './distinct-counts.ts';
import type { MonitoringContext } from './monitoring.ts';
import { readPeriod } from './period.ts';

const MINUTE_MS = 60_000;
/** How long ago real-time data is told of: twelve hours, as in Tencent's advanced edition. */
const AGO_MS = 12 * 3_600_000;

const sdkAppId = (parameters: { readonly SdkAppId: string }): number => Number(parameters.SdkAppId);

/** How much goes on, and how well, minute by minute (docs/trtc.md 5.6). */
export const realTimeActions = {
  DescribeTRTCRealTimeQualityData: defineAction({
    parameters: describeRealTimeData,
    sdkAppId,
    handle: quality,
  }),
  DescribeTRTCRealTimeScaleData: defineAction({ parameters: describeRealTimeData, sdkAppId, handle: scale }),
};

type Query = ParametersOf<typeof describeRealTimeData>;

async function quality(given: Query, context: MonitoringContext): Promise<ResponseFields> {
  const { from, to } = periodOf(given, context);
  const query = { sdkAppId: sdkAppId(given), roomId: given.RoomId ?? null, from, to };
  const shares = new Map((await context.quality.blockedShares(query)).map((share) => [share.at, share]));
  const percent = (share = 0): number => Math.round(share * 10_000) / 100;
  return asTable(
    ['time', 'videoFreezeRate', 'audioFreezeRate'],
    minutes(from, to).map((at) => [
      at / 1_000,
      percent(shares.get(at)?.picture),
      percent(shares.get(at)?.sound),
    ]),
  );
}

async function scale(given: Query, context: MonitoringContext): Promise<ResponseFields> {
  const { from, to } = periodOf(given, context);
  const times = minutes(from, to);
  const [users, rooms] = [new DistinctCounts(times.length), new DistinctCounts(times.length)];
  const stays = context.past.spans({ sdkAppIds: [sdkAppId(given)], roomId: given.RoomId ?? null, from, to });
  for await (const { userId, kind, roomId, enteredAt, leftAt } of stays) {
    const start = Math.floor((Math.max(from, enteredAt) - from) / MINUTE_MS);
    const end = Math.ceil((Math.min(to, leftAt ?? to) - from) / MINUTE_MS);
    users.add(userId, { start, end });
    rooms.add(`${kind} ${roomId}`, { start, end });
  }
  const [userCounts, roomCounts] = [users.counts(), rooms.counts()];
  return asTable(
    ['time', 'userCount', 'roomCount'],
    times.map((at, index) => [at / 1_000, userCounts[index] ?? 0, roomCounts[index] ?? 0]),
  );
}

/** Whole minutes, none of them to come. */
function periodOf(given: Query, { clock }: MonitoringContext): { from: number; to: number } {
  const now = clock.now();
  const { from, to } = readPeriod(given, { now, agoMs: AGO_MS });
  return { from: minuteOf(from), to: Math.min(to, now) };
}

function minutes(from: number, to: number): number[] {
  return Array.from(
    { length: Math.max(0, Math.ceil((to - from) / MINUTE_MS)) },
    (_, i) => from + i * MINUTE_MS,
  );
}

function minuteOf(at: number): number {
  return at - (at % MINUTE_MS);
}

/** TRTCDataResult: whole numbers in one list, exact ones in the other. */
function asTable(columns: readonly string[], rows: readonly (readonly number[])[]): ResponseFields {
  const Values = rows.map((row) => ({ RowValue: row.map(Math.round), RowValueFloat: row }));
  return { Data: { StatementID: 0, Series: [{ Columns: columns, Values }], Total: 1 } };
}
