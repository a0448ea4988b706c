import type { Arrival } from '../measures/arrivals.ts';

type By = 'local' | 'remote';

/** Whether a stream plays, and why that is so from now on (docs/trtc.md 2.15). */
export type StatusChange =
  | { readonly status: 'stopped'; readonly reason: `${By}Stopped` }
  | { readonly status: 'loading'; readonly reason: 'bufferingBegin' }
  | { readonly status: 'playing'; readonly reason: `${By}Started` | 'bufferingEnd' };

/**
 * How long nothing may arrive: sources with one picture a second play. Looks come once a second, more or less, and two in a row without
 * anything are enough.
 */
const STALL_MS = 1_500;

/**
 * `starting`: asked for and there, but nothing has arrived yet. Nobody is told of that: it plays soon, or loads.
 * `since`: when something arrived last or, before that, when it began to start.
 */
type State =
  | { readonly name: 'stopped' }
  | { readonly name: 'starting'; readonly by: By; readonly since: number }
  | { readonly name: 'playing'; readonly since: number }
  | { readonly name: 'loading' };

const STOPPED: State = { name: 'stopped' };

/** Decides whether one stream of somebody else plays, loads or is stopped. Each method returns what is to be told, if anything is. */
export class StreamStatus {
  #asked = false;
  #available = false;
  #state: State = STOPPED;
  #counted: Arrival | null = null;

  /** The application asks for it, or no longer. */
  ask(asked: boolean, now: number): StatusChange | null {
    this.#asked = asked;
    return this.#settle('local', now);
  }

  /** It is there and not muted, or no longer. */
  offer(available: boolean, now: number): StatusChange | null {
    this.#available = available;
    return this.#settle('remote', now);
  }

  /** A picture, or sound, has just arrived. */
  arrived(now: number): StatusChange | null {
    const before = this.#state;
    if (before.name === 'stopped') return null;
    this.#state = { name: 'playing', since: now };
    if (before.name === 'playing') return null;
    return {
      status: 'playing',
      reason: before.name === 'loading' ? 'bufferingEnd' : (`${before.by}Started` as const),
    };
  }

  /** What has arrived so far was counted; null if nothing is counted yet. */
  counted(arrival: Arrival | null, now: number): StatusChange | null {
    const before = this.#counted;
    this.#counted = arrival;
    const counter = arrival && before?.consumerId === arrival.consumerId ? before.count : 0;
    return arrival && arrival.count > counter ? this.arrived(now) : this.#missed(now);
  }

  #missed(now: number): StatusChange | null {
    if (!('since' in this.#state) || now - this.#state.since < STALL_MS) return null;
    this.#state = { name: 'loading' };
    return { status: 'loading', reason: 'bufferingBegin' };
  }

  #settle(by: By, now: number): StatusChange | null {
    const due = this.#asked && this.#available;
    const before = this.#state;
    if (due === (before.name !== 'stopped')) return null;
    this.#state = due ? { name: 'starting', by, since: now } : STOPPED;
    return due || before.name === 'starting' ? null : { status: 'stopped', reason: `${by}Stopped` };
  }
}
