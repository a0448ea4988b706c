import type { Clock } from '@rotunda/base';
import type { LeaveBody } from '@rotunda/protocol';
import type { Page } from './page.ts';
import { Timeouts } from './timeouts.ts';

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 3_000;
/** A server that has not answered by then is asked again. */
const MAX_ANSWER_MS = 5_000;

/** What says which stay to end and until when it makes sense to say so. */
export interface LeaveNotice {
  readonly url: string;
  readonly resumeToken: string;
  /** Milliseconds since the epoch: the server has given the stay up by then. */
  readonly until: number;
}

/**
 * Tells the server of an exit by HTTP when there is no socket to tell it by, and keeps trying, so that nobody else looks at a
 * frozen picture. Outlives the stay: `onExitRoom` does not wait for it beyond its budget.
 */
export class LeavePost {
  readonly #clock: Clock;
  readonly #page: Page;
  readonly #timeouts: Timeouts;

  constructor(tools: { clock: Clock; page: Page }) {
    this.#clock = tools.clock;
    this.#page = tools.page;
    this.#timeouts = new Timeouts(tools.clock);
  }

  /** Resolves when the server has answered or the deadline has passed. Never rejects. */
  async send(notice: LeaveNotice): Promise<void> {
    const body = leaveBody(notice.resumeToken, 'exited');
    const takeBack = this.#page.holdBeacon(notice.url, body);
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      if (await this.#try(notice, body)) break;
      if (this.#clock.now() + pause > notice.until) break;
      await this.#timeouts.wait(pause);
    }
    takeBack();
  }

  /** A refusal counts as an answer: saying it again would not change it. */
  async #try({ url, until }: LeaveNotice, body: string): Promise<boolean> {
    const abort = new AbortController();
    const limit = Math.max(0, Math.min(MAX_ANSWER_MS, until - this.#clock.now()));
    const post = this.#page.post(url, body, abort.signal).then(
      (status) => status < 500,
      () => false,
    );
    const answered = await Promise.race([post, this.#timeouts.wait(limit).then(() => false)]);
    this.#timeouts.wake();
    abort.abort();
    return answered;
  }
}

export function leaveBody(resumeToken: string, cause: LeaveBody['cause']): string {
  return JSON.stringify({ resumeToken, cause } satisfies LeaveBody);
}
