import type { Clock } from '@rotunda/base';
import { TRTCError } from '@rotunda/protocol';
import type { Departure } from './departure.ts';
import type { Page } from './page.ts';
import type { Failure } from './stay-failures.ts';
import type { StayLink } from './stay-link.ts';
import type { StayRoom } from './stay-room.ts';
import type { StayEnd, StayObserver, StayState } from './stay-types.ts';
import { within } from './timeouts.ts';

export interface StayClosingTools {
  readonly clock: Clock;
  readonly page: Pick<Page, 'nextTask'>;
  readonly link: Pick<StayLink, 'close' | 'timers'>;
  readonly departure: Pick<Departure, 'tell'>;
  readonly room: Pick<StayRoom, 'close' | 'closeIntake'>;
  readonly observer: Pick<StayObserver, 'release' | 'onEnterFailed' | 'onEnding' | 'onEnded'>;
  /** What may be on the way into a room. */
  readonly ways: readonly { close(): void }[];
  /** Right before the last word. */
  readonly onClosed: () => void;
}

/** In which order a stay ends, once its state says so: nothing new begins, all is released, and the last word comes last. */
export class StayClosing {
  readonly #tools: StayClosingTools;

  constructor(tools: StayClosingTools) {
    this.#tools = tools;
  }

  /** The entry did not come about: there is nothing to release but the link. */
  failEntry(error: Failure): void {
    const { room, link, observer } = this.#tools;
    this.#closeIntake();
    room.close();
    link.close();
    observer.onEnterFailed(error, { cancelled: false });
  }

  /** By the user: peers are told first, then everything is released at once; only the last word waits for the server, within its budget. */
  async leave(before: StayState): Promise<void> {
    const { departure, link, observer } = this.#tools;
    const told = departure.tell(before);
    const released = this.#release();
    await this.#withinBudget(Promise.all([told, released]));
    link.close();
    if (before.name === 'connecting' || before.name === 'entering') {
      const error = new TRTCError('ERR_TRTC_ENTER_ROOM_REFUSED', 'the entry was cancelled by exitRoom');
      observer.onEnterFailed(error, { cancelled: true });
    }
    await this.#finish({ by: 'user' });
  }

  /** By anything else; `beforeClosing` still has the link. */
  async end(end: StayEnd, beforeClosing?: () => void): Promise<void> {
    const released = this.#release();
    beforeClosing?.();
    this.#tools.link.close();
    if (released) await this.#withinBudget(released);
    await this.#finish(end);
  }

  /** Whatever the application did in the stay, up to here, is answered before the last word. */
  async #finish(end: StayEnd): Promise<void> {
    const { page, observer, onClosed } = this.#tools;
    observer.onEnding(end);
    await page.nextTask();
    onClosed();
    observer.onEnded(end);
  }

  #withinBudget(done: Promise<unknown>): Promise<void> {
    const { clock, link } = this.#tools;
    return within(clock, link.timers.exitBudget, done);
  }

  #release(): Promise<unknown> | null {
    this.#closeIntake();
    const released = this.#tools.observer.release();
    this.#tools.room.close();
    return released;
  }

  #closeIntake(): void {
    for (const way of this.#tools.ways) way.close();
    this.#tools.room.closeIntake();
  }
}
