import type { LocalTrack } from '../devices/platform.ts';
import type { AudioGraph, AudioGraphFactory } from './graph.ts';
import { SharedGraph } from './shared-graph.ts';
import { Voice } from './voice.ts';

export interface AudioMixTools {
  readonly openGraph: AudioGraphFactory;
  /** What goes out may be another track now. */
  onChanged(): void;
  /** The platform cannot mix: the microphone goes out as it is. Once. */
  onUnsupported(): void;
}

/**
 * How something beside the microphone takes part in what the others hear: `along` while sound is sent anyway, `alone` also
 * without a microphone.
 */
export type MixPart = 'along' | 'alone';

/**
 * The user's outgoing sound: the microphone's own track while nothing is done to it and nothing is beside it, otherwise the
 * output of a graph. Once opened, a graph stays until `release`, so that going back and forth never leaves a gap for the others.
 */
export class AudioMix {
  readonly graph: SharedGraph;
  readonly voice: Voice;
  readonly #tools: AudioMixTools;
  readonly #parts = new Map<object, MixPart>();
  readonly #recordings = new Set<object>();

  constructor(tools: AudioMixTools) {
    this.#tools = tools;
    this.graph = new SharedGraph({
      openGraph: tools.openGraph,
      onRunning: () => tools.onChanged(),
      onUnsupported: () => tools.onUnsupported(),
    });
    this.voice = new Voice(this.graph, () => this.#update());
  }

  /** The open microphone; null when it was closed. */
  setMicrophone(track: LocalTrack | null): void {
    if (this.voice.microphone === track) return;
    this.voice.setMicrophone(track);
    this.#apply();
  }

  /** Lets what `owner` has in the graph take part; null: no longer. */
  setPart(owner: object, part: MixPart | null): void {
    if (part) this.#parts.set(owner, part);
    else this.#parts.delete(owner);
    this.#update();
  }

  /** Lets all of the user's own sound go through the graph for `owner`, whatever the others hear. @returns null where it cannot. */
  beginRecording(owner: object): AudioGraph | null {
    const graph = this.graph.open();
    if (!graph) return null;
    this.#recordings.add(owner);
    this.#apply();
    return graph;
  }

  endRecording(owner: object): void {
    this.#recordings.delete(owner);
  }

  /** What is to be sent; null for nothing. */
  outgoing(): LocalTrack | null {
    const { microphone } = this.voice;
    const graph = this.graph.current;
    if (!graph || !this.#isMixed()) return microphone;
    // A graph that waits for a gesture is silent: better the plain microphone, unless silence is what is wanted.
    if (!graph.running && microphone && this.voice.gain > 0) return microphone;
    return graph.output;
  }

  /** How loud what goes out was in the last `ms` milliseconds: root mean square, 0 to 1. Opens the graph. */
  level(ms: number): number {
    const outgoing = this.outgoing();
    const graph = this.graph.current;
    if (graph && outgoing === graph.output) return graph.outputLevel(ms);
    return outgoing ? this.voice.level(ms) : 0;
  }

  /** Ends the graph; none is opened before {@link reopen}. @returns when it is done; null if there was none. */
  release(): Promise<void> | null {
    this.#parts.clear();
    this.#recordings.clear();
    const released = this.graph.release();
    this.voice.release();
    return released;
  }

  /** The room has been left. */
  reopen(): void {
    this.graph.reopen();
  }

  /** Final. */
  close(): void {
    void this.release();
    this.graph.close();
  }

  /** Whether the others hear something else than the plain microphone, if they hear anything. */
  #isMixed(): boolean {
    const parts = [...this.#parts.values()];
    if (!this.voice.microphone) return parts.includes('alone');
    return parts.length > 0 || this.voice.isProcessed;
  }

  #update(): void {
    this.#apply();
    this.#tools.onChanged();
  }

  #apply(): void {
    this.voice.apply({ needed: this.#isMixed() || this.#recordings.size > 0 });
  }
}
