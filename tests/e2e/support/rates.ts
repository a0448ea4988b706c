import { setTimeout as pause } from 'node:timers/promises';
import type { AnyPage } from './any-page.ts';
import type { InboundVideo } from './page/peers.ts';
import type { Participant } from './participant.ts';
import { until } from './wait.ts';

/** What arrives of a user's camera: on average over some seconds, and the size at their end. */
export interface Arriving {
  readonly kbps: number;
  readonly fps: number;
  readonly width: number;
}

export interface RateOptions {
  /** What a rate is measured over, in milliseconds. */
  readonly periodMs?: number;
  readonly timeoutMs?: number;
}

export async function arriving(
  viewer: Participant<AnyPage>,
  userId: string,
  { periodMs = 4_000 }: RateOptions = {},
): Promise<Arriving> {
  const received = (): Promise<InboundVideo> =>
    until(`${viewer.userId} receives ${userId}`, () => viewer.received(userId));
  const before = await received();
  await pause(periodMs);
  const after = await received();
  const seconds = (after.at - before.at) / 1000;
  return {
    kbps: ((after.bytesReceived - before.bytesReceived) * 8) / 1000 / seconds,
    fps: (after.framesDecoded - before.framesDecoded) / seconds,
    width: after.width,
  };
}

/** Waits for a period in which it arrives so. Fails with what arrived instead. */
export async function arrivesAs(
  stream: { viewer: Participant<AnyPage>; userId: string; what: string },
  fits: (now: Arriving) => boolean,
  { periodMs = 2_000, timeoutMs = 60_000 }: RateOptions = {},
): Promise<Arriving> {
  const { viewer, userId, what } = stream;
  const seen: string[] = [];
  return until(
    `${viewer.userId} receives ${userId} ${what}`,
    async () => {
      const now = await arriving(viewer, userId, { periodMs });
      seen.push(`${now.width} wide, ${now.fps.toFixed(1)} fps, ${now.kbps.toFixed(0)} kbit/s`);
      return fits(now) && now;
    },
    { timeoutMs },
  ).catch((error: unknown) => {
    throw new Error(seen.join('\n'), { cause: error });
  });
}
