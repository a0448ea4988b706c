/** Keeps every track that the SDK draws, and every worker that it starts. Must be made before the SDK runs. */
export class CompositorWatch {
  readonly #tracks = new Set<MediaStreamTrack>();
  readonly #workers = new Set<Worker>();

  constructor() {
    const tracks = this.#tracks;
    const workers = this.#workers;
    HTMLCanvasElement.prototype.captureStream = new Proxy(
      Reflect.get(HTMLCanvasElement.prototype, 'captureStream'),
      {
        apply(capture, canvas: HTMLCanvasElement, args) {
          const stream: MediaStream = Reflect.apply(capture, canvas, args);
          for (const track of stream.getTracks()) tracks.add(track);
          return stream;
        },
      },
    );
    globalThis.Worker = class extends Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        workers.add(this);
      }

      override terminate(): void {
        workers.delete(this);
        super.terminate();
      }
    };
  }

  /** Tracks that have not ended, or workers that were not terminated, whichever are more. */
  get open(): number {
    const live = [...this.#tracks].filter(({ readyState }) => readyState === 'live');
    return Math.max(live.length, this.#workers.size);
  }
}
