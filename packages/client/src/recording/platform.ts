import type { LocalTrack } from '../devices/platform.ts';

/** Never told synchronously. */
export interface RecorderEvents {
  /** The next part of the file, in order. */
  onPart(part: Blob): void;
  /** It has ended: by `stop`, because nothing is left to record, or because it failed. Once, and last. */
  onEnded(failed: boolean): void;
}

/** Records from when it was made. */
export interface Recorder {
  /** Nothing is recorded from here on; the last parts may still come. Idempotent. */
  stop(): void;
}

/** The only door to recorders and files. */
export interface RecordingPlatform {
  /** Whether tracks can be recorded as this MIME type. */
  supports(type: string): boolean;
  /** Throws if it cannot begin. */
  record(tracks: readonly LocalTrack[], type: string, events: RecorderEvents): Recorder;
  /** Gives the user a finished file. */
  save(name: string, file: Blob): void;
}
