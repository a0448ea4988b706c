import type { LocalTrack } from '../devices/platform.ts';
import type { RemoteTrack } from '../media/engine.ts';
import type { PcmFrame } from './pcm.ts';
import type { Direction } from './space.ts';

/**
 * Where sound is mixed to: what the others hear, what the graph lets be heard here, what is heard here without it, and for recordings
 * what is the user's own and what is the others'.
 */
export type Bus = 'publish' | 'playout' | 'beside' | 'own' | 'others';

/** How a place answers. */
export interface Reverb {
  /** How long it is heard: until it is 60 dB quieter. */
  readonly seconds: number;
  /** How loud it is beside the sound itself, 0 to 1. */
  readonly wet: number;
}

/** One source of sound in a graph. Contributes nothing to a mix before it is given a gain there. */
export interface GraphInput {
  /** 0: silent; 1: as it is. Changes without a click. */
  setGain(bus: Bus, gain: number): void;
  /** In every mix that it contributes to; null for none. */
  setReverb(reverb: Reverb | null): void;
  /** How loud the last `ms` milliseconds were (about 650 at most), before any gain: root mean square, 0 to 1. */
  level(ms: number): number;
  /** Idempotent. Does not stop a track. */
  close(): void;
}

/** Somebody's sound, which may come from somewhere. */
export interface GraphVoice extends GraphInput {
  /** Null, as at first: from nowhere in particular. */
  setDirection(direction: Direction | null): void;
}

/** Music from the net, or from anything that has an address. Times in milliseconds. */
export interface GraphMusic extends GraphInput {
  readonly positionMs: number;
  /** 0 before `onReady`, and for what has no end. */
  readonly durationMs: number;
  /** Harmless when it plays. A platform that waits for a user's gesture plays after one. */
  play(): void;
  pause(): void;
  /** Beyond its end it counts as its end. */
  seek(ms: number): void;
}

/** Sound that is given frame by frame. */
export interface GraphPcm extends GraphInput {
  /** Its sound, whatever its gains are. Ends when it is closed. */
  readonly track: LocalTrack;
  /** How much sound waits to be played, in milliseconds. */
  readonly bufferedMs: number;
  /** Played right after what waits; a little later when nothing does. */
  push(frame: PcmFrame): void;
}

/** Never told synchronously, and not after `close`. */
export interface MusicEvents {
  /** It can be played, and its duration is known. Once. */
  onReady(): void;
  /** It has been played to its end. `play` begins anew. */
  onEnded(): void;
  /** It cannot be loaded or not be decoded. Last. */
  onFailed(): void;
}

/** Some buses, mixed once more. */
export interface Tap {
  /** A track that lives as long as the tap. */
  readonly output: LocalTrack;
  /** Idempotent. */
  close(): void;
}

/** Never told synchronously, and not after `close`. */
export interface SampleTapEvents {
  /** The next samples: 16 bit, left and right in turn. */
  onSamples(samples: Int16Array<ArrayBuffer>): void;
  /** The platform cannot give samples. Last. */
  onFailed(): void;
}

/** The samples of some buses, or of a track. */
export interface SampleTap {
  /** Of each channel, in Hz. */
  readonly sampleRate: number;
  /** Idempotent. */
  close(): void;
}

/** A graph that mixes sound (W3C Web Audio). The only door to it. */
export interface AudioGraph {
  /** The mix for the others: a track that lives as long as the graph. */
  readonly output: LocalTrack;
  /** A graph may have to wait for a user's gesture; until then it is silent. */
  readonly running: boolean;
  /** Where the mix for here is heard; the empty id is the default speaker, which also stays where none can be chosen. */
  setSpeaker(deviceId: string): void;
  /** How loud the mix for here is heard at most, 0 to 1. */
  setPlayoutGain(gain: number): void;
  /** As {@link GraphInput.level}, of the mix for the others. */
  outputLevel(ms: number): number;
  addTrack(track: LocalTrack): GraphInput;
  addVoice(track: RemoteTrack): GraphVoice;
  addMusic(url: string, events: MusicEvents): GraphMusic;
  addPcm(): GraphPcm;
  /** Closed with the graph. */
  openTap(buses: readonly Bus[]): Tap;
  /** Closed with the graph. */
  openSampleTap(buses: readonly Bus[], events: SampleTapEvents): SampleTap;
  /** As {@link openSampleTap}, of one track as it comes. */
  openTrackTap(track: LocalTrack | RemoteTrack, events: SampleTapEvents): SampleTap;
  /** Ends the output at once. Resolves when everything is given back. Idempotent, never rejects. */
  close(): Promise<void>;
}

/** Throws if the platform cannot mix sound. `onRunning` tells changes of `running`, never synchronously. */
export type AudioGraphFactory = (onRunning: () => void) => AudioGraph;
