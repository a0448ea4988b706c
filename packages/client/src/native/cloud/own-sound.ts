import { parseAudioFrame } from '../pcm-frame.ts';
import type { TRTCAudioFrame } from '../raw-frames.ts';
import { CloudSystemSound } from './system-sound.ts';

/** What `mixExternalAudioFrame` returns for what it does not take. */
const NOT_TAKEN = -1;

/**
 * Sound of the application itself, as frames of 5 to 100 ms (20 are best) of 16 bit PCM, the least significant byte first: 16000,
 * 24000, 32000, 44100 or 48000 Hz, mono or stereo with left and right in turn. Frames are played one after the other without a gap;
 * a frame that finds nothing waiting is played 50 ms later, so that callers may be late by that much. `timestamp` and
 * `extraData` are not read. A malformed frame: `onError(-2)`.
 */
export class CloudOwnSound extends CloudSystemSound {
  /**
   * Whether the application brings the user's sound, by `sendCustomAudioData`, in place of the microphone. In a room the others get
   * `onUserAudioAvailable` at once; `muteLocalAudio`, volumes, reverb and the ear monitor count as for a microphone. The two exclude each
   * other: `onError(-3)` while the microphone is open, and from `startLocalAudio` while this is on. A browser that cannot mix sound:
   * `onWarning(-4)` once, and `onError(-3)`. While a browser waits for a gesture before it mixes sound the others hear silence. Ends with
   * the room, before `onExitRoom`.
   */
  enableCustomAudioCapture(enable: boolean): void {
    this.attempt(() => this.core.local.setCustomAudio(enable));
  }

  /** The next frame, once per its duration. Ignored while custom capture is off, and while 300 ms of sound are waiting. */
  sendCustomAudioData(frame: Partial<TRTCAudioFrame>): void {
    this.attempt(() => this.core.local.customAudio.send(parseAudioFrame(frame)));
  }

  /**
   * Opens a track of the application's own sound for `mixExternalAudioFrame`, beside the microphone and everything else. `enablePublish`:
   * the others hear it, while the microphone is open or other sound of the user is sent, and not while the user is muted. `enablePlayout`:
   * the user hears it. Neither closes it, and so does leaving a room, before `onExitRoom`. A browser that cannot mix sound:
   * `onWarning(-4)` once, and `onError(-3)`.
   */
  enableMixExternalAudioFrame(enablePublish: boolean, enablePlayout: boolean): void {
    this.attempt(() => this.core.local.externalAudio.use({ publish: enablePublish, playout: enablePlayout }));
  }

  /**
   * The next frame of that track. It is left out when a second of sound is waiting.
   *
   * @returns how many milliseconds of sound are waiting; keep it at about 100. -1 if the track is not open or the frame is malformed
   */
  mixExternalAudioFrame(frame: Partial<TRTCAudioFrame>): number {
    let waiting: number | null = null;
    this.attempt(() => {
      waiting = this.core.local.externalAudio.push(parseAudioFrame(frame));
    });
    return waiting === null ? NOT_TAKEN : Math.round(waiting);
  }

  /**
   * How loud the others and the user hear that track, also when it is opened later: 0 to 100, 100 as it is; -1 leaves it as it was.
   * `setAudioPlayoutVolume` counts on top. No number: `onError(-2)`.
   */
  setMixExternalAudioVolume(publishVolume: number, playoutVolume: number): void {
    this.core.local.externalAudio.setVolumes({
      ...(publishVolume < 0 ? {} : { publish: publishVolume }),
      ...(playoutVolume < 0 ? {} : { playout: playoutVolume }),
    });
  }
}
