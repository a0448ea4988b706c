import type { Clock, Timer } from '@rotunda/base';
import { dropIfDissolved } from './audience.ts';
import type { CrossRooms } from './cross-rooms.ts';
import type { Membership } from './membership-port.ts';
import type { PresenceIndex, RoomLog } from './port.ts';

export interface SweeperTools {
  readonly log: Pick<RoomLog, 'due' | 'commit' | 'linkedRooms'>;
  readonly presence: Pick<PresenceIndex, 'due' | 'drop'>;
  readonly membership: Pick<Membership, 'giveUpAudience'>;
  readonly crossRooms: Pick<CrossRooms, 'repair'>;
  readonly clock: Clock;
  /** How late a deadline may be noticed that nobody told of, in milliseconds. */
  readonly intervalMs: number;
  /** Called for each room or stay that could not be swept; it is tried again at the next interval. */
  readonly onError: (error: unknown) => void;
}

/**
 * Commits what is due, and what linked rooms did not learn of each other. Any node may; the log makes a second attempt a
 * no-op. Deadlines that this node set are noticed when they are due, those of other nodes at the next interval.
 */
export class Sweeper {
  readonly #tools: SweeperTools;
  readonly #wakes = new Map<number, Timer>();
  #interval: Timer | null = null;
  #state: 'idle' | 'sweeping' | 'sweepingAgain' | 'closed' = 'idle';

  constructor(tools: SweeperTools) {
    this.#tools = tools;
  }

  start(): void {
    this.#interval ??= this.#tools.clock.every(this.#tools.intervalMs, () => this.sweep());
  }

  /** Something is due at that time, in milliseconds since the epoch. */
  wakeAt(at: number): void {
    const { clock } = this.#tools;
    if (this.#closed || this.#wakes.has(at)) return;
    // Timers may fire a fraction of a millisecond early.
    const timer = clock.after(at - clock.now() + 1, () => {
      this.#wakes.delete(at);
      this.sweep();
    });
    this.#wakes.set(at, timer);
  }

  sweep(): void {
    if (this.#closed) return;
    if (this.#state !== 'idle') {
      this.#state = 'sweepingAgain';
      return;
    }
    this.#state = 'sweeping';
    void this.#sweep().finally(() => {
      const again = this.#state === 'sweepingAgain';
      if (!this.#closed) this.#state = 'idle';
      if (again) this.sweep();
    });
  }

  close(): void {
    this.#state = 'closed';
    this.#interval?.cancel();
    for (const timer of this.#wakes.values()) timer.cancel();
    this.#wakes.clear();
  }

  get #closed(): boolean {
    return this.#state === 'closed';
  }

  async #sweep(): Promise<void> {
    const { log, presence, membership, crossRooms, clock } = this.#tools;
    const at = clock.now();
    await this.#each(log.due(at), async (key) => {
      await dropIfDissolved(presence, await log.commit(key, { type: 'tick', at }));
    });
    await this.#each(presence.due(at), ({ key, incarnation, entry: { userId, sessionId } }) =>
      membership.giveUpAudience({ key, incarnation, userId, sessionId }),
    );
    await this.#each(log.linkedRooms(), (key) => crossRooms.repair(key));
  }

  /** One that fails does not keep the others from being swept. */
  async #each<T>(due: Promise<readonly T[]>, act: (item: T) => Promise<void>): Promise<void> {
    for (const item of await due.catch((error: unknown) => this.#report(error))) {
      if (this.#closed) return;
      await act(item).catch((error: unknown) => this.#report(error));
    }
  }

  #report(error: unknown): [] {
    try {
      this.#tools.onError(error);
    } catch {
      // Nobody is left to tell.
    }
    return [];
  }
}
