import { TRTCError } from '@rotunda/protocol';

/** A volume as applications give it: beyond its range it counts as its end. Throws a TRTCError for what is no number. */
export function toVolume(volume: unknown, max = 100): number {
  if (typeof volume !== 'number' || Number.isNaN(volume)) {
    throw new TRTCError('ERR_INVALID_PARAMETER', `a volume is a number from 0 to ${max}`);
  }
  return Math.min(max, Math.max(0, volume));
}
