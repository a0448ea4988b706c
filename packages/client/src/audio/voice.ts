import type { LocalTrack } from '../devices/platform.ts';
import type { GraphInput, Reverb } from './graph.ts';
import type { SharedGraph } from './shared-graph.ts';

const FULL_VOLUME = 100;

interface Microphone {
  readonly track: LocalTrack;
  /** Null while nothing is done to it. */
  input: GraphInput | null;
}

/** The user's own voice: the open microphone, how loud the others hear it, and how loud the user does. Volumes are 0 to 150. */
export class Voice {
  readonly #graph: SharedGraph;
  readonly #onChanged: () => void;
  #microphone: Microphone | null = null;
  #captureVolume = FULL_VOLUME;
  #voiceVolume = FULL_VOLUME;
  #deviceGain = 1;
  #monitor: 'on' | 'off' = 'off';
  #monitorVolume = FULL_VOLUME;
  #reverb: Reverb | null = null;

  /** `onChanged`: what the others hear of the voice may have changed. */
  constructor(graph: SharedGraph, onChanged: () => void) {
    this.#graph = graph;
    this.#onChanged = onChanged;
  }

  get microphone(): LocalTrack | null {
    return this.#microphone?.track ?? null;
  }

  /** The open microphone; null when it was closed. */
  setMicrophone(track: LocalTrack | null): void {
    this.#microphone?.input?.close();
    this.#microphone = track && { track, input: null };
  }

  /** The room is being left: the reverb does not last, the volumes do. */
  release(): void {
    this.setMicrophone(null);
    this.#reverb = null;
  }

  get captureVolume(): number {
    return this.#captureVolume;
  }

  setCaptureVolume(volume: number): void {
    this.#captureVolume = volume;
    this.#onChanged();
  }

  /** On top of the capture volume. */
  setVoiceVolume(volume: number): void {
    this.#voiceVolume = volume;
    this.#onChanged();
  }

  /** How the microphone itself is set, 0 to 1; on top of the other volumes. */
  setDeviceGain(gain: number): void {
    this.#deviceGain = gain;
    this.#onChanged();
  }

  /** Whether the user hears the own microphone. */
  setMonitor(monitor: 'on' | 'off'): void {
    this.#monitor = monitor;
    this.#onChanged();
  }

  setMonitorVolume(volume: number): void {
    this.#monitorVolume = volume;
    this.#onChanged();
  }

  /** Where it seems to come from, for the user and the others; null for where it comes from. */
  setReverb(reverb: Reverb | null): void {
    this.#reverb = reverb;
    this.#microphone?.input?.setReverb(reverb);
    this.#onChanged();
  }

  /** Whether the others are to hear something else than the plain microphone. */
  get isProcessed(): boolean {
    return this.gain !== 1 || this.#reverb !== null;
  }

  /** How loud the others are to hear it; 1: as it is captured. */
  get gain(): number {
    return this.#deviceGain * (this.#captureVolume / FULL_VOLUME) * (this.#voiceVolume / FULL_VOLUME);
  }

  /** How loud the microphone was in the last `ms` milliseconds, as {@link GraphInput.level}; 0 where that cannot be measured. */
  level(ms: number): number {
    this.#connect();
    return this.#microphone?.input?.level(ms) ?? 0;
  }

  /** Brings the graph in step. `needed`: it is heard through the graph by the others, or by a recording. */
  apply({ needed }: { needed: boolean }): void {
    const monitored = this.#microphone !== null && this.#monitor === 'on';
    if (needed || monitored) this.#connect();
    const input = this.#microphone?.input;
    input?.setGain('publish', this.gain);
    input?.setGain('own', this.gain);
    input?.setGain('playout', monitored ? this.#monitorVolume / FULL_VOLUME : 0);
  }

  /** Lets the microphone go through the graph, if there is one. */
  #connect(): void {
    const microphone = this.#microphone;
    if (!microphone || microphone.input) return;
    microphone.input = this.#graph.open()?.addTrack(microphone.track) ?? null;
    microphone.input?.setReverb(this.#reverb);
  }
}
