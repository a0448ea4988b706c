import type { LocalTrack } from '../devices/platform.ts';

export interface SwitcherOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames a second while no frames come. */
  readonly fps: number;
}

/** One picture, in one size, that shows this track and then that one. */
export interface PictureSwitcher {
  /** What is shown: a track that lives as long as the switcher. */
  readonly output: LocalTrack;
  /** Shows that track from now on, as large as it fits, on black; null: nothing but black, at once. The track itself is left alone. */
  show(track: LocalTrack | null): void;
  /** Ends the output and gives everything back. Idempotent. */
  close(): void;
}
