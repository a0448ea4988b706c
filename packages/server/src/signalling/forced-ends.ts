import type { RoomKey } from '@rotunda/protocol';
import type { EvictOutcome, Membership } from '../roomlog/membership-port.ts';
import type { Endings } from './endings.ts';

/**
 * What a backend does to rooms and users. It holds for those too who were cut off, and given up, before: they do not return by
 * themselves to what they were removed from, even if the room had ended with them. A new entry is up to the application.
 */
export class ForcedEnds implements Pick<Membership, 'removeUsers' | 'dismiss'> {
  readonly #membership: Pick<Membership, 'removeUsers' | 'dismiss'>;
  readonly #endings: Endings;

  constructor(tools: { membership: Pick<Membership, 'removeUsers' | 'dismiss'>; endings: Endings }) {
    this.#membership = tools.membership;
    this.#endings = tools.endings;
  }

  removeUsers(
    key: RoomKey,
    userIds: readonly string[],
    reason: 'removed' | 'permissionLost',
    message?: string,
  ): Promise<EvictOutcome> {
    this.#endings.barReturns(key, userIds, { reason, message });
    return this.#membership.removeUsers(key, userIds, reason, message);
  }

  dismiss(key: RoomKey): Promise<EvictOutcome> {
    this.#endings.barReturns(key, 'everybody', { reason: 'dismissed' });
    return this.#membership.dismiss(key);
  }
}
