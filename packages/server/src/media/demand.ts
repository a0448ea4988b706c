import type { Clock, Timer } from '@rotunda/base';
import type { Layer } from '@rotunda/protocol';

/** Which layers of a picture somebody receives; the small one is also what a viewer of the big one falls back to. */
export type WantedLayers = 'none' | 'small' | 'all';

/** One viewer of a stream. */
export interface Viewing {
  setLayer(layer: Layer): void;
  /** Idempotent. */
  end(): void;
}

export interface DemandOptions {
  readonly clock: Clock;
  /** How long less has to be wanted before it is told. */
  readonly patienceMs: number;
  onChanged(layers: WantedLayers): void;
}

const AMOUNT: Record<WantedLayers, number> = { none: 0, small: 1, all: 2 };

/**
 * What is wanted of one picture. More is told at once; less only when it has been so for a while, and never before the
 * picture has arrived here, because until then nobody can know that there is one.
 */
export class Demand {
  readonly #options: DemandOptions;
  readonly #viewings = new Map<Viewing, Layer>();
  #told: WantedLayers = 'all';
  #picture: 'awaited' | 'here' | 'gone' = 'awaited';
  #timer: Timer | null = null;

  constructor(options: DemandOptions) {
    this.#options = options;
  }

  view(layer: Layer): Viewing {
    const viewing: Viewing = {
      setLayer: (wanted) => {
        if (!this.#viewings.has(viewing)) return;
        this.#viewings.set(viewing, wanted);
        this.#update();
      },
      end: () => {
        if (this.#viewings.delete(viewing)) this.#update();
      },
    };
    this.#viewings.set(viewing, layer);
    this.#update();
    return viewing;
  }

  /** The first packets of the picture are here. */
  arrived(): void {
    if (this.#picture !== 'awaited') return;
    this.#picture = 'here';
    this.#update();
  }

  close(): void {
    this.#stopWaiting();
    this.#viewings.clear();
    this.#picture = 'gone';
  }

  get #wanted(): WantedLayers {
    if (this.#viewings.size === 0) return 'none';
    return [...this.#viewings.values()].includes('big') ? 'all' : 'small';
  }

  /** Waits anew at every change: what counts is how long the least has been enough. */
  #update(): void {
    this.#stopWaiting();
    if (this.#picture === 'gone') return;
    const wanted = this.#wanted;
    if (AMOUNT[wanted] > AMOUNT[this.#told]) this.#tell(wanted);
    else if (AMOUNT[wanted] < AMOUNT[this.#told] && this.#picture === 'here') {
      this.#timer = this.#options.clock.after(this.#options.patienceMs, () => this.#tell(this.#wanted));
    }
  }

  #tell(layers: WantedLayers): void {
    this.#timer = null;
    this.#told = layers;
    this.#options.onChanged(layers);
  }

  #stopWaiting(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
