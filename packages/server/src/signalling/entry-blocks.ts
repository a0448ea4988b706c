import type { Clock } from '@rotunda/base';
import {
  MAX_BACKEND_MESSAGE,
  TRTCError,
  isBackendMessage,
  roomKeyText,
  type EntryBlockMessage,
  type LeaveReason,
  type RoomKey,
} from '@rotunda/protocol';
import type { EntryBlock, EntryBlockPlace, EntryBlockStore } from '../store/entry-blocks-port.ts';

/** ERR_ROOM_NO_PRIVILEGE_ENTER_ROOM with the message of what keeps the user out. */
export class EntryBlockedError extends TRTCError {
  readonly entryBlock: EntryBlockMessage;

  constructor(entryBlock: EntryBlockMessage) {
    super('ERR_ROOM_NO_PRIVILEGE_ENTER_ROOM', entryBlock.message || undefined);
    this.entryBlock = entryBlock;
  }
}

/**
 * Who may not enter where for a time: a room, or all of an application. All blocks are in memory, so that nobody who enters waits for
 * the store; they are read from it once, at the start. A block ends no stay: who is in the room is removed by another call, after this one.
 */
export class EntryBlocks {
  readonly #store: EntryBlockStore;
  readonly #clock: Clock;
  readonly #blocks: Map<string, EntryBlock>;

  private constructor(tools: { store: EntryBlockStore; clock: Clock }, blocks: readonly EntryBlock[]) {
    this.#store = tools.store;
    this.#clock = tools.clock;
    this.#blocks = new Map(blocks.map((block) => [nameOf(block), block]));
  }

  /** `clock`: the time of day. Rejects when the store cannot be read. */
  static async open(tools: { store: EntryBlockStore; clock: Clock }): Promise<EntryBlocks> {
    return new EntryBlocks(tools, await tools.store.load(tools.clock.now()));
  }

  /**
   * In place of an earlier block of the same user and place. Holds, and is on disk, when it resolves.
   *
   * @throws RangeError for a message that nobody may be told
   */
  async block(block: EntryBlock): Promise<void> {
    if (!isBackendMessage(block.message))
      throw new RangeError(`a message has at most ${MAX_BACKEND_MESSAGE} whole characters, none of them NUL`);
    await this.#store.save(block);
    this.#forgetEnded();
    this.#blocks.set(nameOf(block), block);
  }

  /** @returns whether there was a block of exactly that place, which had not ended */
  async unblock(place: EntryBlockPlace): Promise<boolean> {
    await this.#store.remove(place);
    this.#forgetEnded();
    return this.#blocks.delete(nameOf(place));
  }

  /** What holds now in an application, in no order. */
  list(sdkAppId: number): readonly EntryBlock[] {
    this.#forgetEnded();
    return [...this.#blocks.values()].filter((block) => block.sdkAppId === sdkAppId);
  }

  /** What the user is told of that which keeps it out of that room now; of several, of what ends last. */
  find(key: RoomKey, userId: string): EntryBlockMessage | null {
    const { sdkAppId } = key;
    const now = this.#clock.now();
    const held = [key, null].flatMap((room) => {
      const block = this.#blocks.get(nameOf({ sdkAppId, room, userId }));
      return block && block.until > now ? [block] : [];
    });
    const [last] = held.toSorted((a, b) => b.until - a.until);
    return last ? { until: last.until, message: last.message } : null;
  }

  /** @throws EntryBlockedError if the user may not enter that room now */
  admit(key: RoomKey, userId: string): void {
    const block = this.find(key, userId);
    if (block) throw new EntryBlockedError(block);
  }

  #forgetEnded(): void {
    const now = this.#clock.now();
    for (const [name, { until }] of this.#blocks) if (until <= now) this.#blocks.delete(name);
  }
}

/** What whose stay has ended for that reason is told of coming back; null for nothing. */
export function blockAfter(
  reason: LeaveReason,
  { key, userId }: { readonly key: RoomKey; readonly userId: string },
  entryBlocks: Pick<EntryBlocks, 'find'>,
): EntryBlockMessage | null {
  return reason === 'removed' ? entryBlocks.find(key, userId) : null;
}

function nameOf({ sdkAppId, room, userId }: EntryBlockPlace): string {
  return JSON.stringify([room ? roomKeyText({ sdkAppId, kind: room.kind, id: room.id }) : sdkAppId, userId]);
}
