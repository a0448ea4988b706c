import { toViews, type Views } from '../video-params.ts';
import { CloudDevices } from './devices.ts';

/** Milliseconds: more often says nothing new. */
const LEAST_INTERVAL_MS = 100;

/**
 * Trying devices out, in or outside of a room: nobody else sees or hears it, and what is being sent goes on. `exitRoom`, and
 * every other end of a stay, ends what is being tried before `onExitRoom`, like all that is captured; so does `destroy`. A device that is
 * unplugged meanwhile ends its test, with the `onError` that it has when it is being sent.
 */
export class CloudDeviceTests extends CloudDevices {
  /**
   * Shows the camera in use in the view; a change of the camera changes the picture. `onFirstVideoFrame` with an empty userId when
   * it shows, or `onError` as of `startLocalPreview`.
   */
  startCameraDeviceTest(view: Views): void {
    void this.tellFailure(this.core.local.tests.startCamera(toViews(view)));
  }

  /** Closes what `startCameraDeviceTest` opened; harmless without. */
  stopCameraDeviceTest(): void {
    this.core.local.tests.stopCamera();
  }

  /**
   * Tells by `onTestMicVolume` how loud the microphone in use is; `onError` as of `startLocalAudio`. `onWarning(-4)` and no test where
   * the browser cannot measure sound. Until the user has touched the page, some browsers hear nothing.
   *
   * @param interval - milliseconds between two volumes, 100 at least.
   * @param playback - whether the user hears the microphone.
   */
  startMicDeviceTest(interval: number, playback = false): void {
    const intervalMs = Math.max(LEAST_INTERVAL_MS, Math.round(interval));
    void this.tellFailure(this.core.local.tests.startMicrophone({ intervalMs, playback }));
  }

  /** Ends `startMicDeviceTest`; harmless without. */
  stopMicDeviceTest(): void {
    this.core.local.tests.stopMicrophone();
  }

  /**
   * Plays a file once, or until it is stopped, on the speaker in use, and tells by `onTestSpeakerVolume` how loud it is; 0 when it is over.
   * `onError(-1321)` if it cannot be played, `onWarning(-4)` where the browser cannot measure sound. Until the user has touched the page,
   * some browsers play nothing.
   *
   * @param testAudioFilePath - its address; a page reaches its own server, `blob:` and `data:`.
   */
  startSpeakerDeviceTest(testAudioFilePath: string): void {
    this.attempt(() => this.core.local.tests.startSpeaker(testAudioFilePath));
  }

  /** Ends `startSpeakerDeviceTest`; harmless without. */
  stopSpeakerDeviceTest(): void {
    this.core.local.tests.stopSpeaker();
  }
}
