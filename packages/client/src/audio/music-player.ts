import { TypedEmitter, type Clock } from '@rotunda/base';
import type { AudioMix } from './mix.ts';
import { Music, type MusicProblem, type MusicRequest, type MusicVolumes } from './music.ts';

export interface MusicPlayerEvents {
  /** It plays, or it does not: then nothing follows. */
  started: [id: number, problem: MusicProblem | null];
  /** About three times a second while it plays. */
  progress: [id: number, positionMs: number, durationMs: number];
  /** It has come to its end by itself. */
  completed: [id: number, problem: MusicProblem | null];
}

const FULL_VOLUME = 100;

/**
 * Background music, any number at once, each by its id: heard here, and if it is to be published by the others too as part of
 * the user's sound. Volumes are kept for what is started later.
 */
export class MusicPlayer {
  readonly events = new TypedEmitter<MusicPlayerEvents>();
  readonly #mix: AudioMix;
  readonly #clock: Clock;
  readonly #playing = new Map<number, Music>();
  /** By address, as far as it is known. */
  readonly #durations = new Map<string, number>();
  readonly #volumes = new Map<number, MusicVolumes>();
  #allVolumes: MusicVolumes = { publish: FULL_VOLUME, playout: FULL_VOLUME };
  #playoutVolume = FULL_VOLUME;

  constructor({ mix, clock }: { mix: AudioMix; clock: Clock }) {
    this.#mix = mix;
    this.#clock = clock;
  }

  /** In place of what plays under that id. */
  start(request: MusicRequest): void {
    const { id, url } = request;
    this.stop(id);
    const graph = this.#mix.graph.open();
    if (!graph) {
      queueMicrotask(() => this.events.emit('started', id, 'cannotOpen'));
      return;
    }
    const music: Music = new Music(request, {
      graph,
      clock: this.#clock,
      observer: {
        onStarted: (problem) => {
          if (problem) this.#forget(id);
          else this.#durations.set(url, music.durationMs);
          this.events.emit('started', id, problem);
        },
        onProgress: (positionMs, durationMs) => this.events.emit('progress', id, positionMs, durationMs),
        onCompleted: (problem) => {
          this.#forget(id);
          this.events.emit('completed', id, problem);
        },
      },
    });
    this.#playing.set(id, music);
    this.#applyVolumes(id, music);
    if (request.publish) this.#mix.setPart(music, 'along');
  }

  /** Nothing is told of it any more. */
  stop(id: number): void {
    this.#playing.get(id)?.close();
    this.#forget(id);
  }

  pause(id: number): void {
    this.#playing.get(id)?.pause();
  }

  resume(id: number): void {
    this.#playing.get(id)?.resume();
  }

  seek(id: number, ms: number): void {
    this.#playing.get(id)?.seek(ms);
  }

  /** Milliseconds; null for what does not play. */
  positionMs(id: number): number | null {
    return this.#playing.get(id)?.positionMs ?? null;
  }

  /** Milliseconds; null before it has been played. */
  durationMs(url: string): number | null {
    return this.#durations.get(url) ?? null;
  }

  /** Either or both of the volumes of one music, 0 to 150. */
  setVolumes(id: number, volumes: Partial<MusicVolumes>): void {
    this.#volumes.set(id, { ...this.#volumesOf(id), ...volumes });
    const music = this.#playing.get(id);
    if (music) this.#applyVolumes(id, music);
  }

  /** Both volumes of every music, 0 to 150. */
  setAllVolumes(volume: number): void {
    this.#allVolumes = { publish: volume, playout: volume };
    this.#volumes.clear();
    this.#applyAllVolumes();
  }

  /** How loud everything is played here, on top: 0 to 100. */
  setPlayoutVolume(volume: number): void {
    this.#playoutVolume = volume;
    this.#applyAllVolumes();
  }

  /** Ends all of it; nothing is told. */
  release(): void {
    for (const id of this.#playing.keys()) this.stop(id);
    this.#durations.clear();
  }

  /** Final. */
  close(): void {
    this.release();
    this.events.removeAllListeners();
  }

  #forget(id: number): void {
    const music = this.#playing.get(id);
    if (!music) return;
    this.#playing.delete(id);
    if (music.publish) this.#mix.setPart(music, null);
  }

  #volumesOf(id: number): MusicVolumes {
    return this.#volumes.get(id) ?? this.#allVolumes;
  }

  #applyAllVolumes(): void {
    for (const [id, music] of this.#playing) this.#applyVolumes(id, music);
  }

  #applyVolumes(id: number, music: Music): void {
    const { publish, playout } = this.#volumesOf(id);
    music.setVolumes({ publish, playout: (playout * this.#playoutVolume) / FULL_VOLUME });
  }
}
