import type { Blocked, RoomKey } from '@rotunda/protocol';
import type { BlockOutcome, Membership } from '../roomlog/membership-port.ts';
import type { Directory } from './directory.ts';
import type { KeptStays } from './kept-stays.ts';

/** What a backend keeps users from sending, as long as they stay. */
export class UserBlocks {
  readonly #membership: Pick<Membership, 'block'>;
  readonly #directory: Pick<Directory, 'find'>;
  readonly #keptStays: Pick<KeptStays, 'durable'>;

  constructor(tools: {
    readonly membership: Pick<Membership, 'block'>;
    readonly directory: Pick<Directory, 'find'>;
    readonly keptStays: Pick<KeptStays, 'durable'>;
  }) {
    this.#membership = tools.membership;
    this.#directory = tools.directory;
    this.#keptStays = tools.keptStays;
  }

  /**
   * In place of what was said before. Resolves when it is in the room log, nothing that is blocked is passed on any more, and it is on
   * disk for the returns of the stay. Rejects if it cannot be written: then it holds all the same, and is written later.
   */
  async set(key: RoomKey, userId: string, blocked: Blocked): Promise<BlockOutcome> {
    const outcome = await this.#membership.block(key, userId, blocked);
    if (!outcome.ok) return outcome;
    await this.#directory.find(outcome.sessionId)?.blockDone;
    await this.#keptStays.durable();
    return outcome;
  }
}
