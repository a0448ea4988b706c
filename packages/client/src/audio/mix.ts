import type { LocalTrack } from '../devices/platform.ts';
import type { AudioGraph, AudioGraphFactory, GraphInput } from './graph.ts';

const FULL_VOLUME = 100;

export interface AudioMixTools {
  readonly openGraph: AudioGraphFactory;
  /** What goes out may be another track now. */
  onChanged(): void;
  /** The platform cannot mix: the microphone goes out as it is. Once. */
  onUnsupported(): void;
}

/**
 * The user's outgoing sound: the microphone's own track while nothing is done to it, otherwise the output of a graph. Once
 * opened, a graph stays until `release`, so that going back and forth never leaves a gap for the others.
 */
export class AudioMix {
  readonly #tools: AudioMixTools;
  #graph: AudioGraph | null = null;
  #microphone: { readonly track: LocalTrack; input: GraphInput | null } | null = null;
  #captureVolume = FULL_VOLUME;
  #state: 'open' | 'leaving' | 'unsupported' | 'closed' = 'open';

  constructor(tools: AudioMixTools) {
    this.#tools = tools;
  }

  /** 0 to 150: how loud the others hear the microphone. */
  get captureVolume(): number {
    return this.#captureVolume;
  }

  setCaptureVolume(volume: number): void {
    this.#captureVolume = volume;
    this.#update();
  }

  /** The open microphone; null when it was closed. */
  setMicrophone(track: LocalTrack | null): void {
    if (this.#microphone?.track === track || (!track && !this.#microphone)) return;
    this.#microphone?.input?.close();
    this.#microphone = track && { track, input: null };
    this.#apply();
  }

  /** What is to be sent; null for nothing. */
  outgoing(): LocalTrack | null {
    const microphone = this.#microphone?.track ?? null;
    if (!this.#graph || !this.#needsOutput()) return microphone;
    // A graph that waits for a gesture is silent: better the plain microphone, unless silence is what is wanted.
    if (!this.#graph.running && microphone && this.#captureVolume > 0) return microphone;
    return this.#graph.output;
  }

  /** Ends the graph; none is opened before {@link reopen}. @returns when it is done; null if there was none. */
  release(): Promise<void> | null {
    if (this.#state === 'open') this.#state = 'leaving';
    const graph = this.#graph;
    this.#graph = null;
    this.setMicrophone(null);
    return graph?.close() ?? null;
  }

  /** The room has been left. */
  reopen(): void {
    if (this.#state === 'leaving') this.#state = 'open';
  }

  /** Final. */
  close(): void {
    void this.release();
    this.#state = 'closed';
  }

  #needsOutput(): boolean {
    return this.#microphone !== null && this.#captureVolume !== FULL_VOLUME;
  }

  #update(): void {
    this.#apply();
    this.#tools.onChanged();
  }

  #apply(): void {
    if (this.#needsOutput()) this.#open();
    const graph = this.#graph;
    const microphone = this.#microphone;
    if (!graph || !microphone) return;
    microphone.input ??= graph.addTrack(microphone.track);
    microphone.input.setGain('publish', this.#captureVolume / FULL_VOLUME);
  }

  #open(): void {
    if (this.#graph || this.#state !== 'open') return;
    try {
      this.#graph = this.#tools.openGraph(() => this.#tools.onChanged());
    } catch {
      this.#state = 'unsupported';
      this.#tools.onUnsupported();
    }
  }
}
