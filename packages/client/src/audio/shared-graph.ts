import type { AudioGraph, AudioGraphFactory } from './graph.ts';

export interface SharedGraphTools {
  readonly openGraph: AudioGraphFactory;
  /** The graph began or stopped to run. Never synchronously. */
  onRunning(): void;
  /** The platform cannot mix. Once. */
  onUnsupported(): void;
}

/** The one graph that all sound of a client goes through: opened when somebody first needs it, closed when the room is left. */
export class SharedGraph {
  readonly #tools: SharedGraphTools;
  #graph: AudioGraph | null = null;
  #speaker = '';
  #playoutGain = 1;
  #state: 'open' | 'leaving' | 'unsupported' | 'closed' = 'open';

  constructor(tools: SharedGraphTools) {
    this.#tools = tools;
  }

  /** Null as long as nobody has needed it. */
  get current(): AudioGraph | null {
    return this.#graph;
  }

  /** @returns null where the platform cannot mix, and while a room is being left. */
  open(): AudioGraph | null {
    if (this.#graph || this.#state !== 'open') return this.#graph;
    try {
      this.#graph = this.#tools.openGraph(() => this.#tools.onRunning());
      if (this.#speaker) this.#graph.setSpeaker(this.#speaker);
      if (this.#playoutGain !== 1) this.#graph.setPlayoutGain(this.#playoutGain);
    } catch {
      this.#state = 'unsupported';
      this.#tools.onUnsupported();
    }
    return this.#graph;
  }

  /** Where it is heard here, now and later; the empty id is the default speaker. */
  setSpeaker(deviceId: string): void {
    this.#speaker = deviceId;
    this.#graph?.setSpeaker(deviceId);
  }

  /** How loud it is heard here at most, now and later: 0 to 1. */
  setPlayoutGain(gain: number): void {
    this.#playoutGain = gain;
    this.#graph?.setPlayoutGain(gain);
  }

  /** Ends the graph; none is opened before {@link reopen}. @returns when it is done; null if there was none. */
  release(): Promise<void> | null {
    if (this.#state === 'open') this.#state = 'leaving';
    const graph = this.#graph;
    this.#graph = null;
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
}
