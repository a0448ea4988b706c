import type { AudioGraph, Bus, SampleTap } from '../audio/graph.ts';
import type { LocalTrack } from '../devices/platform.ts';
import type { Recorder, RecorderEvents, RecordingPlatform } from './platform.ts';
import { wavHeader } from './wav.ts';

/** What is recorded, and as what. */
export interface RecordingSource {
  /** Begins a file, also while the one before is still being recorded. Throws if it cannot. */
  open(events: RecorderEvents): Recorder;
  /** A whole file of its parts. */
  assemble(parts: readonly Blob[]): Blob;
  /** Nothing is recorded any more; the last parts may still come. Idempotent. */
  close(): void;
}

/** A track that is made to be recorded, and ends with the recording. */
export interface RecordedOutput {
  readonly output: LocalTrack;
  /** Idempotent. */
  close(): void;
}

/** A picture, sound, or both, as the platform writes them. */
export class TrackSource implements RecordingSource {
  readonly #platform: RecordingPlatform;
  readonly #type: string;
  readonly #outputs: readonly RecordedOutput[];

  constructor(platform: RecordingPlatform, type: string, outputs: readonly RecordedOutput[]) {
    this.#platform = platform;
    this.#type = type;
    this.#outputs = outputs;
  }

  open(events: RecorderEvents): Recorder {
    const tracks = this.#outputs.map(({ output }) => output);
    return this.#platform.record(tracks, this.#type, events);
  }

  assemble(parts: readonly Blob[]): Blob {
    return new Blob([...parts], { type: this.#type });
  }

  close(): void {
    for (const output of this.#outputs) output.close();
  }
}

/**
 * The samples of a graph's buses, in stereo: with a header (WAV), or nothing but them, 16 bit with the low byte first (PCM). Each block
 * of samples is in exactly one file: the newest one at the time.
 */
export class SampleSource implements RecordingSource {
  readonly #tap: SampleTap;
  readonly #format: 'wav' | 'pcm';
  #current: SampleRecorder | null = null;

  constructor(graph: AudioGraph, { buses, format }: { buses: readonly Bus[]; format: 'wav' | 'pcm' }) {
    this.#format = format;
    this.#tap = graph.openSampleTap(buses, {
      onSamples: (samples) => this.#current?.take(samples),
      onFailed: () => this.#current?.end({ failed: true }),
    });
  }

  open(events: RecorderEvents): Recorder {
    this.#current = new SampleRecorder(events);
    return this.#current;
  }

  assemble(parts: readonly Blob[]): Blob {
    if (this.#format === 'pcm') return new Blob([...parts]);
    const bytes = parts.reduce((sum, { size }) => sum + size, 0);
    const header = wavHeader({ sampleRate: this.#tap.sampleRate, channels: 2, bytes });
    return new Blob([header, ...parts], { type: 'audio/wav' });
  }

  close(): void {
    this.#tap.close();
  }
}

/** As many blocks of samples make a part: about a second. */
const BLOCKS_PER_PART = 50;

class SampleRecorder implements Recorder {
  readonly #events: RecorderEvents;
  #blocks: Int16Array<ArrayBuffer>[] = [];
  #state: 'open' | 'stopped' | 'ended' = 'open';

  constructor(events: RecorderEvents) {
    this.#events = events;
  }

  stop(): void {
    if (this.#state !== 'open') return;
    this.#state = 'stopped';
    queueMicrotask(() => this.end({ failed: false }));
  }

  take(samples: Int16Array<ArrayBuffer>): void {
    if (this.#state !== 'open') return;
    this.#blocks.push(samples);
    if (this.#blocks.length >= BLOCKS_PER_PART) this.#flush();
  }

  end({ failed }: { failed: boolean }): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#flush();
    this.#events.onEnded(failed);
  }

  #flush(): void {
    if (this.#blocks.length > 0) this.#events.onPart(new Blob(this.#blocks));
    this.#blocks = [];
  }
}
