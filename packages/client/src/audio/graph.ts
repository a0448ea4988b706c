import type { LocalTrack } from '../devices/platform.ts';
import type { RemoteTrack } from '../media/engine.ts';

/** Where sound is mixed to: what the others hear, what is heard here, what is recorded. */
export type Bus = 'publish' | 'playout' | 'record';

/** One source of sound in a graph. Contributes nothing to a mix before it is given a gain there. */
export interface GraphInput {
  /** 0: silent; 1: as it is. Changes without a click. */
  setGain(bus: Bus, gain: number): void;
  /** How loud the last `ms` milliseconds were (about 650 at most), before any gain: root mean square, 0 to 1. */
  level(ms: number): number;
  /** Idempotent. Does not stop a track. */
  close(): void;
}

/** A graph that mixes sound (W3C Web Audio). The only door to it. */
export interface AudioGraph {
  /** The mix for the others: a track that lives as long as the graph. */
  readonly output: LocalTrack;
  /** A graph may have to wait for a user's gesture; until then it is silent. */
  readonly running: boolean;
  /** As {@link GraphInput.level}, of the mix for the others. */
  outputLevel(ms: number): number;
  addTrack(track: LocalTrack | RemoteTrack): GraphInput;
  /** Ends the output at once. Resolves when everything is given back. Idempotent, never rejects. */
  close(): Promise<void>;
}

/** Throws if the platform cannot mix sound. `onRunning` tells changes of `running`, never synchronously. */
export type AudioGraphFactory = (onRunning: () => void) => AudioGraph;
