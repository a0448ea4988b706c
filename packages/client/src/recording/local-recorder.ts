import { TypedEmitter, type Clock, type Timer } from '@rotunda/base';
import type { Tap } from '../audio/graph.ts';
import type { AudioMix } from '../audio/mix.ts';
import type { LocalTrack } from '../devices/platform.ts';
import type { PicturePlatform } from '../picture/compositor.ts';
import type { PictureSwitcher, SwitcherOptions } from '../picture/switcher.ts';
import type { FilePlan, FileRecording, RecordingOutcome } from './file-recording.ts';
import { recordedType } from './formats.ts';
import type { OpenRecordings } from './open-recordings.ts';
import type { RecordingPlatform } from './platform.ts';
import { TrackSource, type RecordedOutput } from './sources.ts';

/** What the user sends. */
export interface OwnMedia {
  readonly mix: AudioMix;
  /** How the open camera captures; null for none. */
  camera(): SwitcherOptions | null;
  /** What is sent: the camera with what is drawn on it, or what is in the place of a muted one; null for nothing. */
  picture(): LocalTrack | null;
  /** Resolves when the camera is open, or cannot be opened; null when it is not being opened. */
  opening(): Promise<unknown> | null;
  /** Whether the others hear nothing of the user. */
  muted(): boolean;
}

export interface LocalRecorderTools {
  readonly clock: Clock;
  readonly platform: RecordingPlatform;
  readonly pictures: PicturePlatform;
  readonly own: OwnMedia;
  readonly open: OpenRecordings;
  save(path: string, file: Blob): void;
}

export interface LocalRecordingRequest extends FilePlan {
  readonly what: 'sound' | 'picture' | 'both';
  /** How often progress is told, in milliseconds; null: never. */
  readonly intervalMs: number | null;
}

export type LocalRecordingStartProblem = 'failed' | 'format' | 'already';
/** `empty`: nothing to record, or too short. */
export type LocalRecordingProblem = 'failed' | 'empty';

/** Never told synchronously by a method. `path` is the one that was asked for, of a fragment that of its file. */
export interface LocalRecorderEvents {
  /** Once for each start. After a problem nothing follows. */
  began: [path: string, problem: LocalRecordingStartProblem | null];
  progress: [durationMs: number, path: string];
  /** One file of several is finished. */
  fragment: [path: string];
  /** All files are finished. */
  completed: [path: string, problem: LocalRecordingProblem | null];
}

type State =
  | { readonly name: 'idle' }
  /** For the camera, which is being opened. */
  | { readonly name: 'waiting'; readonly request: LocalRecordingRequest }
  | {
      readonly name: 'recording';
      readonly recording: FileRecording;
      readonly picture: PictureSwitcher | null;
      readonly tap: Tap | null;
      readonly progress: Timer | null;
    }
  /** The last part of the file has not come yet. */
  | { readonly name: 'finishing' };

const IDLE: State = { name: 'idle' };

/**
 * Records the user's own picture and sound, without what is muted: one recording at a time. Its picture goes on in one size, whatever
 * becomes of the camera.
 */
export class LocalRecorder {
  readonly events = new TypedEmitter<LocalRecorderEvents>();
  readonly #tools: LocalRecorderTools;
  #state: State = IDLE;

  constructor(tools: LocalRecorderTools) {
    this.#tools = tools;
  }

  /** Told by `began`. A camera that is being opened is waited for. */
  start(request: LocalRecordingRequest): void {
    if (this.#state.name !== 'idle') {
      this.#tellBegan(request, 'already');
    } else if (this.#typeOf(request) === null) {
      this.#tellBegan(request, 'format');
    } else {
      const { own } = this.#tools;
      const opening = request.what !== 'sound' && !own.camera() ? own.opening() : null;
      if (opening) void this.#wait(request, opening);
      else this.#begin(request);
    }
  }

