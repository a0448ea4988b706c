import type { Clock, Timer } from '@rotunda/base';
import type { Layer } from '@rotunda/protocol';

/** Which layers of a picture somebody receives or falls back to. */
export type WantedLayers = 'none' | Layer | 'all';

/** One viewer of a stream. */
export interface Viewing {
  setLayer(layer: Layer): void;
  /** Whether a viewer of the big layer receives the small one in its place; not, until it is told. */
  setFallback(needed: boolean): void;
  /** Idempotent. */
  end(): void;
}

export interface DemandOptions {
  readonly clock: Clock;
  /** How long less has to be wanted before it is told. */
  readonly patienceMs: number;
  onChanged(layers: WantedLayers): void;
}

interface Wish {
  readonly layer: Layer;
  readonly fallback: boolean;
}

/**
 * What is wanted of one picture. More is told at once; less only when it has been so for a while, and never before the
 * picture has arrived here, because until then nobody can know that there is one.
 */
export class Demand {
  readonly #options: DemandOptions;
  readonly #viewings = new Map<Viewing, Wish>();
  #told: WantedLayers = 'all';
  #picture: 'awaited' | 'here' | 'gone' = 'awaited';
  /** What is told soon if it stays so. */
  #next: { readonly layers: WantedLayers; readonly timer: Timer } | null = null;

  constructor(options: DemandOptions) {
    this.#options = options;
  }

  view(layer: Layer): Viewing {
    const change = (wish: Partial<Wish>): void => {
      const before = this.#viewings.get(viewing);
      if (!before) return;
      const after = { ...before, ...wish };
      // What is told again and again, of each of many viewers, costs nothing.
      if (after.layer === before.layer && after.fallback === before.fallback) return;
      this.#viewings.set(viewing, after);
      this.#update();
    };
    const viewing: Viewing = {
      setLayer: (wanted) => change({ layer: wanted }),
      setFallback: (needed) => change({ fallback: needed }),
      end: () => {
        if (this.#viewings.delete(viewing)) this.#update();
      },
    };
    this.#viewings.set(viewing, { layer, fallback: false });
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
    const wishes = [...this.#viewings.values()];
    const big = wishes.some(({ layer }) => layer === 'big');
    const small = wishes.some(({ layer, fallback }) => layer === 'small' || fallback);
    return nameOf({ small, big });
  }

  /** Waits anew when something else is wanted: what counts is how long the least has been enough. */
  #update(): void {
    if (this.#picture === 'gone') return;
    const wanted = this.#wanted;
    const needed = union(this.#told, wanted);
    if (needed !== this.#told) this.#tell(needed);
    if (wanted === this.#next?.layers) return;
    this.#stopWaiting();
    if (wanted === this.#told || this.#picture !== 'here') return;
    const tell = (): void => {
      this.#next = null;
      this.#tell(wanted);
    };
    this.#next = { layers: wanted, timer: this.#options.clock.after(this.#options.patienceMs, tell) };
  }

  #tell(layers: WantedLayers): void {
    this.#told = layers;
    this.#options.onChanged(layers);
  }

  #stopWaiting(): void {
    this.#next?.timer.cancel();
    this.#next = null;
  }
}

function has(layers: WantedLayers, layer: Layer): boolean {
  return layers === 'all' || layers === layer;
}

function union(one: WantedLayers, other: WantedLayers): WantedLayers {
  return nameOf({
    small: has(one, 'small') || has(other, 'small'),
    big: has(one, 'big') || has(other, 'big'),
  });
}

function nameOf({ small, big }: Record<Layer, boolean>): WantedLayers {
  if (small) return big ? 'all' : 'small';
  return big ? 'big' : 'none';
}
