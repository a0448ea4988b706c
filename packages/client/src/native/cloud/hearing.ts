import { TRTCError } from '@rotunda/protocol';
import type { Vector } from '../../audio/space.ts';
import type { Limit } from '../../session/voice-limit.ts';
import { CloudAudio } from './audio.ts';

/** How many users are heard at once: see `setRemoteAudioParallelParams`. */
export interface TRTCAudioParallelParams {
  /** 0 or less: everybody. */
  maxCount: number;
  /** Who is always heard. */
  includeUsers: string[];
}

/**
 * Who of the others is heard, and from where. Coordinates are along forward, right and up, in any unit of length. What is given of
 * one user may be given before that user is there, and lasts until that user or oneself leaves; the rest lasts until it is changed.
 */
export class CloudHearing extends CloudAudio {
  /**
   * Lets at most `maxCount` users be heard at once; 0 or less, as at first: everybody. `includeUsers` are always heard, and count; the
   * places that are left go to those who would be heard loudest, and who is heard keeps its place between words. Those who are not
   * heard are received all the same, so that `onUserVoiceVolume` tells of them. No number, or no array of texts: `onError(-2)`. A
   * browser that cannot mix sound cannot measure whom it does not play, and lets those be heard who came first: `onWarning(-4)`.
   */
  setRemoteAudioParallelParams(param: TRTCAudioParallelParams): void {
    this.attempt(() => this.core.audio.voices.setLimit(toLimit(param)));
  }

  /**
   * Whether users are heard from where they are, in stereo: those whose position is known. For headphones. Off at first. Without a
   * position, and before a user's gesture where the browser waits for one, it is heard as without the effect. A browser that cannot
   * mix sound makes users quieter by the distance only: `onWarning(-4)`.
   */
  enable3DSpatialAudioEffect(enabled: boolean): void {
    this.core.audio.space.setEnabled(enabled);
  }

  /**
   * Where oneself is, and the unit vectors that are ahead, to the right and upwards from there: `[forward, right, up]` each. At first
   * `[0, 0, 0]` and along the axes. Not three numbers: `onError(-2)`.
   */
  updateSelf3DSpatialPosition(
    position: number[],
    axisForward: number[],
    axisRight: number[],
    axisUp: number[],
  ): void {
    this.core.audio.space.setListener({
      position: toVector(position),
      forward: toVector(axisForward),
      right: toVector(axisRight),
      up: toVector(axisUp),
    });
  }

  /** Where a user is: `[forward, right, up]`. Not three numbers: `onError(-2)`. */
  updateRemote3DSpatialPosition(userId: string, position: number[]): void {
    this.core.audio.space.setPosition(userId, toVector(position));
  }

  /**
   * How far a user is heard: in full up to a tenth of `range`, then half as loud with each doubling of the distance, and not at all from
   * `range` (0 or more) on. Without it: in full up to a distance of 1, then half as loud with each doubling. No number: `onError(-2)`.
   */
  set3DSpatialReceivingRange(userId: string, range: number): void {
    this.core.audio.space.setRange(userId, range);
  }
}

/** Throws a TRTCError for what is none. */
function toLimit({ maxCount, includeUsers = [] }: Partial<Record<keyof Limit, unknown>>): Limit {
  const areTexts = Array.isArray(includeUsers) && includeUsers.every((userId) => typeof userId === 'string');
  if (!Number.isFinite(maxCount) || !areTexts) {
    const message = 'maxCount is a number, includeUsers an array of userIds';
    throw new TRTCError('ERR_INVALID_PARAMETER', message);
  }
  return { maxCount: Math.floor(Number(maxCount)), includeUsers: [...includeUsers] };
}

/** Of three numbers, as has been checked. */
function toVector([forward = 0, right = 0, up = 0]: readonly number[]): Vector {
  return [forward, right, up];
}
