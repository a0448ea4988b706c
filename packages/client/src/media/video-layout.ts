import type { RenderOptions } from './playback.ts';

/** As large as the place that the application gives to the picture. */
const WHOLE = {
  width: '100%',
  height: '100%',
  margin: '',
  maxWidth: '',
  maxHeight: '',
  flexShrink: '',
  display: '',
  verticalAlign: '',
};

/**
 * How one `<video>` lies in its view. Turned by a quarter it is given the swapped size of its place, so that it still fits or
 * fills it, and margins that make it take up no other room than before. Follows when the view changes its size.
 */
export class VideoLayout {
  readonly #element: HTMLVideoElement;
  readonly #view: HTMLElement | null;
  #observer: ResizeObserver | null = null;

  constructor(element: HTMLVideoElement, view: HTMLElement | null) {
    this.#element = element;
    this.#view = view;
  }

  apply({ fit, mirror, rotation }: RenderOptions): void {
    const transforms = [mirror ? 'scaleX(-1)' : '', rotation ? `rotate(${rotation}deg)` : ''];
    Object.assign(this.#element.style, {
      ...WHOLE,
      objectFit: fit,
      transform: transforms.filter(Boolean).join(' '),
    });
    if (rotation % 180 === 0 || !this.#view) this.close();
    else this.#followQuarter(this.#view);
  }

  /** Follows the view no longer. Idempotent. */
  close(): void {
    this.#observer?.disconnect();
    this.#observer = null;
  }

  #followQuarter(view: HTMLElement): void {
    this.#swap();
    if (this.#observer) return;
    this.#observer = new ResizeObserver(() => this.#swap());
    this.#observer.observe(view);
  }

  #swap(): void {
    const element = this.#element;
    Object.assign(element.style, WHOLE);
    const { offsetWidth: width, offsetHeight: height } = element;
    // Not laid out: the view is not in the page, or hidden.
    if (width === 0 || height === 0) return;
    const half = (width - height) / 2;
    Object.assign(element.style, {
      width: `${height}px`,
      height: `${width}px`,
      margin: `${-half}px ${half}px`,
      maxWidth: 'none',
      maxHeight: 'none',
      flexShrink: '0',
      // Margins of a block could move the view.
      display: 'inline-block',
      verticalAlign: 'top',
    });
  }
}
