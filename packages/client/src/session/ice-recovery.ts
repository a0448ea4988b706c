import type { Clock, Timer } from '@rotunda/base';
import type { Direction, MediaConnectionState, MediaEngine } from '../media/engine.ts';
import type { Wire } from './wire.ts';

/** A path that is only disturbed often comes back by itself within this. */
const PATIENCE_MS = 1_000;
/** How long a restarted path may take before it is restarted again. */
const RETRY_MS = 3_000;

/** Restarts ICE (RFC 8445 section 9) of a transport whose path was lost, until packets get through again. */
export class IceRecovery {
  readonly #clock: Clock;
  readonly #engine: MediaEngine;
  readonly #wire: Wire;
  readonly #timers = new Map<Direction, Timer>();
  readonly #paths: Record<Direction, 'unknown' | 'up' | 'lost'> = { send: 'unknown', recv: 'unknown' };
  #closed = false;

  constructor(tools: { clock: Clock; engine: MediaEngine; wire: Wire }) {
    this.#clock = tools.clock;
    this.#engine = tools.engine;
    this.#wire = tools.wire;
  }

  onState(direction: Direction, state: MediaConnectionState): void {
    if (this.#closed || state === 'new' || state === 'connecting') return;
    if (state === 'connected') {
      this.reset(direction);
      this.#paths[direction] = 'up';
      return;
    }
    if (this.#paths[direction] === 'lost' && state !== 'failed') return;
    this.#paths[direction] = 'lost';
    this.#schedule(direction, state === 'failed' ? 0 : PATIENCE_MS);
  }

  /** Whether packets get through, as far as is known. */
  isUp(direction: Direction): boolean {
    return this.#paths[direction] === 'up';
  }

  /** Signalling is back: what could not be restarted meanwhile is restarted now. */
  linkBack(): void {
    for (const direction of ['send', 'recv'] as const)
      if (this.#paths[direction] === 'lost') this.#schedule(direction, 0);
  }

  /** The transport was replaced or is connected. */
  reset(direction: Direction): void {
    this.#paths[direction] = 'unknown';
    this.#timers.get(direction)?.cancel();
    this.#timers.delete(direction);
  }

  close(): void {
    this.#closed = true;
    this.reset('send');
    this.reset('recv');
  }

  #schedule(direction: Direction, ms: number): void {
    this.#timers.get(direction)?.cancel();
    const timer = this.#clock.after(ms, () => {
      this.#timers.delete(direction);
      void this.#restart(direction);
    });
    this.#timers.set(direction, timer);
  }

  async #restart(direction: Direction): Promise<void> {
    const transportId = this.#engine.transportId(direction);
    if (transportId === null) return;
    const current = (): boolean =>
      !this.#closed &&
      this.#paths[direction] === 'lost' &&
      this.#engine.transportId(direction) === transportId;
    try {
      const { iceParameters } = await this.#wire.request('restartIce', { transportId });
      if (!current()) return;
      await this.#engine.restartIce(direction, iceParameters);
    } catch {
      // Without signalling `linkBack` starts anew; anything else is tried again below.
    }
    if (current()) this.#schedule(direction, RETRY_MS);
  }
}
