import type { Clock } from '@rotunda/base';
import type { PresenceIndex, RoomLog } from './port.ts';
import type { Membership } from './membership-port.ts';

export interface SweeperTools {
  readonly log: RoomLog;
  readonly presence: PresenceIndex;
  readonly membership: Membership;
  readonly clock: Clock;
  /** How late a deadline may be noticed, in milliseconds. */
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
}

/** Commits what is due. Any node may; the log makes a second attempt a no-op. */
export function startSweeper(tools: SweeperTools): { close(): void } {
  let running = false;
  const timer = tools.clock.every(tools.intervalMs, () => {
    if (running) return;
    running = true;
    sweep(tools)
      .catch(tools.onError)
      .finally(() => (running = false));
  });
  return { close: () => timer.cancel() };
}

async function sweep({ log, presence, membership, clock }: SweeperTools): Promise<void> {
  const at = clock.now();
  for (const key of await log.due(at)) await log.commit(key, { type: 'tick', at });
  for (const { key, incarnation, entry } of await presence.due(at)) {
    await membership.giveUpAudience({ key, incarnation, userId: entry.userId, sessionId: entry.sessionId });
  }
}
