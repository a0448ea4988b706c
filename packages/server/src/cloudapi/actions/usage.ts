import { setImmediate } from 'node:timers/promises';
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
import { TimeByBucket } from './time-by-bucket.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FIVE_MINUTES_MS = 5 * MINUTE_MS;
const MAX_DAYS = 31;
/** Of a table, before others have a turn of the event loop. */
const LINES_AT_ONCE = 1_000;

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
  const now = context.clock.now();
  const sound = new TimeByBucket(period, bucketMs);
  for await (const { enteredAt, leftAt } of context.past.spans({ ...query, roomId: null }))
    sound.add(enteredAt, leftAt ?? now);
  const buckets = new Map([...sound.sums()].map(([at, ms]) => [at, new Usage(ms)]));
  for (const { key, level, span } of await context.quality.pictureTimeByBucket({
    ...query,
    bucketMs,
    bounds: BOUNDS,
  }))
    buckets.get(key)?.addPicture(level, span);
  return {
    UsageKey: ['Audio', ...PICTURES],
    UsageList: [...buckets].map(([at, spans]) => ({
      TimeKey: new Date(at).toISOString().slice(0, 19).replace('T', ' '),
      TimeStampKey: at / 1_000,
      UsageValue: spans.values().map((ms) => Math.round((ms / MINUTE_MS) * 100) / 100),
    })),
  };
}

async function roomUsage(
  given: ParametersOf<typeof describeTrtcRoomUsage>,
  context: MonitoringContext,
): Promise<ResponseFields> {
  const period = periodOf(given, { longestMs: DAY_MS, lastMs: 0 });
  const query = { ...period, sdkAppIds: [given.SdkAppid] };
  const now = context.clock.now();
  const rooms = new Map<string, Usage>();
  for await (const { roomId, enteredAt, leftAt } of context.past.spans({ ...query, roomId: null })) {
    const ms = Math.min(period.to, leftAt ?? now) - Math.max(period.from, enteredAt);
    const usageOfRoom = rooms.get(roomId) ?? new Usage(0);
    usageOfRoom.addSound(Math.max(0, ms));
    rooms.set(roomId, usageOfRoom);
  }
  for await (const part of context.quality.pictureTimeByRoom({ ...query, bounds: BOUNDS }))
    for (const { key, level, span } of part) rooms.get(key)?.addPicture(level, span);
  const lines = ['RoomId,Audio,SD,hd,FullHD,2K,4K\n'];
  for (const [roomId, spans] of rooms) {
    lines.push(`${[quoted(roomId), ...spans.values().map((ms) => Math.round(ms / 1_000))].join()}\n`);
    if (lines.length % LINES_AT_ONCE === 0) await setImmediate();
  }
  return { Data: lines.join('') };
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

/** How long somebody received what, in milliseconds. */
class Usage {
  #sound: number;
  readonly #pictures: number[] = PICTURES.map(() => 0);

  constructor(sound: number) {
    this.#sound = sound;
  }

  addSound(ms: number): void {
    this.#sound += ms;
  }

  addPicture(level: number, ms: number): void {
    this.#pictures[level] = (this.#pictures[level] ?? 0) + ms;
  }

  /**
   * Of sound, then of each size of pictures. Time with pictures is no time of sound alone. What is measured ends up to ten seconds after
   * it was.
   */
  values(): number[] {
    let sound = this.#sound;
    const pictures = this.#pictures.map((ms) => {
      const moved = Math.min(ms, sound);
      sound -= moved;
      return moved;
    });
    return [sound, ...pictures];
  }
}

/** As RFC 4180 has it: a room id may have a comma. */
function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
