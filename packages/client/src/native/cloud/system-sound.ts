import { TRTC_ERRORS } from '@rotunda/protocol';
import type { SystemSoundProblem } from '../../audio/system-sound.ts';
import type { Platform } from '../../session/platform.ts';
import type { TRTCInitConfig } from '../params.ts';
import { CloudOlderMusic } from './older-music.ts';

const CODES: Record<SystemSoundProblem, number> = {
  denied: TRTC_ERRORS.ERR_AUDIO_PLUGIN_INSTALL_NOT_AUTHORIZED.code,
  unavailable: TRTC_ERRORS.ERR_AUDIO_PLUGIN_START_FAIL.code,
  ended: TRTC_ERRORS.ERR_AUDIO_PLUGIN_START_FAIL.code,
};

/** The sound of the user's computer, for the others. */
export class CloudSystemSound extends CloudOlderMusic {
  constructor(config?: TRTCInitConfig, platform?: Platform) {
    super(config, platform);
    this.core.local.systemSound.events.on('outcome', (problem) =>
      this.fire('onSystemAudioLoopbackError', problem ? CODES[problem] : 0),
    );
  }

  /**
   * Mixes what the user's computer, or a tab of it, plays into the sound that the others hear; without a microphone it is sent alone.
   * `muteLocalAudio` silences it too. A browser asks the user what to share and gives its sound only if the user agrees to that as well.
   * Together with `startScreenCapture`, called right before or after, there is one question for both; alone, the picture that the
   * browser gives with it is closed at once. It goes on when the screen share is stopped by `stopScreenCapture`, and ends with the room.
   *
   * `onSystemAudioLoopbackError` tells 0 when it is mixed in, -1331 when the user refused, -1330 when the browser gave no sound (Firefox
   * and Safari never do) or has ended it.
   *
   * @param path of a program, which a browser cannot choose: `onWarning(-4)`, and the user is asked as without it
   */
  startSystemAudioLoopback(path?: string | null): void {
    if (path) {
      const { code } = TRTC_ERRORS.ERR_NOT_SUPPORTED;
      const why = 'startSystemAudioLoopback: the user of a browser chooses what is heard';
      this.later(() => this.fire('onWarning', code, why, null));
    }
    this.core.local.systemSound.start();
  }

  /** Ends it at once, without a callback. Harmless when it is not on. */
  stopSystemAudioLoopback(): void {
    this.core.local.systemSound.stop();
  }

  /** How loud the others hear it, also when it is started later: 0 to 150, 100 as it is. No number: `onError(-2)`. */
  setSystemAudioLoopbackVolume(volume: number): void {
    this.core.local.systemSound.setVolume(volume);
  }

  /** As `setSystemAudioLoopbackVolume`: the sound of a shared screen is system sound. */
  setSubStreamMixVolume(volume: number): void {
    this.setSystemAudioLoopbackVolume(volume);
  }
}
