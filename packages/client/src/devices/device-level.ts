const FULL_VOLUME = 100;

/**
 * How loud a device is set. A page cannot reach the system's own setting, so it is a gain of the SDK's, on top of every other
 * volume.
 */
export class DeviceLevel {
  readonly #apply: (gain: number) => void;
  #volume = FULL_VOLUME;
  #muted = false;

  /** `apply`: takes a gain of 0 to 1. */
  constructor(apply: (gain: number) => void) {
    this.#apply = apply;
  }

  /** 0 to 100. */
  get volume(): number {
    return this.#volume;
  }

  get muted(): boolean {
    return this.#muted;
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.#update();
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#update();
  }

  #update(): void {
    this.#apply(this.#muted ? 0 : this.#volume / FULL_VOLUME);
  }
}
