import { TRTCAudioQuality } from '@rotunda/protocol';
import { AUDIO_QUALITIES } from '../audio-quality.ts';
import { toVolume } from '../volume.ts';
import { CloudOlderVideo } from './older-video.ts';

/** More than that distorts for sure. */
const MAX_GAIN = 150;

/** The user's own sound and that of others. */
export class CloudAudio extends CloudOlderVideo {
  /**
   * Opens the microphone and, in a room, publishes it. `onMicDidReady` when it delivers, or `onError`: -1302
   * there is none, -1317 denied, -1318 unfit, -1319 busy. The others get `onUserAudioAvailable` with 1.
   *
   * @param quality - see `setAudioQuality`; without it, the default quality.
   */
  startLocalAudio(quality: TRTCAudioQuality = TRTCAudioQuality.TRTCAudioQualityDefault): void {
    this.setAudioQuality(quality);
    this.start('audio');
  }

  /**
   * How sound is captured and sent: `Speech` (1) mono, 16 kHz, 18 kbit/s; `Default` (2) mono, 48 kHz, 50 kbit/s; `Music` (3)
   * stereo, 48 kHz, 128 kbit/s, without echo cancellation and noise suppression. While sound is being sent the stream begins
   * anew: the others get `onUserAudioAvailable` with 0 and then 1. Another number: `onError(-2)`.
   */
  setAudioQuality(quality: TRTCAudioQuality): void {
    const wanted = AUDIO_QUALITIES[quality];
    const { local } = this.core;
    if (local.settings.audio === wanted) return;
    local.settings.audio = wanted;
    local.applySettings('audio');
  }

  /**
   * Closes the microphone. The others are told by `onUserAudioAvailable(userId, 0)`, unless something else is sent without it:
   * custom capture, which `enableCustomAudioCapture(false)` ends, or system sound, which `stopSystemAudioLoopback` ends. Published
   * music and external sound are then heard along with that. Harmless while the microphone is closed.
   */
  stopLocalAudio(): void {
    this.core.local.stop('audio');
  }

  /**
   * Sends silence without closing the device: a few packets a second, but fifty with the quality `Music`, as its sound is sent
   * without pauses. Also holds for a microphone that is started later, in this room or another one, until it is taken back. The others get
   * `onUserAudioAvailable`.
   */
  muteLocalAudio(mute: boolean): void {
    this.core.local.setMuted('audio', mute);
  }

  /**
   * Whether that user is not to be heard, also before it sends. Nothing is received from a muted user. Lasts until that user or oneself
   * leaves.
   */
  muteRemoteAudio(userId: string, mute: boolean): void {
    this.core.audio.mute(userId, mute);
  }

  /**
   * Whether nobody is to be heard, also who comes later. Ending it ends `muteRemoteAudio` of those who are there. `exitRoom` takes it
   * back, `switchRoom` does not.
   */
  muteAllRemoteAudio(mute: boolean): void {
    this.core.audio.muteAll(mute);
  }

  /** How loud one user is played here: 0 to 100, 100 as it arrives. Lasts until that user or oneself leaves. No number: `onError(-2)`. */
  setRemoteAudioVolume(userId: string, volume: number): void {
    this.attempt(() => this.core.audio.setVolume(userId, toVolume(volume)));
  }

  /**
   * How loud the others hear the microphone: 0 to 100, 100 as it is captured; up to 150 amplifies and may distort. Also counts
   * for a microphone that is started later. No number: `onError(-2)`. A browser that cannot mix sound sends it as it is:
   * `onWarning(-4)`.
   */
  setAudioCaptureVolume(volume: number): void {
    this.attempt(() => this.core.local.mix.voice.setCaptureVolume(toVolume(volume, MAX_GAIN)));
  }

  /** @returns what `setAudioCaptureVolume` was given last; 100 before that. */
  getAudioCaptureVolume(): number {
    return this.core.local.mix.voice.captureVolume;
  }

  /** How loud everything is played here, on top of each user's own volume: 0 to 100. No number: `onError(-2)`. */
  setAudioPlayoutVolume(volume: number): void {
    this.attempt(() => this.core.audio.setPlayoutVolume(toVolume(volume)));
  }

  /** @returns what `setAudioPlayoutVolume` was given last; 100 before that. */
  getAudioPlayoutVolume(): number {
    return this.core.audio.playoutVolume;
  }

  /**
   * Tells by `onUserVoiceVolume`, every `interval` milliseconds (100 at least; 300 is good for a display) while in a room, how loud
   * everybody is. 0 or less turns it off. Counts for later rooms too. No number: `onError(-2)`. One's own volume is that of what
   * the others hear: 0 while muted, with the music that is published; that of others is as they arrive, at whatever volume they are
   * played. A hidden page may be told less often, as the browser lets it.
   */
  enableAudioVolumeEvaluation(interval: number): void {
    this.core.volumes.setInterval(interval);
  }
}
