import { TypedEmitter, type Clock } from '@rotunda/base';
import type { AudioGraph, Bus } from '../audio/graph.ts';
import type { HeardSounds } from '../audio/heard-sounds.ts';
import type { AudioMix } from '../audio/mix.ts';
import type { FilePlan, FileRecording } from './file-recording.ts';
import { soundFormat, type SoundFormat } from './formats.ts';
import type { OpenRecordings } from './open-recordings.ts';
import type { RecordingPlatform } from './platform.ts';
import { SampleSource, TrackSource, type RecordingSource } from './sources.ts';

export interface AudioRecorderTools {
  readonly clock: Clock;
  readonly platform: RecordingPlatform;
  readonly mix: AudioMix;
  readonly heard: HeardSounds;
  readonly open: OpenRecordings;
  save(path: string, file: Blob): void;
}

/** The user's own sound, that of the others, or both. */
export type SoundContent = 'all' | 'own' | 'others';

export type AudioRecordingProblem = 'already' | 'format' | 'failed';

const BUSES: Record<SoundContent, readonly Bus[]> = {
  all: ['own', 'others'],
  own: ['own'],
  others: ['others'],
};

export interface AudioRecorderEvents {
  /**
   * It could not go on, or not begin after all, or nothing was there to record; there is a file of what was recorded up to then, if
   * there was anything.
   */
  failed: [];
}

/** Records what is heard in a room: one recording at a time. */
export class AudioRecorder {
  readonly events = new TypedEmitter<AudioRecorderEvents>();
  readonly #tools: AudioRecorderTools;
  #current: FileRecording | null = null;

  constructor(tools: AudioRecorderTools) {
    this.#tools = tools;
  }

  /** @returns why not; null: it records. */
  start({ content, ...plan }: FilePlan & { content: SoundContent }): AudioRecordingProblem | null {
    const { mix, heard, open, platform } = this.#tools;
    if (this.#current) return 'already';
    const format = soundFormat(plan.path, (type) => platform.supports(type));
    if (!format) return 'format';
    const graph = open.accepts ? mix.beginRecording(this) : null;
    if (!graph) return 'failed';
    if (content !== 'own') heard.beginRecording(this);
    try {
      const recording: FileRecording = open.begin(plan, {
        ...this.#tools,
        source: this.#source(graph, BUSES[content], format),
        onFile: (path, file) => this.#tools.save(path, file),
        onEnded: (outcome) => {
          if (this.#current === recording) this.stop();
          if (outcome !== 'complete') this.events.emit('failed');
        },
      });
      this.#current = recording;
      return null;
    } catch {
      this.#disconnect();
      return 'failed';
    }
  }

  /** The file follows. Harmless when nothing is recorded. */
  stop(): void {
    const recording = this.#current;
    if (!recording) return;
    this.#current = null;
    recording.stop();
    this.#disconnect();
  }

  #source(graph: AudioGraph, buses: readonly Bus[], format: SoundFormat): RecordingSource {
    if (typeof format === 'string') return new SampleSource(graph, { buses, format });
    return new TrackSource(this.#tools.platform, format.type, [graph.openTap(buses)]);
  }

  #disconnect(): void {
    this.#tools.heard.endRecording(this);
    this.#tools.mix.endRecording(this);
  }
}
