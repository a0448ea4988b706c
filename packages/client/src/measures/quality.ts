/** TRTC's grades of a network path (docs/trtc.md 2.13). Greater is worse, but for 0, which is unknown. */
export const NETWORK_QUALITY = {
  unknown: 0,
  excellent: 1,
  good: 2,
  poor: 3,
  bad: 4,
  veryBad: 5,
  down: 6,
} as const;
export type NetworkQuality = (typeof NETWORK_QUALITY)[keyof typeof NETWORK_QUALITY];

/** Up to these limits, both kept, a path has that grade. Conversation suffers from 400 ms there and back, video from 5 % loss. */
const GRADES = [
  { quality: NETWORK_QUALITY.excellent, lossPercent: 1, rttMs: 100 },
  { quality: NETWORK_QUALITY.good, lossPercent: 3, rttMs: 200 },
  { quality: NETWORK_QUALITY.poor, lossPercent: 8, rttMs: 400 },
  { quality: NETWORK_QUALITY.bad, lossPercent: 20, rttMs: 800 },
] as const;

/** Null for what is not known. */
export interface PathMeasure {
  readonly lossPercent: number | null;
  readonly rttMs: number | null;
}

/** Unknown only when nothing is known. */
export function gradePath({ lossPercent, rttMs }: PathMeasure): NetworkQuality {
  if (lossPercent === null && rttMs === null) return NETWORK_QUALITY.unknown;
  const fitting = GRADES.find(
    (grade) => (lossPercent ?? 0) <= grade.lossPercent && (rttMs ?? 0) <= grade.rttMs,
  );
  return fitting?.quality ?? NETWORK_QUALITY.veryBad;
}

/** A chain is as good as its worst part that is known. */
export function worst(...parts: readonly NetworkQuality[]): NetworkQuality {
  return parts.reduce((a, b) => (b > a ? b : a), NETWORK_QUALITY.unknown);
}
