import type { Clock, Timer } from '@rotunda/base';
import {
  DEFAULT_TIMERS,
  TRTCError,
  type RequestParams,
  type RtpCapabilitiesMessage,
  type SnapshotMessage,
} from '@rotunda/protocol';
import { SignalClosedError } from '../signal/errors.ts';
import { VERSION } from '../version.ts';
import { failureOf, type Failure } from './stay-failures.ts';
import type { StayLink } from './stay-link.ts';
import type { StayMedia } from './stay-media.ts';
import type { EnterParams } from './stay-types.ts';
import { Timeouts } from './timeouts.ts';

/** Pause between two tries to reach the server. */
const RETRY_MS = 500;
/** What this client says of itself. */
export const SDK = { sdk: 'rotunda', version: VERSION };

export interface EntryTools {
  readonly clock: Clock;
  readonly link: Pick<StayLink, 'open' | 'request'>;
  readonly media: Pick<StayMedia, 'load'>;
  readonly params: EnterParams;
  /** The server was reached and asked. */
  onAsked(answer: Promise<SnapshotMessage>): void;
  /** The link went away before the answer; the server is looked for again. */
  onUnanswered(): void;
  onEntered(snapshot: SnapshotMessage, elapsedMs: number): void;
  onFailed(error: Failure): void;
}

/** The way into a room: reaches the server, again and again while there is time, and asks. Ends with one answer. */
export class Entry {
  readonly #tools: EntryTools;
  readonly #timeouts: Timeouts;
  #limit: Timer | null = null;
  #state: 'open' | 'closed' = 'open';

  constructor(tools: EntryTools) {
    this.#tools = tools;
    this.#timeouts = new Timeouts(tools.clock);
  }

  /** Call once. */
  async run(): Promise<void> {
    const { clock } = this.#tools;
    const startedAt = clock.now();
    this.#limit = clock.after(DEFAULT_TIMERS.enterTimeout, () =>
      this.#fail(new TRTCError('ERR_ROOM_REQUEST_ENTER_ROOM_TIMEOUT')),
    );
    try {
      while (this.#open) await this.#try(startedAt);
    } catch (error) {
      this.#fail(failureOf(error));
    }
  }

  /** Nothing is told any more. Idempotent. */
  close(): void {
    this.#state = 'closed';
    this.#limit?.cancel();
    this.#timeouts.close();
  }

  get #open(): boolean {
    return this.#state === 'open';
  }

  async #try(startedAt: number): Promise<void> {
    const { link, media, clock } = this.#tools;
    const outcome = await link.open();
    if (!this.#open) return;
    if (outcome.kind === 'failed') {
      if (outcome.end?.by === 'protocol') throw new TRTCError('ERR_ROOM_ENTER_FAIL', outcome.end.message);
      await this.#timeouts.wait(RETRY_MS);
      return;
    }
    const rtpCapabilities = await media.load(outcome.welcome);
    if (!this.#open) return;
    const answer = link.request('enter', enterRequest(this.#tools.params, rtpCapabilities));
    this.#tools.onAsked(answer);
    try {
      const snapshot = await answer;
      if (!this.#open) return;
      this.close();
      this.#tools.onEntered(snapshot, Math.max(1, clock.now() - startedAt));
    } catch (error) {
      if (!this.#open) return;
      if (!(error instanceof SignalClosedError)) throw error;
      this.#tools.onUnanswered();
      await this.#timeouts.wait(RETRY_MS);
    }
  }

  #fail(error: Failure): void {
    if (!this.#open) return;
    this.close();
    this.#tools.onFailed(error);
  }
}

export function enterRequest(
  params: EnterParams,
  rtpCapabilities: RtpCapabilitiesMessage,
): RequestParams<'enter'> {
  return { ...params, rtpCapabilities, client: SDK };
}
