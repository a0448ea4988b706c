const GESTURES = ['pointerdown', 'keydown', 'touchend'] as const;

/** Sound that the browser will not play before the user has done something: tried again at each gesture. */
export class BlockedAudio {
  readonly #elements = new Set<HTMLAudioElement>();

  add(element: HTMLAudioElement): void {
    if (this.#elements.size === 0) {
      for (const gesture of GESTURES) document.addEventListener(gesture, this.#retry, { capture: true });
    }
    this.#elements.add(element);
  }

  delete(element: HTMLAudioElement): void {
    if (!this.#elements.delete(element) || this.#elements.size > 0) return;
    for (const gesture of GESTURES) document.removeEventListener(gesture, this.#retry, { capture: true });
  }

  readonly #retry = (): void => {
    for (const element of this.#elements) {
      element.play().then(
        () => this.delete(element),
        () => undefined,
      );
    }
  };
}
