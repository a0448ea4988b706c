import {
  BAD_PARAMS,
  parseAudioRecording,
  parseLocalRecording,
  toAudioRecordingCode,
  toBeginCode,
  type TRTCAudioRecordingParams,
  type TRTCLocalRecordingOptions,
} from '../recording.ts';
import { CloudMeasures } from './measures.ts';

/**
 * Recording on this machine. A page has no paths of a disk: each finished file is downloaded under the last part of its path, or
 * given to the application (see `setRecordedFileReceiver`). All recordings end with the room, and their files are finished before
 * `onExitRoom`.
 */
export class CloudRecording extends CloudMeasures {
  /**
   * Records the user's own camera, with what is drawn on it, and microphone, published music and system sound, in or outside of a
   * room. A camera that is being opened is waited for; without one there is no recording of a picture. The picture is as large as the
   * camera captures at the beginning, and goes on in one file over another camera or another encoding, fitted into that size. What is
   * muted is not recorded: sound is silent, and a muted or closed camera is black, but for a mute image. Sound is also silent while a
   * browser waits for a gesture before it mixes sound, and in a Firefox without a sound device.
   *
   * Told by `onLocalRecordBegin`: 0, then `onLocalRecording` at the interval, `onLocalRecordFragment` for each file if they are limited in
   * duration (`call_1.mp4`, `call_2.mp4`), and `onLocalRecordComplete`, last. -1: bad options, no camera, or the browser
   * cannot; -2: a format that it does not write; -6: another one is not finished. -7 and -8 never come, as there are no
   * paths; `onLocalRecordComplete(-2)` does not either, as the size of the picture never changes. No object: `onError(-2)`.
   */
  startLocalRecording(options: Partial<TRTCLocalRecordingOptions>): void {
    const request = parseLocalRecording(options);
    const { filePath = '' } = options;
    if (request) this.core.recordings.local.start(request);
    else this.later(() => this.fire('onLocalRecordBegin', toBeginCode('failed'), filePath));
  }

  /** `onLocalRecordComplete` follows. Harmless when nothing is recorded. */
  stopLocalRecording(): void {
    this.core.recordings.local.stop();
  }

  /**
   * Records what is heard, in or outside of a room: the user's own microphone, music and system sound, the others, or both. What
   * is heard of others and music is recorded as loud as it is played (`setAudioPlayoutVolume`, `setRemoteAudioVolume`). `.wav` and `.pcm` are
   * written everywhere, 16 bit in stereo at the rate of the sound device; `.webm`, `.mp4`, `.m4a`, `.ogg`, `.aac` as far as the browser does.
   * Limited in duration, the files are `call_1.wav`, `call_2.wav` and so on: of samples the next file goes on where the one before
   * ends; what the browser writes begins before the one before ends, so that a moment is in both. The last 20 ms before a stop can be
   * missing.
   *
   * @param params or only a path, as in older versions
   * @returns 0; -1 another one is being recorded; -2 it cannot begin: the browser cannot mix sound, or a room is being left; -3 a format
   * that is not written here; -4 params that make no sense. What cannot go on later, or not begin after all because
   * the page forbids it (`.wav` needs a worklet from a `blob:` address), ends with `onError(-1)`, and so does what is stopped before
   * there was anything to record.
   */
  startAudioRecording(params: TRTCAudioRecordingParams | string): number {
    const request = parseAudioRecording(params);
    return request ? toAudioRecordingCode(this.core.recordings.audio.start(request)) : BAD_PARAMS;
  }

  /** The file follows at once. Harmless when nothing is recorded. */
  stopAudioRecording(): void {
    this.core.recordings.audio.stop();
  }

  /**
   * Not in TRTC: gives each finished file to the application, with its path, in place of a download; before `onLocalRecordFragment`
   * or `onLocalRecordComplete`, and also when the instance has been destroyed meanwhile. Null: downloads, as at first. No function:
   * `onError(-2)`.
   */
  setRecordedFileReceiver(receiver: ((path: string, file: Blob) => void) | null): void {
    this.core.recordings.setReceiver(receiver);
  }
}
