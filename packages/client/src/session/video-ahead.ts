import type { Clock, Timer } from '@rotunda/base';
import type { RemoteTrack } from '../media/engine.ts';

/** How long a picture is received that nobody has asked for. */
const PATIENCE_MS = 5_000;
/** How many at once: about what a page shows first. In a large room more would cost more than it gains. */
const MAX_AHEAD = 6;

export interface VideoAheadTools {
  readonly clock: Clock;
  /** Receive the user's camera, or no longer. */
  want(userId: string, wanted: boolean): void;
}

/**
 * Cameras that are received before the application asks for them, so that there is a picture at once when it does. If it does not
 * within some seconds, they are dropped.
 */
export class VideoAhead {
  /** Counts from the next stay on. */
  automatic = false;
  readonly #tools: VideoAheadTools;
  readonly #ahead = new Map<string, { readonly timer: Timer; track: RemoteTrack | null }>();
  #active = false;

  constructor(tools: VideoAheadTools) {
    this.#tools = tools;
  }

  /** A stay begins. */
  begin(): void {
    this.#active = this.automatic;
  }

  /** There is a picture that nobody has asked for. */
  start(userId: string): void {
    if (!this.#active || this.#ahead.has(userId) || this.#ahead.size >= MAX_AHEAD) return;
    const timer = this.#tools.clock.after(PATIENCE_MS, () => void this.drop(userId));
    this.#ahead.set(userId, { timer, track: null });
    this.#tools.want(userId, true);
  }

  /** @returns whether it is received ahead. */
  onTrack(userId: string, track: RemoteTrack | null): boolean {
    const ahead = this.#ahead.get(userId);
    if (ahead) ahead.track = track;
    return ahead !== undefined;
  }

  /** The application asks for it: from here on it is received for that. @returns what has arrived already. */
  take(userId: string): RemoteTrack | null {
    const ahead = this.#ahead.get(userId);
    ahead?.timer.cancel();
    this.#ahead.delete(userId);
    return ahead?.track ?? null;
  }

  /** @returns whether it was received ahead. */
  drop(userId: string): boolean {
    if (!this.#ahead.has(userId)) return false;
    this.take(userId);
    this.#tools.want(userId, false);
    return true;
  }

  /** Drops those that may not be received ahead any more. */
  dropUnless(mayReceive: (userId: string) => boolean): void {
    for (const userId of this.#ahead.keys()) if (!mayReceive(userId)) this.drop(userId);
  }

  /** The room is left. */
  reset(): void {
    for (const userId of this.#ahead.keys()) this.take(userId);
  }
}
