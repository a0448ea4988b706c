import type { Clock } from '@rotunda/base';
import type { SnapshotMessage } from '@rotunda/protocol';
import { RequestRefusedError } from '../signal/errors.ts';
import { LeavePost, leaveBody } from './leave-post.ts';
import type { Page } from './page.ts';
import type { StayLink } from './stay-link.ts';
import type { StayState } from './stay-types.ts';

export interface DepartureTools {
  readonly clock: Clock;
  readonly page: Page;
  readonly link: StayLink;
  readonly leaveUrl: string;
}

/** Tells the server that a stay is over: by its socket, by HTTP when there is none, by beacon when the page goes. */
export class Departure {
  readonly #tools: DepartureTools;
  /** What is sent when the page goes. */
  #beacon: { readonly resumeToken: string; readonly takeBack: () => void } | null = null;

  constructor(tools: DepartureTools) {
    this.#tools = tools;
  }

  /** Which stay a page ends that goes; null for none: it is not in a room, or is being left. */
  prepare(resumeToken: string | null): void {
    if (resumeToken === (this.#beacon?.resumeToken ?? null)) return;
    this.#beacon?.takeBack();
    this.#beacon = resumeToken === null ? null : { resumeToken, takeBack: this.#hold(resumeToken) };
  }

  /** Resolves when the server knows, or cannot be told. What can be sent at once is sent before this returns. Never rejects. */
  async tell(before: StayState): Promise<void> {
    if (before.name === 'reconnecting') {
      await this.post(before.resumeToken);
    } else if (before.name === 'inRoom') {
      await this.#sayExit(before.resumeToken);
    } else if (before.name === 'entering') {
      await this.#exitEntry(before.answer);
    } else if (before.name === 'switching') {
      await this.#exitSwitch(before);
    }
  }

  /**
   * The stay may have begun for the others although the answer is still on its way: that one ends at once. The server refuses
   * to end one that has not; then its answer tells whether there is anything to leave.
   */
  async #exitEntry(answer: Promise<SnapshotMessage>): Promise<void> {
    if (await this.#exits()) return;
    const snapshot = await answer.catch(() => null);
    if (snapshot) await this.#sayExit(snapshot.resumeToken);
  }

  /** The same: it is refused while the old stay is over and the new one has not begun, and may have met either. */
  async #exitSwitch({ answer, resumeToken }: Extract<StayState, { name: 'switching' }>): Promise<void> {
    const left = await this.#exits();
    const snapshot = await answer.catch(() => null);
    if (snapshot || !left) await this.#sayExit(snapshot?.resumeToken ?? resumeToken);
  }

  /** @returns whether something was left. */
  #exits(): Promise<boolean> {
    return this.#tools.link.request('exit', {}).then(
      () => true,
      () => false,
    );
  }

  /** Goes on until the server has answered or has given the stay up by itself. Never rejects. */
  async post(resumeToken: string): Promise<void> {
    const { link, leaveUrl } = this.#tools;
    link.drop();
    const until = link.lastHeardAt + link.timers.giveUp;
    await new LeavePost(this.#tools).send({ url: leaveUrl, resumeToken, until });
  }

  #hold(resumeToken: string): () => void {
    const { page, leaveUrl } = this.#tools;
    return page.holdBeacon(leaveUrl, leaveBody(resumeToken, 'pageClosed'));
  }

  async #sayExit(resumeToken: string): Promise<void> {
    try {
      await this.#tools.link.request('exit', {});
    } catch (error) {
      // A refusal is an answer too: the stay is over.
      if (!(error instanceof RequestRefusedError)) await this.post(resumeToken);
    }
  }
}
