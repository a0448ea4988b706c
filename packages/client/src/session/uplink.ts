import type { Measured } from '../measures/compare.ts';

/** Whether the way to the server has room for both layers of the camera, as far as it is known. */
export interface Uplink {
  readonly narrow: boolean;
  /** How many samples in a row said the opposite. */
  readonly doubts: number;
}

export const WIDE: Uplink = { narrow: false, doubts: 0 };

/** Samples come every two seconds. The way back is slow, because a sender finds out slowly what a path carries. */
const DOUBTS = { wide: 2, narrow: 3 };
/** Of the small layer's frames: browsers give up the big one as a whole, but now and then a frame of it gets out. */
const STARVED = 0.25;
/** Browsers take a layer back only where there is a good deal more than it needs. */
const RESERVE = 1.2;

/** Two layers at the most rate that they may have, in kbit/s. */
export interface LayerRates {
  readonly bigKbps: number;
  readonly smallKbps: number;
}

/**
 * A browser spends what it has on the small layer first, so that a path is narrow where that flows and the big one does not. Where the
 * big one is sent alone, the path is wide again when it carries both.
 */
export function nextUplink(uplink: Uplink, { sent, uplinkKbps }: Measured, rates: LayerRates): Uplink {
  const fpsOf = (wanted: string): number =>
    sent.find(({ source, layer }) => source === 'video' && layer === wanted)?.fps ?? 0;
  const [big, small] = [fpsOf('big'), fpsOf('small')];
  if (big === 0 && small === 0) return uplink;
  const fits = uplinkKbps !== null && uplinkKbps >= rates.smallKbps + RESERVE * rates.bigKbps;
  const narrow = small > 0 ? big < STARVED * small : uplink.narrow && !fits;
  if (narrow === uplink.narrow) return { narrow, doubts: 0 };
  const doubts = uplink.doubts + 1;
  return doubts < DOUBTS[uplink.narrow ? 'narrow' : 'wide'] ? { ...uplink, doubts } : { narrow, doubts: 0 };
}
