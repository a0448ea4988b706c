import type { TRTCVoiceReverbType } from '../enums.ts';
import { REVERBS } from '../reverbs.ts';
import { CloudHearing } from './hearing.ts';

/** What is done to the user's own voice. Volumes are 100 as it is; up to 150 amplifies and may distort. */
export class CloudVoice extends CloudHearing {
  /**
   * Lets the user hear the own microphone, whether or not others hear it; nothing while it is muted. Also counts for a microphone
   * that is started later. Through loudspeakers it howls: for headphones. A browser adds a delay that can be heard. One that cannot
   * mix sound: `onWarning(-4)`.
   */
  enableVoiceEarMonitor(enable: boolean): void {
    this.core.local.mix.voice.setMonitor(enable ? 'on' : 'off');
  }

  /** How loud the user hears the own microphone: 0 to 150. `setAudioPlayoutVolume` does not count for it. No number: `onError(-2)`. */
  setVoiceEarMonitorVolume(volume: number): void {
    this.core.local.mix.voice.setMonitorVolume(volume);
  }

  /**
   * Lets the voice sound as if it came from elsewhere, for the others and in the ear monitor: 0 as it is, 1 karaoke room, 2 small room,
   * 3 great hall, 4 deep, 5 resonant, 6 metal, 7 magnetic, 8 ethereal, 9 studio, 10 melodious, 11 another studio; close to TRTC's, not the
   * same. Also counts for a microphone that is started later; ends with the room. Another number: `onError(-2)`. A browser that cannot
   * mix sound: `onWarning(-4)`.
   */
  setVoiceReverbType(type: TRTCVoiceReverbType): void {
    this.core.local.mix.voice.setReverb(REVERBS[type]);
  }

  /**
   * How loud the others hear the microphone beside the music: 0 to 150, on top of `setAudioCaptureVolume`. With 0 the music alone goes
   * out. No number: `onError(-2)`.
   */
  setVoiceCaptureVolume(volume: number): void {
    this.core.local.mix.voice.setVoiceVolume(volume);
  }
}
