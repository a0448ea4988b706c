import { TRTCAudioQuality } from '@rotunda/protocol';
import { AUDIO_QUALITIES } from '../audio-quality.ts';
import { CloudRemoteVideo } from './remote-video.ts';

/** The user's own sound and that of others. */
export class CloudAudio extends CloudRemoteVideo {
  /** Opens the microphone and, in a room, publishes it. */
  startLocalAudio(quality: TRTCAudioQuality = TRTCAudioQuality.TRTCAudioQualityDefault): void {
    const { settings } = this.core.local;
    settings.audio = AUDIO_QUALITIES[quality] ?? settings.audio;
    this.start('audio');
  }

  stopLocalAudio(): void {
    this.core.local.stop('audio');
  }

  /** Sends silence without closing the device. */
  muteLocalAudio(mute: boolean): void {
    this.core.local.setMuted('audio', mute);
  }

  muteRemoteAudio(userId: string, mute: boolean): void {
    this.core.audio.mute(userId, mute);
  }

  muteAllRemoteAudio(mute: boolean): void {
    this.core.audio.muteAll(mute);
  }

  /** 0 to 100. */
  setRemoteAudioVolume(userId: string, volume: number): void {
    this.core.audio.setVolume(userId, volume);
  }

  /** 0 to 100. */
  setAudioPlayoutVolume(volume: number): void {
    this.core.audio.setPlayoutVolume(volume);
  }

  getAudioPlayoutVolume(): number {
    return this.core.audio.playoutVolume;
  }
}
