import {
  CloudApiError,
  describeTrtcRoomUsage,
  describeTrtcUsage,
  readUtc,
  type ParametersOf,
} from '@rotunda/protocol/cloudapi';
import type { Period } from '../../store/past-port.ts';
import { defineAction, type ActionCall, type ResponseFields } from '../action.ts';
import type { MonitoringContext } from './monitoring.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FIVE_MINUTES_MS = 5 * MINUTE_MS;
const MAX_DAYS = 31;

/**
 * By the pixels that somebody received at a time; who received none pays for sound (docs/trtc.md 5.7). The bounds are the largest
 * numbers of pixels of each but the last.
 */
const PICTURES = ['SD', 'HD', 'FullHD', '2K', '4K'] as const;
const BOUNDS = [640 * 480, 1280 * 720, 1920 * 1080, 2560 * 1440] as const;

/** How long users were in rooms, by what they received (docs/trtc.md 5.7). */
export const usageActions = {
  DescribeTrtcUsage: defineAction({
    parameters: describeTrtcUsage,
    limit: { requests: 5, seconds: 1 },
    sdkAppId: ({ SdkAppId }) => SdkAppId ?? null,
    handle: usage,
  }),
  DescribeTrtcRoomUsage: defineAction({
    parameters: describeTrtcRoomUsage,
    limit: { requests: 1, seconds: 15 },
    sdkAppId: ({ SdkAppid }) => SdkAppid,
    handle: roomUsage,
  }),
};

async function usage(
  given: ParametersOf<typeof describeTrtcUsage>,
  context: MonitoringContext,
  { sdkAppIds }: ActionCall,
): Promise<ResponseFields> {
  // The last day is meant as a whole.
  const period = periodOf(given, { longestMs: MAX_DAYS * DAY_MS, lastMs: DAY_MS });
  const bucketMs = period.to - period.from <= DAY_MS ? FIVE_MINUTES_MS : DAY_MS;
  const query = { ...period, sdkAppIds: given.SdkAppId === undefined ? [...sdkAppIds] : [given.SdkAppId] };
  const buckets = new Map<number, number[]>();
  for (let at = period.from; at < period.to; at += bucketMs) buckets.set(at, emptyUsage());
  for await (const { enteredAt, leftAt } of context.past.spans({ ...query, roomId: null })) {
    const [start, end] = within(period, enteredAt, leftAt ?? context.clock.now());
    for (let at = start - (start % bucketMs); at < end; at += bucketMs)
      addSound(buckets.get(at), Math.min(end, at + bucketMs) - Math.max(start, at));
  }
  for (const { key, level, span } of await context.quality.pictureTimeByBucket({
    ...query,
    bucketMs,
    bounds: BOUNDS,
  }))
    movePicture(buckets.get(key), level, span);
  return {
    UsageKey: ['Audio', ...PICTURES],
    UsageList: [...buckets].map(([at, spans]) => ({
      TimeKey: new Date(at).toISOString().slice(0, 19).replace('T', ' '),
      TimeStampKey: at / 1_000,
      UsageValue: spans.map((ms) => Math.round((ms / MINUTE_MS) * 100) / 100),
    })),
  };
}

async function roomUsage(
  given: ParametersOf<typeof describeTrtcRoomUsage>,
  context: MonitoringContext,
): Promise<ResponseFields> {
  const period = periodOf(given, { longestMs: DAY_MS, lastMs: 0 });
  const query = { ...period, sdkAppIds: [given.SdkAppid] };
  const rooms = new Map<string, number[]>();
  for await (const { roomId, enteredAt, leftAt } of context.past.spans({ ...query, roomId: null })) {
    const [start, end] = within(period, enteredAt, leftAt ?? context.clock.now());
    const spans = rooms.get(roomId) ?? emptyUsage();
    addSound(spans, end - start);
    rooms.set(roomId, spans);
  }
  for (const { key, level, span } of await context.quality.pictureTimeByRoom({ ...query, bounds: BOUNDS }))
    movePicture(rooms.get(key), level, span);
  const lines = [...rooms].map(([roomId, spans]) => [
    quoted(roomId),
    ...spans.map((ms) => Math.round(ms / 1_000)),
  ]);
  return {
    Data: [['RoomId', 'Audio', 'SD', 'hd', 'FullHD', '2K', '4K'], ...lines]
      .map((line) => `${line.join()}\n`)
      .join(''),
  };
}

/** Checks a period of texts. @throws CloudApiError */
function periodOf(
  { StartTime, EndTime }: { readonly StartTime: string; readonly EndTime: string },
  { longestMs, lastMs }: { readonly longestMs: number; readonly lastMs: number },
): Period {
  const from = readUtc(StartTime) ?? 0;
  const to = (readUtc(EndTime) ?? 0) + lastMs;
  if (to <= from)
    throw new CloudApiError('InvalidParameter.EndTs', 'The parameter EndTime must be after StartTime.');
  if (to - from > longestMs)
    throw new CloudApiError(
      'InvalidParameter.QueryScaleOversize',
      `The period must not be longer than ${longestMs / DAY_MS === 1 ? '24 hours' : `${longestMs / DAY_MS} days`}.`,
    );
  return { from, to };
}

function within({ from, to }: Period, start: number, end: number): [start: number, end: number] {
  return [Math.max(from, start), Math.min(to, end)];
}

/** Milliseconds of sound, then of each size of pictures. */
function emptyUsage(): number[] {
  return [0, ...PICTURES.map(() => 0)];
}

function addSound(spans: number[] | undefined, ms: number): void {
  if (spans) spans[0] = (spans[0] ?? 0) + Math.max(0, ms);
}

/** Time with pictures is no time of sound alone. What is measured ends up to ten seconds after it was. */
function movePicture(spans: number[] | undefined, level: number, ms: number): void {
  if (!spans) return;
  const moved = Math.min(ms, spans[0] ?? 0);
  spans[0] = (spans[0] ?? 0) - moved;
  spans[level + 1] = (spans[level + 1] ?? 0) + moved;
}

/** As RFC 4180 has it: a room id may have a comma. */
function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
