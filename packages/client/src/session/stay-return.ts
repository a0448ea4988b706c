import type { Clock } from '@rotunda/base';
import type { EventData, RequestParams, SnapshotMessage } from '@rotunda/protocol';
import { RequestRefusedError, SignalClosedError } from '../signal/errors.ts';
import { SDK } from './entry.ts';
import { closedForGood, failureOf, isFinal, type Failure } from './stay-failures.ts';
import type { StayLink } from './stay-link.ts';
import type { StayMedia } from './stay-media.ts';
import { Timeouts } from './timeouts.ts';

export interface StayReturnTools {
  readonly clock: Clock;
  readonly link: Pick<StayLink, 'open' | 'drop' | 'request' | 'timers'>;
  readonly media: Pick<StayMedia, 'load'>;
  /** 0 to 1; spreads the returns of many clients. */
  random(): number;
  onTrying(): void;
  onReturned(snapshot: SnapshotMessage): void;
  /** The stay had ended meanwhile. */
  onEnded(ended: EventData<'ended'>): void;
  /** There is no way back. `tell`: the server may still believe in the stay. */
  onFailed(error: Failure, how: { tell: boolean }): void;
}

type Claim = Omit<RequestParams<'resume'>, 'rtpCapabilities' | 'client'>;

/** The way back after a lost link: tries with growing pauses until the server answers. */
export class StayReturn {
  readonly #tools: StayReturnTools;
  readonly #timeouts: Timeouts;
  #state: 'idle' | 'trying' | 'closed' = 'idle';

  constructor(tools: StayReturnTools) {
    this.#tools = tools;
    this.#timeouts = new Timeouts(tools.clock);
  }

  /** Only while idle: it is, again, when the server has answered. */
  async run(claim: Claim): Promise<void> {
    const { link } = this.#tools;
    const { firstRetry, nextRetry, maxRetry } = link.timers;
    this.#state = 'trying';
    let pause = firstRetry;
    for (;;) {
      await this.#timeouts.wait(pause);
      if (this.#trying) this.#tools.onTrying();
      if (!this.#trying) return;
      if ((await this.#try(claim)) === 'settled') return;
      link.drop();
      pause = Math.min(maxRetry, Math.max(nextRetry, pause * (1.5 + this.#tools.random())));
    }
  }

  /** Final; nothing is told any more. Idempotent. */
  close(): void {
    this.#state = 'closed';
    this.#timeouts.close();
  }

  get #trying(): boolean {
    return this.#state === 'trying';
  }

  async #try(claim: Claim): Promise<'settled' | 'in vain'> {
    const { link, media } = this.#tools;
    const outcome = await link.open();
    if (!this.#trying) return 'settled';
    if (outcome.kind === 'failed') {
      const { end } = outcome;
      if (!end || (end.by !== 'protocol' && !isFinal(end))) return 'in vain';
      this.#tools.onFailed(closedForGood(end), { tell: false });
      return 'settled';
    }
    try {
      const rtpCapabilities = await media.load(outcome.welcome);
      if (!this.#trying) return 'settled';
      const snapshot = await link.request('resume', { ...claim, rtpCapabilities, client: SDK });
      if (!this.#trying) return 'settled';
      this.#state = 'idle';
      this.#tools.onReturned(snapshot);
    } catch (error) {
      if (!this.#trying) return 'settled';
      if (error instanceof SignalClosedError) return 'in vain';
      this.#state = 'idle';
      if (error instanceof RequestRefusedError && error.ended) this.#tools.onEnded(error.ended);
      else this.#tools.onFailed(failureOf(error), { tell: true });
    }
    return 'settled';
  }
}
