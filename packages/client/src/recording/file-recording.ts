import type { Clock, Timer } from '@rotunda/base';
import { numbered } from './formats.ts';
import type { Recorder } from './platform.ts';
import type { RecordingSource } from './sources.ts';

/** Where to, and after how many milliseconds the next file begins; 0: everything in one. */
export interface FilePlan {
  readonly path: string;
  readonly maxDurationMs: number;
}

/** `empty`: there was nothing to record, or not long enough. */
export type RecordingOutcome = 'complete' | 'failed' | 'empty';

export interface FileRecordingTools {
  readonly clock: Clock;
  readonly source: RecordingSource;
  /** A file is finished, in order. */
  onFile(path: string, file: Blob): void;
  /** Last, once, never synchronously by a method other than {@link FileRecording.abandon}. */
  onEnded(outcome: RecordingOutcome): void;
}

interface OpenFile {
  readonly path: string;
  readonly parts: Blob[];
  recorder: Recorder | null;
}

/** One recording: a file, or several one after the other. */
export class FileRecording {
  readonly #plan: FilePlan;
  readonly #tools: FileRecordingTools;
  /** Whose last part has not come yet. */
  readonly #open = new Set<OpenFile>();
  #current: OpenFile | null = null;
  #begun = 0;
  #outcome: RecordingOutcome = 'empty';
  #timer: Timer | null = null;
  #state: 'recording' | 'stopping' | 'ended' = 'recording';

  constructor(plan: FilePlan, tools: FileRecordingTools) {
    this.#plan = plan;
    this.#tools = tools;
  }

  /** Throws if it cannot begin; then nothing is told. */
  start(): void {
    try {
      this.#openFile();
    } catch (error) {
      this.#tools.source.close();
      throw error;
    }
  }

  /** Nothing is recorded from here on. Idempotent. */
  stop(): void {
    if (this.#state !== 'recording') return;
    this.#state = 'stopping';
    this.#timer?.cancel();
    this.#current?.recorder?.stop();
    this.#tools.source.close();
  }

  /** Waits no longer for the last parts: what has not been finished is lost. */
  abandon(): void {
    this.stop();
    this.#outcome = 'failed';
    this.#end();
  }

  #openFile(): void {
    const { path, maxDurationMs } = this.#plan;
    this.#begun++;
    const file: OpenFile = {
      path: maxDurationMs > 0 ? numbered(path, this.#begun) : path,
      parts: [],
      recorder: null,
    };
    file.recorder = this.#tools.source.open({
      onPart: (part) => file.parts.push(part),
      onEnded: (failed) => this.#fileEnded(file, failed),
    });
    this.#open.add(file);
    this.#current = file;
    if (maxDurationMs > 0) this.#timer = this.#tools.clock.after(maxDurationMs, () => this.#nextFile());
  }

  /** The next file begins before the one before ends. */
  #nextFile(): void {
    const before = this.#current;
    try {
      this.#openFile();
    } catch {
      this.#outcome = 'failed';
      this.stop();
      return;
    }
    before?.recorder?.stop();
  }

  #fileEnded(file: OpenFile, failed: boolean): void {
    if (this.#state === 'ended') return;
    this.#open.delete(file);
    if (file.parts.some(({ size }) => size > 0)) {
      if (this.#outcome === 'empty') this.#outcome = 'complete';
      this.#tools.onFile(file.path, this.#tools.source.assemble(file.parts));
    }
    if (failed) this.#outcome = 'failed';
    if (failed || file === this.#current) this.stop();
    if (this.#open.size === 0) this.#end();
  }

  #end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#open.clear();
    this.#tools.onEnded(this.#outcome);
  }
}
