import { FileRecording, type FilePlan, type FileRecordingTools } from './file-recording.ts';

/** Every recording whose last file is not finished. */
export class OpenRecordings {
  readonly #recordings = new Set<FileRecording>();
  #waiting: (() => void)[] = [];
  #gate: 'open' | 'leaving' | 'closed' = 'open';

  /** Whether one may begin now. */
  get accepts(): boolean {
    return this.#gate === 'open';
  }

  /** Throws if it cannot begin. */
  begin(plan: FilePlan, tools: FileRecordingTools): FileRecording {
    const recording: FileRecording = new FileRecording(plan, {
      ...tools,
      onFile: (path, file) => tools.onFile(path, file),
      onEnded: (outcome) => {
        this.#recordings.delete(recording);
        tools.onEnded(outcome);
        if (this.#recordings.size === 0) for (const resolve of this.#waiting.splice(0)) resolve();
      },
    });
    recording.start();
    this.#recordings.add(recording);
    return recording;
  }

  /** Stops all; none begins before {@link reopen}. @returns when the last file is finished; null when that holds already. */
  release(): Promise<void> | null {
    if (this.#gate === 'open') this.#gate = 'leaving';
    for (const recording of this.#recordings) recording.stop();
    if (this.#recordings.size === 0) return null;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The room is all but left: what is not finished now is told as failed. */
  abandon(): void {
    if (this.#gate !== 'leaving') return;
    for (const recording of this.#recordings) recording.abandon();
  }

  /** The room has been left. */
  reopen(): void {
    if (this.#gate === 'leaving') this.#gate = 'open';
  }

  /** Final. Files that are not finished still will be. */
  close(): void {
    void this.release();
    this.#gate = 'closed';
  }
}
