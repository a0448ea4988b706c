import type { Blocked, RoomKey } from '@rotunda/protocol';
import type { BlockOutcome, Membership } from '../roomlog/membership-port.ts';
import type { Directory } from './directory.ts';

/** What a backend keeps users from sending, as long as they stay. */
export class UserBlocks {
  readonly #membership: Pick<Membership, 'block'>;
  readonly #directory: Pick<Directory, 'find'>;

  constructor(tools: { membership: Pick<Membership, 'block'>; directory: Pick<Directory, 'find'> }) {
    this.#membership = tools.membership;
    this.#directory = tools.directory;
  }

  /** In place of what was said before. Resolves when it is in the room log, and nothing that is blocked is passed on any more. */
  async set(key: RoomKey, userId: string, blocked: Blocked): Promise<BlockOutcome> {
    const outcome = await this.#membership.block(key, userId, blocked);
    if (outcome.ok) await this.#directory.find(outcome.sessionId)?.blockDone;
    return outcome;
  }
}
