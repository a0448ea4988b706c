import type { AudioGraph, Bus, SampleTap, Tap } from '../audio/graph.ts';
import type { LocalTrack } from '../devices/platform.ts';
import type { Recorder, RecorderEvents, RecordingPlatform } from './platform.ts';
import { wavHeader } from './wav.ts';

/** What is recorded, and as what. */
export interface RecordingSource {
  /** Begins a file, also while the one before is still being recorded. Throws if it cannot. */
  open(events: RecorderEvents): Recorder;
  /** A whole file of its parts. */
  assemble(parts: readonly Blob[]): Blob;
  /** Nothing is recorded any more. */
  close(): void;
}

/** A picture, sound from a graph, or both, as the platform writes them. */
export class TrackSource implements RecordingSource {
  readonly #platform: RecordingPlatform;
  readonly #type: string;
  readonly #tracks: readonly LocalTrack[];
  readonly #tap: Tap | null;

  constructor(
    platform: RecordingPlatform,
    { type, picture, tap }: { type: string; picture: LocalTrack | null; tap: Tap | null },
  ) {
    this.#platform = platform;
    this.#type = type;
    this.#tracks = [picture, tap?.output ?? null].filter((track) => track !== null);
    this.#tap = tap;
  }

  open(events: RecorderEvents): Recorder {
    return this.#platform.record(this.#tracks, this.#type, events);
  }

  assemble(parts: readonly Blob[]): Blob {
    return new Blob([...parts], { type: this.#type });
  }

  close(): void {
    this.#tap?.close();
  }
}

/** The samples of a graph's buses, in stereo: with a header (WAV), or nothing but them, 16 bit with the low byte first (PCM). */
export class SampleSource implements RecordingSource {
  readonly #graph: AudioGraph;
  readonly #buses: readonly Bus[];
  readonly #format: 'wav' | 'pcm';
  #sampleRate = 0;

  constructor(graph: AudioGraph, { buses, format }: { buses: readonly Bus[]; format: 'wav' | 'pcm' }) {
    this.#graph = graph;
    this.#buses = buses;
    this.#format = format;
  }

  open(events: RecorderEvents): Recorder {
    const recorder = new SampleRecorder(this.#graph, this.#buses, events);
    this.#sampleRate = recorder.sampleRate;
    return recorder;
  }

  assemble(parts: readonly Blob[]): Blob {
    if (this.#format === 'pcm') return new Blob([...parts]);
    const bytes = parts.reduce((sum, { size }) => sum + size, 0);
    const header = wavHeader({ sampleRate: this.#sampleRate, channels: 2, bytes });
    return new Blob([header, ...parts], { type: 'audio/wav' });
  }

  close(): void {
    // Each recorder has closed its own tap.
  }
}

/** As many blocks of samples make a part: about a second. */
const BLOCKS_PER_PART = 50;

class SampleRecorder implements Recorder {
  readonly #tap: SampleTap;
  readonly #events: RecorderEvents;
  #blocks: Int16Array<ArrayBuffer>[] = [];
  #state: 'open' | 'ended' = 'open';

  constructor(graph: AudioGraph, buses: readonly Bus[], events: RecorderEvents) {
    this.#events = events;
    this.#tap = graph.openSampleTap(buses, {
      onSamples: (samples) => this.#take(samples),
      onFailed: () => this.#end({ failed: true }),
    });
  }

  get sampleRate(): number {
    return this.#tap.sampleRate;
  }

  stop(): void {
    this.#tap.close();
    queueMicrotask(() => this.#end({ failed: false }));
  }

  #take(samples: Int16Array<ArrayBuffer>): void {
    this.#blocks.push(samples);
    if (this.#blocks.length >= BLOCKS_PER_PART) this.#flush();
  }

  #flush(): void {
    if (this.#blocks.length > 0) this.#events.onPart(new Blob(this.#blocks));
    this.#blocks = [];
  }

  #end({ failed }: { failed: boolean }): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#flush();
    this.#events.onEnded(failed);
  }
}
