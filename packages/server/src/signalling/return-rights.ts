import type { Clock } from '@rotunda/base';
import type { Timers } from '@rotunda/protocol';

/**
 * Which stays go on although the process that they were in is gone: those that are back as soon as after a lost link. They keep what
 * their permission tickets allowed.
 */
export class ReturnRights {
  readonly #clock: Clock;
  readonly #giveUpMs: number;
  /** Stays of earlier processes that nobody has given up. */
  #waitedFor = new Set<string>();
  #until = -Infinity;

  constructor({ clock, timers }: { clock: Clock; timers: Pick<Timers, 'giveUp'> }) {
    this.#clock = clock;
    this.#giveUpMs = timers.giveUp;
  }

  /** Before anybody may return. From now on these stays are waited for. */
  waitFor(sessionIds: Iterable<string>): void {
    this.#waitedFor = new Set(sessionIds);
    this.#until = this.#clock.now() + this.#giveUpMs;
  }

  /** Whether the stay is back in time. */
  goesOn(sessionId: string): boolean {
    if (this.#clock.now() >= this.#until) this.#waitedFor.clear();
    return this.#waitedFor.has(sessionId);
  }

  /** What went on from the stay is over. */
  giveUp(sessionId: string): void {
    this.#waitedFor.delete(sessionId);
  }
}
