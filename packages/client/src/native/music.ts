import { TRTCError } from '@rotunda/protocol';
import type { MusicProblem, MusicRequest } from '../audio/music.ts';

/** What `startPlayMusic` needs (docs/trtc.md 2.6). Times in milliseconds. */
export class AudioMusicParam {
  /** Names it in all other methods; what plays under the same id is stopped. */
  id: number;
  /**
   * An address that the page can load: `https:`, `blob:` or `data:`. Another origin must share it with the page (CORS). A browser
   * opens no path of a disk.
   */
  path: string;
  /** How often it is repeated: 0 plays it once, 1 twice. */
  loopCount: number;
  /** Whether the others hear it too. */
  publish: boolean;
  /** For TRTC, a sound that is kept in memory. Makes no difference here. */
  isShortFile: boolean;
  /** Where it begins. */
  startTimeMS: number;
  /** 0: to its end. */
  endTimeMS: number;

  constructor(
    id = 0,
    path = '',
    loopCount = 0,
    publish = true,
    isShortFile = false,
    startTimeMS = 0,
    endTimeMS = 0,
  ) {
    this.id = id;
    this.path = path;
    this.loopCount = loopCount;
    this.publish = publish;
    this.isShortFile = isShortFile;
    this.startTimeMS = startTimeMS;
    this.endTimeMS = endTimeMS;
  }
}

/** The fields of {@link AudioMusicParam}. */
export type TRTCAudioMusicParam = AudioMusicParam;

/** What `playAudioEffect` of older versions needs (docs/trtc.md 2.6). */
export class TRTCAudioEffectParam {
  /** Names it in all other methods of effects. */
  effectId: number;
  /** As `path` of {@link AudioMusicParam}. */
  path: string;
  /** How often it is repeated: 0 plays it once, 1 twice. */
  loopCount: number;
  /** Whether the others hear it too. */
  publish: boolean;
  /** Here and for the others: 0 to 150, 100 as it is. */
  volume: number;

  constructor(effectId = 0, path = '', loopCount = 0, publish = false, volume = 100) {
    this.effectId = effectId;
    this.path = path;
    this.loopCount = loopCount;
    this.publish = publish;
    this.volume = volume;
  }
}

/** Is told how each music goes (docs/trtc.md 2.6). */
export interface TRTCMusicPlayObserver {
  /** 0: it plays. -4001: it cannot be loaded, is no music that this browser knows, or sound cannot be mixed here; nothing follows. */
  onStart?: ((id: number, errCode: number) => void) | null;
  /** About three times a second while it plays. The duration is 0 if it has no end. */
  onPlayProgress?: ((id: number, curPtsMS: number, durationMS: number) => void) | null;
  /** 0: it was played to its end, with all repetitions. -4002: it cannot be decoded any further. Last; not after `stopPlayMusic`. */
  onComplete?: ((id: number, errCode: number) => void) | null;
}

/** TRTC's codes of the observer. */
const CODES: Record<MusicProblem, number> = { cannotOpen: -4001, cannotDecode: -4002 };

export function toMusicCode(problem: MusicProblem | null): number {
  return problem ? CODES[problem] : 0;
}

/** Throws a TRTCError for what cannot be played. */
export function parseMusicParam(param: Partial<AudioMusicParam>): MusicRequest {
  const { id, path, loopCount, publish, startTimeMS, endTimeMS } = complete(new AudioMusicParam(), param);
  if (!Number.isFinite(id)) throw new TRTCError('ERR_INVALID_PARAMETER', 'the id of a music is a number');
  if (typeof path !== 'string' || path === '') {
    throw new TRTCError('ERR_INVALID_PARAMETER', 'the path of a music is an address that the page can load');
  }
  const numbers = [loopCount, startTimeMS, endTimeMS];
  if (!numbers.every((value) => value >= 0 && Number.isFinite(value))) {
    throw new TRTCError('ERR_INVALID_PARAMETER', 'loopCount and the times of a music are 0 or more');
  }
  if (endTimeMS > 0 && endTimeMS <= startTimeMS) {
    throw new TRTCError('ERR_INVALID_PARAMETER', 'a music ends after it starts');
  }
  return {
    id,
    url: path,
    plays: 1 + Math.floor(loopCount),
    publish,
    startMs: startTimeMS,
    endMs: endTimeMS,
  };
}

/** What is not given is as in `defaults`. */
export function complete<T extends object>(defaults: T, given: Partial<T>): T {
  const known = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  return Object.assign(defaults, Object.fromEntries(known));
}
