import type { Clock, Timer } from '@rotunda/base';
import type { AudioGraph, GraphMusic } from './graph.ts';

/** How often progress is told. */
const PROGRESS_MS = 300;
/** Positions are not exact to the millisecond: that near to its end, it is there. */
const END_TOLERANCE_MS = 5;

/** What to play. Times in milliseconds of the music. */
export interface MusicRequest {
  readonly id: number;
  readonly url: string;
  /** How often in all, 1 or more. */
  readonly plays: number;
  /** Whether the others hear it too. */
  readonly publish: boolean;
  readonly startMs: number;
  /** 0: to its end. */
  readonly endMs: number;
}

/** 0 to 150; 100 as it is. */
export interface MusicVolumes {
  readonly publish: number;
  readonly playout: number;
}

/** Why music does not play: it cannot be loaded, or not be decoded any further. */
export type MusicProblem = 'cannotOpen' | 'cannotDecode';

/** Never told synchronously by a method, and not after `close`. */
export interface MusicObserver {
  /** Once; after a problem nothing follows. */
  onStarted(problem: MusicProblem | null): void;
  onProgress(positionMs: number, durationMs: number): void;
  /** Last. */
  onCompleted(problem: MusicProblem | null): void;
}

type Wanted = 'playing' | 'paused';

/** One music from its start to its end, with all its repetitions. */
export class Music {
  readonly #request: MusicRequest;
  readonly #clock: Clock;
  readonly #observer: MusicObserver;
  readonly #music: GraphMusic;
  #playsLeft: number;
  #wanted: Wanted = 'playing';
  #state: 'loading' | 'ready' | 'closed' = 'loading';
  #startAtMs: number;
  #timer: Timer | null = null;

  constructor(
    request: MusicRequest,
    { graph, clock, observer }: { graph: AudioGraph; clock: Clock; observer: MusicObserver },
  ) {
    this.#request = request;
    this.#clock = clock;
    this.#observer = observer;
    this.#playsLeft = request.plays;
    this.#startAtMs = request.startMs;
    this.#music = graph.addMusic(request.url, {
      onReady: () => this.#ready(),
      onEnded: () => this.#reachedEnd(),
      onFailed: () => this.#failed(),
    });
  }

  get publish(): boolean {
    return this.#request.publish;
  }

  get positionMs(): number {
    return this.#state === 'loading' ? this.#startAtMs : this.#music.positionMs;
  }

  get durationMs(): number {
    return this.#music.durationMs;
  }

  setVolumes({ publish, playout }: MusicVolumes): void {
    this.#music.setGain('publish', this.publish ? publish / 100 : 0);
    this.#music.setGain('playout', playout / 100);
    this.#music.setGain('own', playout / 100);
  }

  pause(): void {
    this.#want('paused');
  }

  resume(): void {
    this.#want('playing');
  }

  seek(ms: number): void {
    this.#startAtMs = ms;
    if (this.#state !== 'ready') return;
    this.#music.seek(ms);
    this.#follow();
  }

  /** Nothing is told any more. Idempotent. */
  close(): void {
    this.#state = 'closed';
    this.#timer?.cancel();
    this.#music.close();
  }

  #want(wanted: Wanted): void {
    this.#wanted = wanted;
    if (this.#state === 'ready') this.#follow();
  }

  /** Plays, or does not, as it is wanted. */
  #follow(): void {
    this.#timer?.cancel();
    if (this.#wanted === 'paused') {
      this.#music.pause();
      return;
    }
    this.#music.play();
    this.#watch();
  }

  #watch(): void {
    const { endMs } = this.#request;
    const left = endMs > 0 ? endMs - this.#music.positionMs : PROGRESS_MS;
    const wait = Math.min(PROGRESS_MS, Math.max(END_TOLERANCE_MS, left));
    this.#timer = this.#clock.after(wait, () => this.#look());
  }

  #look(): void {
    const { positionMs, durationMs } = this.#music;
    const { endMs } = this.#request;
    if (endMs > 0 && positionMs >= endMs - END_TOLERANCE_MS) {
      this.#reachedEnd();
      return;
    }
    this.#watch();
    this.#observer.onProgress(positionMs, durationMs);
  }

  #ready(): void {
    this.#state = 'ready';
    if (this.#startAtMs > 0) this.#music.seek(this.#startAtMs);
    this.#follow();
    this.#observer.onStarted(null);
  }

  #reachedEnd(): void {
    this.#playsLeft--;
    if (this.#playsLeft > 0) {
      this.#music.seek(this.#request.startMs);
      this.#follow();
      return;
    }
    this.close();
    this.#observer.onCompleted(null);
  }

  #failed(): void {
    const wasReady = this.#state === 'ready';
    this.close();
    if (wasReady) this.#observer.onCompleted('cannotDecode');
    else this.#observer.onStarted('cannotOpen');
  }
}
