import type { AudioMix } from './mix.ts';
import type { GraphPcm } from './graph.ts';
import { openPcm } from './open-pcm.ts';
import type { PcmFrame } from './pcm.ts';

const MOST_WAITING_MS = 1_000;
const FULL_VOLUME = 100;

/** Who hears it. */
export interface ExternalAudioUse {
  readonly publish: boolean;
  readonly playout: boolean;
}

/** A track of the application's own sound, beside everything else: heard by the others, here, or both. */
export class ExternalAudio {
  readonly #mix: AudioMix;
  #pcm: GraphPcm | null = null;
  #use: ExternalAudioUse = { publish: false, playout: false };
  #volumes = { publish: FULL_VOLUME, playout: FULL_VOLUME };
  #playoutVolume = FULL_VOLUME;

  constructor(mix: AudioMix) {
    this.#mix = mix;
  }

  /** Neither ends it. Throws a TRTCError where sound cannot be mixed, and while a room is being left. */
  use(use: ExternalAudioUse): void {
    if (!use.publish && !use.playout) return this.stop();
    this.#pcm ??= openPcm(this.#mix.graph);
    this.#use = use;
    this.#applyVolumes();
    this.#mix.setPart(this, use.publish ? 'along' : null);
  }

  /** Harmless when it is off. */
  stop(): void {
    if (!this.#pcm) return;
    this.#pcm.close();
    this.#pcm = null;
    this.#mix.setPart(this, null);
  }

  /** Left out when a second is waiting. @returns how many milliseconds wait now; null while it is off. */
  push(frame: PcmFrame): number | null {
    const pcm = this.#pcm;
    if (pcm && pcm.bufferedMs < MOST_WAITING_MS) pcm.push(frame);
    return pcm?.bufferedMs ?? null;
  }

  /** Whether now or later: 0 to 100. */
  setVolumes(volumes: { publish?: number; playout?: number }): void {
    this.#volumes = { ...this.#volumes, ...volumes };
    this.#applyVolumes();
  }

  /** How loud everything is played here, on top: 0 to 100. */
  setPlayoutVolume(volume: number): void {
    this.#playoutVolume = volume;
    this.#applyVolumes();
  }

  #applyVolumes(): void {
    const publish = this.#use.publish ? this.#volumes.publish / FULL_VOLUME : 0;
    const played = (this.#volumes.playout * this.#playoutVolume) / FULL_VOLUME ** 2;
    const playout = this.#use.playout ? played : 0;
    this.#pcm?.setGain('publish', publish);
    this.#pcm?.setGain('playout', playout);
    this.#pcm?.setGain('own', Math.max(publish, playout));
  }
}
