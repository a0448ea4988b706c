import type { Measured } from '../measures/compare.ts';

/** Samples come every two seconds: the first try after half a minute, later ones at most every four. */
const PATIENCE = { first: 15, most: 120 };

/** Whether the way to the server has room for both layers of the camera, as far as it is known. */
export interface Uplink {
  readonly narrow: boolean;
  /** How many samples in a row said the opposite. */
  readonly doubts: number;
  /** How many samples in a row left it at that: showed that a wide one carries both, or did not tell whether a narrow one would. */
  readonly calm: number;
  /** After how many of the latter both layers are tried. */
  readonly patience: number;
}

export const WIDE: Uplink = { narrow: false, doubts: 0, calm: 0, patience: PATIENCE.first };

/** The way back is slow, because a sender finds out slowly what a path carries. */
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

/** What a sample says of the path. `unknown`: the big layer is sent alone, and the width is not told or not in doubt. */
type Finding = 'carriesBoth' | 'tooNarrow' | 'unknown';

/**
 * A browser spends what it has on the small layer first, so that a path is narrow where that flows and the big one does not. Where the
 * big one is sent alone, the path is wide again when it carries both. Browsers that do not tell the width have to try, which costs the
 * viewers the big layer for a few seconds where it is still too narrow: each time they wait twice as long, until both have flowed for a while.
 */
export function nextUplink(uplink: Uplink, { sent, uplinkKbps }: Measured, rates: LayerRates): Uplink {
  const fpsOf = (wanted: string): number =>
    sent.find(({ source, layer }) => source === 'video' && layer === wanted)?.fps ?? 0;
  const [big, small] = [fpsOf('big'), fpsOf('small')];
  if (big === 0 && small === 0) return uplink;
  if (small > 0) return judge(uplink, big < STARVED * small ? 'tooNarrow' : 'carriesBoth');
  if (!uplink.narrow || uplinkKbps === null) return judge(uplink, 'unknown');
  return judge(uplink, uplinkKbps < rates.smallKbps + RESERVE * rates.bigKbps ? 'tooNarrow' : 'carriesBoth');
}

function judge(uplink: Uplink, finding: Finding): Uplink {
  return uplink.narrow ? whileNarrow(uplink, finding) : whileWide(uplink, finding);
}

function whileWide(uplink: Uplink, finding: Finding): Uplink {
  if (finding === 'tooNarrow') return doubt(uplink, DOUBTS.wide);
  if (finding === 'unknown') return { ...uplink, doubts: 0 };
  const calm = uplink.calm + 1;
  return { ...uplink, doubts: 0, calm, patience: calm < PATIENCE.first ? uplink.patience : PATIENCE.first };
}

function whileNarrow(uplink: Uplink, finding: Finding): Uplink {
  if (finding === 'carriesBoth') return doubt(uplink, DOUBTS.narrow);
  if (finding === 'tooNarrow') return { ...uplink, doubts: 0, calm: 0 };
  const calm = uplink.calm + 1;
  if (calm < uplink.patience) return { ...uplink, doubts: 0, calm };
  return { ...WIDE, patience: Math.min(2 * uplink.patience, PATIENCE.most) };
}

function doubt(uplink: Uplink, enough: number): Uplink {
  const doubts = uplink.doubts + 1;
  if (doubts < enough) return { ...uplink, doubts, calm: 0 };
  return { ...WIDE, narrow: !uplink.narrow, patience: uplink.patience };
}