  /** Told by `completed`, or by `began` if it still waited for the camera. Harmless when nothing is recorded. */
  stop(): void {
    const state = this.#state;
    if (state.name === 'recording') this.#finish(state);
    if (state.name !== 'waiting') return;
    this.#state = IDLE;
    this.#tellBegan(state.request, 'failed');
  }

  /** The picture may be another one now, or muted, or closed. */
  pictureChanged(): void {
    if (this.#state.name === 'recording') this.#state.picture?.show(this.#tools.own.picture());
  }

  /** The user may have been muted, or no longer. */
  soundChanged(): void {
    if (this.#state.name === 'recording') this.#applyMute(this.#state.tap);
  }

  async #wait(request: LocalRecordingRequest, opening: Promise<unknown>): Promise<void> {
    const waiting: State = { name: 'waiting', request };
    this.#state = waiting;
    await opening;
    if (this.#state !== waiting) return;
    this.#state = IDLE;
    this.#begin(request);
  }

  #begin(request: LocalRecordingRequest): void {
    const { own, open } = this.#tools;
    const camera = request.what === 'sound' ? null : own.camera();
    const lacksCamera = request.what !== 'sound' && !camera;
    const outputs: RecordedOutput[] = [];
    try {
      if (lacksCamera || !open.accepts) throw new Error('nothing can be recorded');
      const picture = camera && this.#tools.pictures.openSwitcher(camera);
      if (picture) outputs.push(picture);
      picture?.show(own.picture());
      const tap = request.what === 'picture' ? null : this.#openTap();
      if (tap) outputs.push(tap);
      const recording = this.#open(request, outputs);
      const progress = this.#tellProgress(request);
      this.#state = { name: 'recording', recording, picture, tap, progress };
      this.#tellBegan(request, null);
    } catch {
      for (const output of outputs) output.close();
      own.mix.endRecording(this);
      this.#tellBegan(request, 'failed');
    }
  }

  #openTap(): Tap {
    const graph = this.#tools.own.mix.beginRecording(this);
    if (!graph) throw new Error('sound cannot be mixed');
    const tap = graph.openTap(['publish']);
    this.#applyMute(tap);
    return tap;
  }

  #open(request: LocalRecordingRequest, outputs: readonly RecordedOutput[]): FileRecording {
    const { platform, open } = this.#tools;
    return open.begin(request, {
      ...this.#tools,
      source: new TrackSource(platform, this.#typeOf(request) ?? '', outputs),
      onFile: (path, file) => {
        this.#tools.save(path, file);
        if (request.maxDurationMs > 0) this.events.emit('fragment', path);
      },
      onEnded: (outcome) => this.#ended(request, outcome),
    });
  }

  #finish({ recording, progress }: Extract<State, { name: 'recording' }>): void {
    this.#state = { name: 'finishing' };
    progress?.cancel();
    recording.stop();
  }

  #ended({ path }: LocalRecordingRequest, outcome: RecordingOutcome): void {
    // It may have ended by itself.
    if (this.#state.name === 'recording') this.#finish(this.#state);
    this.#state = IDLE;
    this.#tools.own.mix.endRecording(this);
    this.events.emit('completed', path, outcome === 'complete' ? null : outcome);
  }

  #tellProgress({ intervalMs, path }: LocalRecordingRequest): Timer | null {
    const { clock } = this.#tools;
    const beganAt = clock.now();
    if (intervalMs === null) return null;
    return clock.every(intervalMs, () => this.events.emit('progress', clock.now() - beganAt, path));
  }

  #tellBegan({ path }: LocalRecordingRequest, problem: LocalRecordingStartProblem | null): void {
    queueMicrotask(() => this.events.emit('began', path, problem));
  }

  #applyMute(tap: Tap | null): void {
    if (tap) tap.output.enabled = !this.#tools.own.muted();
  }

  #typeOf({ path, what }: LocalRecordingRequest): string | null {
    const kind = what === 'sound' ? 'audio' : 'video';
    return recordedType(path, kind, (type) => this.#tools.platform.supports(type));
  }
}
