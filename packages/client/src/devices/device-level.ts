const FULL_VOLUME = 100;

/**
 * How loud a device is set. A page cannot reach the system's own setting, so it is a gain of the SDK's, on top of every other
 * volume.
 */
export class DeviceLevel {
  readonly #apply: (gain: number) => void;
  readonly #changed: (volume: number, muted: boolean) => void;
  #volume = FULL_VOLUME;
  #muted = false;

  /** `apply`: takes a gain of 0 to 1. `changed`: it is set otherwise than before. */
  constructor(apply: (gain: number) => void, changed: (volume: number, muted: boolean) => void) {
    this.#apply = apply;
    this.#changed = changed;
  }

  /** 0 to 100. */
  get volume(): number {
    return this.#volume;
  }

  get muted(): boolean {
    return this.#muted;
  }

  setVolume(volume: number): void {
    if (volume === this.#volume) return;
    this.#volume = volume;
    this.#update();
  }

  setMuted(muted: boolean): void {
    if (muted === this.#muted) return;
    this.#muted = muted;
    this.#update();
  }

  #update(): void {
    this.#apply(this.#muted ? 0 : this.#volume / FULL_VOLUME);
    this.#changed(this.#volume, this.#muted);
  }
}
