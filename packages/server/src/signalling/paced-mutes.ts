import { TokenBucket, createDeferred, type Clock, type Deferred, type Timer } from '@rotunda/base';
import { TRTCError, type Source } from '@rotunda/protocol';

/** How often a stay may change what it has muted: each change is told to the whole room, to history and to a backend (docs/limits.md). */
const RATE = { perSecond: 2, burst: 20 };
const LOOK_MS = 1_000 / RATE.perSecond;

interface Waiting {
  muted: boolean;
  readonly done: Deferred<void>;
}

/**
 * Carries out, in order, what one stay mutes and unmutes. What comes too fast waits, and of that only the newest of each source
 * is carried out: who toggles without end is told of as often as it may be, and always of how it ended.
 */
export class PacedMutes {
  readonly #clock: Clock;
  readonly #apply: (source: Source, muted: boolean) => Promise<void>;
  readonly #rate: TokenBucket;
  readonly #waiting = new Map<Source, Waiting>();
  #timer: Timer | null = null;
  #closed = false;

  constructor(tools: { clock: Clock; apply: (source: Source, muted: boolean) => Promise<void> }) {
    this.#clock = tools.clock;
    this.#apply = tools.apply;
    this.#rate = new TokenBucket({ ...RATE, now: tools.clock.now() });
  }

  /** Settles when this, or what was wished instead meanwhile, has been carried out. */
  set(source: Source, muted: boolean): Promise<void> {
    if (this.#closed) return Promise.reject(stayEnded());
    const waiting = this.#waiting.get(source);
    if (waiting) {
      waiting.muted = muted;
      return waiting.done.promise;
    }
    if (this.#waiting.size === 0 && this.#rate.take(1, this.#clock.now())) return this.#apply(source, muted);
    const done = createDeferred();
    this.#waiting.set(source, { muted, done });
    this.#timer ??= this.#clock.after(LOOK_MS, () => this.#look());
    return done.promise;
  }

  /** Something else is about to change that source: what waits for it comes before. */
  flush(source: Source): void {
    const waiting = this.#waiting.get(source);
    if (!waiting) return;
    const { muted, done } = waiting;
    this.#waiting.delete(source);
    this.#apply(source, muted).then(
      () => done.resolve(),
      (error: Error) => done.reject(error),
    );
  }

  /** Nothing that waits is carried out any more. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const { done } of this.#waiting.values()) done.reject(stayEnded());
    this.#waiting.clear();
  }

  #look(): void {
    this.#timer = null;
    const [next] = this.#waiting.keys();
    if (next && this.#rate.take(1, this.#clock.now())) this.flush(next);
    if (this.#waiting.size > 0) this.#timer = this.#clock.after(LOOK_MS, () => this.#look());
  }
}

function stayEnded(): TRTCError {
  return new TRTCError('ERR_ROOM_NOT_EXIST', 'the stay has ended');
}
