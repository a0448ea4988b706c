import type { Clock } from '@rotunda/base';
import { MESSAGE_LIMITS } from '@rotunda/protocol';

/** How much one client may say: in no span of one second more messages or bytes than allowed, messages and SEI together. */
export class SendBudget {
  readonly #clock: Clock;
  /** What was sent within the last second. */
  #recent: { readonly at: number; readonly bytes: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns false, and takes nothing, if that would be too much. */
  take(bytes: number): boolean {
    const now = this.#clock.now();
    this.#recent = this.#recent.filter(({ at }) => now - at < 1_000);
    const used = this.#recent.reduce((sum, sent) => sum + sent.bytes, 0);
    if (this.#recent.length >= MESSAGE_LIMITS.messagesPerSecond) return false;
    if (used + bytes > MESSAGE_LIMITS.bytesPerSecond) return false;
    this.#recent.push({ at: now, bytes });
    return true;
  }
}
