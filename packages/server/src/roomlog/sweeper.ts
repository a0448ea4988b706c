import type { Clock } from '@rotunda/base';
import { dropIfDissolved } from './audience.ts';
import type { CrossRooms } from './cross-rooms.ts';
import type { Membership } from './membership-port.ts';
import type { PresenceIndex, RoomLog } from './port.ts';

export interface SweeperTools {
  readonly log: Pick<RoomLog, 'due' | 'commit'>;
  readonly presence: Pick<PresenceIndex, 'due' | 'drop'>;
  readonly membership: Pick<Membership, 'giveUpAudience'>;
  readonly crossRooms: Pick<CrossRooms, 'repair'>;
  readonly clock: Clock;
  /** How late a deadline may be noticed, in milliseconds. */
  readonly intervalMs: number;
  /** Called for each room or stay that could not be swept; it is tried again at the next interval. */
  readonly onError: (error: unknown) => void;
}

/** Commits what is due, and what linked rooms did not learn of each other. Any node may; the log makes a second attempt a no-op. */
export function startSweeper(tools: SweeperTools): { close(): void } {
  const sweeper = new Sweeper(tools);
  const timer = tools.clock.every(tools.intervalMs, () => sweeper.sweep());
  return {
    close: () => {
      timer.cancel();
      sweeper.close();
    },
  };
}

class Sweeper {
  readonly #tools: SweeperTools;
  #running = false;
  #closed = false;

  constructor(tools: SweeperTools) {
    this.#tools = tools;
  }

  sweep(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#sweep().finally(() => (this.#running = false));
  }

  close(): void {
    this.#closed = true;
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
    if (!this.#closed) await crossRooms.repair().catch((error: unknown) => this.#report(error));
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
