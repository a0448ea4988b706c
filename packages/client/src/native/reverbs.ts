import type { Reverb } from '../audio/graph.ts';
import type { TRTCVoiceReverbType } from './enums.ts';

/** docs/trtc.md 2.6 names them; how each sounds is Rotunda's own. */
export const REVERBS: Readonly<Record<TRTCVoiceReverbType, Reverb | null>> = {
  0: null,
  1: { seconds: 1.2, wet: 0.5 },
  2: { seconds: 0.4, wet: 0.4 },
  3: { seconds: 2.8, wet: 0.6 },
  4: { seconds: 1.8, wet: 0.35 },
  5: { seconds: 0.8, wet: 0.6 },
  6: { seconds: 0.15, wet: 0.8 },
  7: { seconds: 0.25, wet: 0.3 },
  8: { seconds: 3.5, wet: 0.8 },
  9: { seconds: 0.3, wet: 0.2 },
  10: { seconds: 1.5, wet: 0.4 },
  11: { seconds: 0.5, wet: 0.25 },
};
