/** Along forward, right and up; lengths in the application's own unit. */
export type Vector = readonly [forward: number, right: number, up: number];

/** Where a sound comes from, as the listener has it: to the right, upwards and backwards. Its length means nothing. */
export type Direction = readonly [right: number, up: number, back: number];

/** Where the listener is in the world, and the unit vectors that are ahead, to the right and upwards from there. */
export interface Listener {
  readonly position: Vector;
  readonly forward: Vector;
  readonly right: Vector;
  readonly up: Vector;
}

export interface Placed {
  readonly direction: Direction;
  /** What the distance leaves of the sound: 0 to 1. */
  readonly gain: number;
}

/** How a sound from `position` is heard. */
export function placeSound(listener: Listener, position: Vector, range?: number): Placed {
  const away = position.map((along, axis) => along - (listener.position[axis] ?? 0));
  const along = (axis: Vector): number =>
    axis.reduce((sum, part, index) => sum + part * (away[index] ?? 0), 0);
  return {
    direction: [along(listener.right), along(listener.up), -along(listener.forward)],
    gain: gainAt(Math.hypot(...away), range),
  };
}

/**
 * All of it up to a distance of 1, half of it at 2, a quarter at 4. With a range: all of it up to a tenth of the range, and silence
 * from the range on (docs/trtc.md 2.6).
 */
function gainAt(distance: number, range = Infinity): number {
  const near = range === Infinity ? 1 : range / 10;
  return distance < range ? near / Math.max(near, distance) : 0;
}

/** Who is where. A user whose position is not known is heard from nowhere in particular. */
export class Space {
  readonly #onMoved: (userId: string | null) => void;
  readonly #positions = new Map<string, Vector>();
  readonly #ranges = new Map<string, number>();
  #listener: Listener = { position: [0, 0, 0], forward: [1, 0, 0], right: [0, 1, 0], up: [0, 0, 1] };
  #state: 'off' | 'on' = 'off';

  /** `onMoved`: ask {@link placeOf} again, of that user or, with null, of everybody. */
  constructor(onMoved: (userId: string | null) => void) {
    this.#onMoved = onMoved;
  }

  setEnabled(enabled: boolean): void {
    this.#state = enabled ? 'on' : 'off';
    this.#onMoved(null);
  }

  setListener(listener: Listener): void {
    this.#listener = listener;
    this.#onMoved(null);
  }

  setPosition(userId: string, position: Vector): void {
    this.#positions.set(userId, position);
    this.#onMoved(userId);
  }

  /** How far a user is heard. */
  setRange(userId: string, range: number): void {
    this.#ranges.set(userId, range);
    this.#onMoved(userId);
  }

  /** Null: heard as it is. */
  placeOf(userId: string): Placed | null {
    const position = this.#positions.get(userId);
    if (this.#state === 'off' || !position) return null;
    return placeSound(this.#listener, position, this.#ranges.get(userId));
  }

  userLeft(userId: string): void {
    this.#positions.delete(userId);
    this.#ranges.delete(userId);
  }

  /** The stay is over: nothing is known of the others any more. */
  reset(): void {
    this.#positions.clear();
    this.#ranges.clear();
  }
}
