import { TRTCError } from '@rotunda/protocol';
import type { GraphPcm } from './graph.ts';
import type { SharedGraph } from './shared-graph.ts';

/** Throws a TRTCError where sound cannot be mixed, and while a room is being left. */
export function openPcm(graph: SharedGraph): GraphPcm {
  const pcm = graph.open()?.addPcm();
  if (!pcm) throw new TRTCError('ERR_REFUSED', 'no sound can be mixed: not in this browser, or not now');
  return pcm;
}
