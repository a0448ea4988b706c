import { TypedEmitter, type Clock } from '@rotunda/base';
import { FrameTaps } from '../audio/frame-taps.ts';
import { HeardSounds } from '../audio/heard-sounds.ts';
import type { Playback } from '../media/playback.ts';
import type { PicturePlatform } from '../picture/compositor.ts';
import { AudioRecorder } from './audio-recorder.ts';
import { baseName } from './formats.ts';
import { LocalRecorder, type OwnMedia } from './local-recorder.ts';
import { OpenRecordings } from './open-recordings.ts';
import type { RecordingPlatform } from './platform.ts';

export interface RecordingsTools {
  readonly clock: Clock;
  readonly recording: RecordingPlatform;
  readonly playback: Pick<Playback, 'openAudio'>;
  readonly pictures: PicturePlatform;
  readonly own: OwnMedia;
}

/** Is given each finished file. */
export type FileReceiver = (path: string, file: Blob) => void;

/** Everything that is recorded on this machine. */
export class Recordings {
  readonly local: LocalRecorder;
  readonly audio: AudioRecorder;
  /** What plays the others. */
  readonly heard: HeardSounds;
  /** What is sent and heard, as frames for the application. */
  readonly frames: FrameTaps;
  readonly #open = new OpenRecordings();
  readonly #platform: RecordingPlatform;
  readonly #receivers = new TypedEmitter<{ file: Parameters<FileReceiver> }>();

  constructor({ clock, recording, playback, pictures, own }: RecordingsTools) {
    this.#platform = recording;
    this.heard = new HeardSounds(playback, {
      graph: own.mix.graph,
      onChanged: () => this.frames.update(),
    });
    const save: FileReceiver = (path, file) => this.#save(path, file);
    const tools = { clock, platform: recording, open: this.#open, save };
    this.local = new LocalRecorder({ ...tools, pictures, own });
    this.audio = new AudioRecorder({ ...tools, mix: own.mix, heard: this.heard });
    this.frames = new FrameTaps({ mix: own.mix, heard: this.heard });
  }

  /** Gets every finished file in place of the user; null: the user gets them. */
  setReceiver(receiver: FileReceiver | null): void {
    this.#receivers.removeAllListeners();
    if (receiver) this.#receivers.on('file', receiver);
  }

  /** Ends all; nothing is recorded before {@link reopen}. @returns when the last file is finished; null when that holds already. */
  release(): Promise<void> | null {
    this.local.stop();
    this.audio.stop();
    this.frames.release();
    return this.#open.release();
  }

  /** The room is all but left: what is not finished now is told as failed. */
  abandon(): void {
    this.#open.abandon();
  }

  /** The room has been left. */
  reopen(): void {
    this.#open.reopen();
    this.frames.reopen();
  }

  /** Final. Nothing more is told, but files that are not finished still will be. */
  close(): void {
    this.local.events.removeAllListeners();
    this.audio.events.removeAllListeners();
    this.local.stop();
    this.audio.stop();
    this.frames.close();
    this.#open.close();
  }

  #save(path: string, file: Blob): void {
    if (!this.#receivers.emit('file', path, file)) this.#platform.save(baseName(path), file);
  }
}
