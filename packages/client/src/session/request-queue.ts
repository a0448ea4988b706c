import { TRTCError } from '@rotunda/protocol';
import { RequestRefusedError, SignalClosedError } from '../signal/errors.ts';
import { Reconciler } from './reconciler.ts';

/** Cancelled when the stay ended first. */
export type RequestOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  | { readonly kind: 'cancelled' };

interface Waiting {
  readonly task: () => Promise<void>;
  settle(outcome: RequestOutcome): void;
}

/** How many requests may wait; more is a mistake of the caller. */
const MAX_WAITING = 16;

/**
 * Requests of one stay that the server does one after the other. Whether one was carried out whose answer a lost link
 * swallowed is unknown: it is made again when the link is back, and must be harmless then.
 */
export class RequestQueue {
  readonly #waiting: Waiting[] = [];
  readonly #reconciler = new Reconciler(
    () => this.#step(),
    () => undefined,
  );

  get closed(): boolean {
    return this.#reconciler.closed;
  }

  /** `task` rejects as a request does. Never rejects. */
  run(task: () => Promise<void>): Promise<RequestOutcome> {
    if (this.closed) return Promise.resolve({ kind: 'cancelled' });
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.resolve(refused(new TRTCError('ERR_REFUSED', 'too many requests are waiting')));
    }
    return new Promise((settle) => {
      this.#waiting.push({ task, settle });
      this.#reconciler.request();
    });
  }

  /** The link is there again. */
  resume(): void {
    this.#reconciler.request();
  }

  close(): void {
    this.#reconciler.close();
    for (const waiting of this.#waiting.splice(0)) waiting.settle({ kind: 'cancelled' });
  }

  async #step(): Promise<void> {
    const [next] = this.#waiting;
    if (!next) return;
    let outcome: RequestOutcome = { kind: 'done' };
    try {
      await next.task();
    } catch (error) {
      if (error instanceof SignalClosedError) return;
      outcome = refused(error);
    }
    if (this.closed) return;
    this.#waiting.shift();
    next.settle(outcome);
    this.#reconciler.request();
  }
}

function refused(error: unknown): RequestOutcome {
  const known = error instanceof RequestRefusedError || error instanceof TRTCError;
  const { code, message } = known ? error : new TRTCError('ERR_FAILED');
  return { kind: 'refused', code, message };
}
