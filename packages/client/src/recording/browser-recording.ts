import type { LocalTrack } from '../devices/platform.ts';
import type { Recorder, RecorderEvents, RecordingPlatform } from './platform.ts';

/** How long a part may be: a long recording need not be kept in memory, and Chromium begins a part at which a player can begin. */
const PART_MS = 1_000;
/**
 * How often a recorder is asked for what it has, before a part is full: of one that Firefox hands over by itself just when the
 * recording ends, nothing is left.
 */
const ASK_MS = 400;
/** After that time a download has certainly begun. */
const DOWNLOAD_BEGINS_MS = 60_000;

/** W3C mediastream-recording, and downloads. */
export const browserRecording: RecordingPlatform = {
  supports: (type) => typeof MediaRecorder !== 'undefined' && MediaRecorder.isTypeSupported(type),
  record: (tracks, type, events) => new WebRecorder(tracks, type, events),
  save: download,
};

class WebRecorder implements Recorder {
  readonly #recorder: MediaRecorder;
  readonly #asking: ReturnType<typeof setInterval>;

  constructor(tracks: readonly LocalTrack[], mimeType: string, events: RecorderEvents) {
    const recorder = new MediaRecorder(new MediaStream(tracks as MediaStreamTrack[]), { mimeType });
    this.#recorder = recorder;
    let failed = false;
    recorder.addEventListener('dataavailable', ({ data }) => events.onPart(data));
    // What was recorded before comes after it, and then `stop`.
    recorder.addEventListener('error', () => (failed = true));
    recorder.start(PART_MS);
    this.#asking = setInterval(() => {
      if (recorder.state !== 'inactive') recorder.requestData();
    }, ASK_MS);
    const end = (): void => {
      clearInterval(this.#asking);
      events.onEnded(failed);
    };
    recorder.addEventListener('stop', end, { once: true });
  }

  stop(): void {
    clearInterval(this.#asking);
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }
}

function download(name: string, file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), DOWNLOAD_BEGINS_MS);
}
