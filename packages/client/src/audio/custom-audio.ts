import type { LocalTrack } from '../devices/platform.ts';
import type { GraphPcm } from './graph.ts';
import { openPcm } from './open-pcm.ts';
import type { PcmFrame } from './pcm.ts';
import type { SharedGraph } from './shared-graph.ts';

/** Milliseconds. Who brings sound faster than it is played is not to be heard later and later. */
const MOST_WAITING_MS = 300;

/** Sound that the application brings in place of the microphone. */
export class CustomAudio {
  readonly #graph: SharedGraph;
  readonly #onChanged: () => void;
  #pcm: GraphPcm | null = null;

  /** `onChanged`: there is a track now, or none any more. */
  constructor(graph: SharedGraph, onChanged: () => void) {
    this.#graph = graph;
    this.#onChanged = onChanged;
  }

  /** Silent before the first frame; null while it is off. */
  get track(): LocalTrack | null {
    return this.#pcm?.track ?? null;
  }

  /** Throws a TRTCError where sound cannot be mixed, and while a room is being left. */
  enable(): void {
    if (this.#pcm) return;
    this.#pcm = openPcm(this.#graph);
    this.#onChanged();
  }

  disable(): void {
    if (!this.#pcm) return;
    this.#pcm.close();
    this.#pcm = null;
    this.#onChanged();
  }

  /** Ignored while it is off, and when 300 ms are waiting. */
  send(frame: PcmFrame): void {
    if (this.#pcm && this.#pcm.bufferedMs < MOST_WAITING_MS) this.#pcm.push(frame);
  }
}
