import { TRTCError } from '@rotunda/protocol';
import type { MusicRequest } from '../../audio/music.ts';
import type { Platform } from '../../session/platform.ts';
import { AudioMusicParam, TRTCAudioEffectParam, complete, parseMusicParam, toMusicCode } from '../music.ts';
import type { TRTCInitConfig } from '../params.ts';
import { CloudMusic } from './music.ts';

/** Far from what applications choose; the number that TRTC's SDK uses. */
const BGM_ID = 2 ** 29;

/** Music and effects under the names of older versions: each does what the newer method does that it names. */
export class CloudOlderMusic extends CloudMusic {
  /** What was started last under these ids is an effect. */
  readonly #effects = new Set<number>();

  constructor(config?: TRTCInitConfig, platform?: Platform) {
    super(config, platform);
    const { events } = this.core.local.music;
    events.on('started', (id, problem) => problem && this.#effectFinished(id, toMusicCode(problem)));
    events.on('completed', (id, problem) => this.#effectFinished(id, toMusicCode(problem)));
  }

  /** As `startPlayMusic`, once and published, under an id of its own. */
  playBGM(path: string): void {
    this.startPlayMusic(new AudioMusicParam(BGM_ID, path));
  }

  /** As `stopPlayMusic`. */
  stopBGM(): void {
    this.stopPlayMusic(BGM_ID);
  }

  /** As `pausePlayMusic`. */
  pauseBGM(): void {
    this.pausePlayMusic(BGM_ID);
  }

  /** As `resumePlayMusic`. */
  resumeBGM(): void {
    this.resumePlayMusic(BGM_ID);
  }

  /** As `getMusicDurationInMS`. */
  getBGMDuration(path: string): number {
    return this.getMusicDurationInMS(path);
  }

  /** As `seekMusicToPosInTime`. */
  setBGMPosition(pos: number): void {
    this.seekMusicToPosInTime(BGM_ID, pos);
  }

  /** As `setAllMusicVolume`. */
  setBGMVolume(volume: number): void {
    this.setAllMusicVolume(volume);
  }

  /** As `setMusicPlayoutVolume`. */
  setBGMPlayoutVolume(volume: number): void {
    this.setMusicPlayoutVolume(BGM_ID, volume);
  }

  /** As `setMusicPublishVolume`. */
  setBGMPublishVolume(volume: number): void {
    this.setMusicPublishVolume(BGM_ID, volume);
  }

  /**
   * As `startPlayMusic` under `effectId`, with that volume; `onAudioEffectFinished` tells its end too, unless it is stopped or the room is
   * left.
   */
  playAudioEffect(effect: Partial<TRTCAudioEffectParam>): void {
    this.attempt(() => {
      const { effectId, path, loopCount, publish, volume } = complete(new TRTCAudioEffectParam(), effect);
      const request = parseMusicParam({ id: effectId, path, loopCount, publish });
      if (!Number.isFinite(volume)) throw new TRTCError('ERR_INVALID_PARAMETER', 'volume is a number');
      this.setAudioEffectVolume(effectId, volume);
      this.startMusic(request);
      this.#effects.add(effectId);
    });
  }

  /** As `setMusicPublishVolume` and `setMusicPlayoutVolume`. */
  setAudioEffectVolume(effectId: number, volume: number): void {
    this.core.local.music.setVolumes(effectId, { publish: volume, playout: volume });
  }

  /** As `stopPlayMusic`. */
  stopAudioEffect(effectId: number): void {
    this.#effects.delete(effectId);
    this.stopPlayMusic(effectId);
  }

  /** As `stopPlayMusic` for each effect. */
  stopAllAudioEffects(): void {
    for (const effectId of this.#effects) this.stopAudioEffect(effectId);
  }

  /** As `setAllMusicVolume`. */
  setAllAudioEffectsVolume(volume: number): void {
    this.setAllMusicVolume(volume);
  }

  /** As `pausePlayMusic`. */
  pauseAudioEffect(effectId: number): void {
    this.pausePlayMusic(effectId);
  }

  /** As `resumePlayMusic`. */
  resumeAudioEffect(effectId: number): void {
    this.resumePlayMusic(effectId);
  }

  /** As `setAudioCaptureVolume`. */
  setMicVolumeOnMixing(volume: number): void {
    this.setAudioCaptureVolume(volume);
  }

  protected override startMusic(request: MusicRequest): void {
    this.#effects.delete(request.id);
    super.startMusic(request);
  }

  #effectFinished(id: number, code: number): void {
    if (this.#effects.delete(id)) this.fire('onAudioEffectFinished', id, code);
  }
}
