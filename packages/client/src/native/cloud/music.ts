import type { MusicRequest } from '../../audio/music.ts';
import type { Platform } from '../../session/platform.ts';
import { parseMusicParam, toMusicCode, type AudioMusicParam, type TRTCMusicPlayObserver } from '../music.ts';
import type { TRTCInitConfig } from '../params.ts';
import { CloudVoice } from './voice.ts';

/**
 * Background music. Several at once, each under its id. Music that is published is part of the user's sound: it is heard by the
 * others while the microphone is open or system sound is shared, and silent for them while the user is muted (`setVoiceCaptureVolume(0)`
 * silences the voice alone). All music ends without a callback when a room is left, before `onExitRoom`.
 */
export class CloudMusic extends CloudVoice {
  #musicObserver: TRTCMusicPlayObserver | null = null;

  constructor(config?: TRTCInitConfig, platform?: Platform) {
    super(config, platform);
    const { events } = this.core.local.music;
    events.on('started', (id, problem) => this.#musicObserver?.onStart?.(id, toMusicCode(problem)));
    events.on('progress', (id, positionMs, durationMs) =>
      this.#musicObserver?.onPlayProgress?.(id, Math.round(positionMs), Math.round(durationMs)),
    );
    events.on('completed', (id, problem) => this.#musicObserver?.onComplete?.(id, toMusicCode(problem)));
  }

  /** Who is told of all music from now on; null for nobody. */
  setMusicObserver(observer: TRTCMusicPlayObserver | null): void {
    this.#musicObserver = observer;
  }

  /**
   * Plays music, in or outside of a room. The observer's `onStart` tells whether it can be played, `onPlayProgress` how far it is, and
   * `onComplete` that it has come to its end. Before the user's first gesture on the page it may have to wait. What makes no sense:
   * `onError(-2)`. A browser that cannot mix sound: `onWarning(-4)` once, and `onStart` with -4001.
   *
   * @param observer as with `setMusicObserver`
   */
  startPlayMusic(musicParam: Partial<AudioMusicParam>, observer?: TRTCMusicPlayObserver | null): void {
    if (observer) this.setMusicObserver(observer);
    this.attempt(() => this.startMusic(parseMusicParam(musicParam)));
  }

  /** In place of what plays under that id. */
  protected startMusic(request: MusicRequest): void {
    this.core.local.music.start(request);
  }

  /** Ends it at once; nothing is told of it any more. Harmless for what does not play. */
  stopPlayMusic(id: number): void {
    this.core.local.music.stop(id);
  }

  /** Stops it where it is; `resumePlayMusic` goes on from there. */
  pausePlayMusic(id: number): void {
    this.core.local.music.pause(id);
  }

  /** Goes on after `pausePlayMusic`. */
  resumePlayMusic(id: number): void {
    this.core.local.music.resume(id);
  }

  /** @returns milliseconds; -1 for what does not play. */
  getMusicCurrentPosInMS(id: number): number {
    const position = this.core.local.music.positionMs(id);
    return position === null ? -1 : Math.round(position);
  }

  /** @returns milliseconds, 0 for what has no end; -1 before the music was started once in this room: a browser learns it by loading it. */
  getMusicDurationInMS(path: string): number {
    const duration = this.core.local.music.durationMs(path);
    return duration === null ? -1 : Math.round(duration);
  }

  /** Goes on from there, `pts` in milliseconds. Harmless for what does not play. */
  seekMusicToPosInTime(id: number, pts: number): void {
    this.core.local.music.seek(id, pts);
  }

  /** How loud all music is here and for the others, also what is started later: 0 to 150, 100 as it is. No number: `onError(-2)`. */
  setAllMusicVolume(volume: number): void {
    this.core.local.music.setAllVolumes(volume);
  }

  /** How loud the user hears a music, before or while it plays: 0 to 150, 100 as it is. `setAudioPlayoutVolume` counts on top. */
  setMusicPlayoutVolume(id: number, volume: number): void {
    this.core.local.music.setVolumes(id, { playout: volume });
  }

  /** How loud the others hear a music, before or while it plays: 0 to 150, 100 as it is. */
  setMusicPublishVolume(id: number, volume: number): void {
    this.core.local.music.setVolumes(id, { publish: volume });
  }
}
