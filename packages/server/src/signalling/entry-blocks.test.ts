import { FakeClock } from '@rotunda/base';
import { TRTCError, roomKey } from '@rotunda/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EntryBlock, EntryBlockPlace, EntryBlockStore } from '../store/entry-blocks-port.ts';
import { EntryBlocks } from './entry-blocks.ts';

const HERE = roomKey(1, { roomId: 7 });
const THERE = roomKey(1, { strRoomId: '7' });
const ELSEWHERE = roomKey(2, { roomId: 7 });

/** A store that can fail. */
class TestStore implements EntryBlockStore {
  readonly rows: EntryBlock[] = [];
  broken = false;

  async save(block: EntryBlock): Promise<void> {
    if (this.broken) throw new Error('away');
    this.rows.push(block);
  }

  async remove(place: EntryBlockPlace): Promise<boolean> {
    const index = this.rows.findIndex(({ userId }) => userId === place.userId);
    return this.rows.splice(index, index < 0 ? 0 : 1).length > 0;
  }

  load(now: number): Promise<readonly EntryBlock[]> {
    return Promise.resolve(this.rows.filter(({ until }) => until > now));
  }
}

const clock = new FakeClock();
let store: TestStore;
let blocks: EntryBlocks;
beforeEach(async () => {
  store = new TestStore();
  blocks = await EntryBlocks.open({ store, clock });
});

function block(room: EntryBlock['room'], more: Partial<EntryBlock> = {}): EntryBlock {
  return { sdkAppId: 1, room, userId: 'ann', until: clock.now() + 1_000, message: '', ...more };
}

/** What the user is refused with; null if it may enter. */
function refusal(key: Parameters<EntryBlocks['admit']>[0], userId = 'ann', by = blocks): string | null {
  try {
    by.admit(key, userId);
    return null;
  } catch (error) {
    return error instanceof TRTCError ? `${error.code} ${error.message}` : String(error);
  }
}

describe('a block of entry', () => {
  it('holds for its user and its room until its time, also after a restart', async () => {
    await blocks.block(block(HERE, { message: '<b>come back tomorrow</b>' }));
    expect(refusal(HERE)).toBe('-102011 <b>come back tomorrow</b>');
    expect([refusal(HERE, 'bob'), refusal(THERE), refusal(ELSEWHERE)]).toEqual([null, null, null]);
    const again = await EntryBlocks.open({ store, clock });
    expect(refusal(HERE, 'ann', again)).not.toBeNull();
    clock.advance(1_000);
    expect(refusal(HERE)).toBeNull();
    expect(refusal(HERE, 'ann', again)).toBeNull();
  });

  it('of every room of the application holds in each of them, with words of its own', async () => {
    await blocks.block(block(null));
    expect(refusal(HERE)).toBe('-102011 this user may not enter the room for now');
    expect(refusal(THERE)).not.toBeNull();
    expect(refusal(ELSEWHERE)).toBeNull();
  });

  it('is the one that ends last, if there are several', async () => {
    const until = clock.now() + 60_000;
    await blocks.block(block(HERE, { message: 'of the room' }));
    await blocks.block(block(null, { message: 'of all rooms', until }));
    expect(blocks.find(HERE, 'ann')).toEqual({ message: 'of all rooms', until });
    expect(() => blocks.admit(HERE, 'ann')).toThrow(
      expect.objectContaining({ entryBlock: { message: 'of all rooms', until } }) as Error,
    );
    clock.advance(60_000);
    expect(blocks.find(HERE, 'ann')).toBeNull();
  });

  it('can be lifted', async () => {
    await blocks.block(block(HERE));
    await blocks.block(block(null));
    expect(await blocks.unblock(block(HERE))).toBe(true);
    expect(await blocks.unblock(block(HERE))).toBe(false);
    expect(refusal(HERE), 'the other one holds').not.toBeNull();
    await blocks.unblock(block(null));
    expect(refusal(HERE)).toBeNull();
  });

  it('gives way to the next of the same place', async () => {
    await blocks.block(block(HERE, { message: 'a', until: clock.now() + 5_000 }));
    await blocks.block(block(HERE, { message: 'b' }));
    expect(blocks.list(1).map(({ message }) => message)).toEqual(['b']);
  });

  it('is listed with its application while it holds', async () => {
    await blocks.block(block(HERE, { until: clock.now() + 2_000 }));
    await blocks.block(block(THERE, { userId: 'bob' }));
    await blocks.block(block(ELSEWHERE, { sdkAppId: 2 }));
    expect(
      blocks
        .list(1)
        .map(({ userId }) => userId)
        .toSorted(),
    ).toEqual(['ann', 'bob']);
    clock.advance(1_000);
    expect(blocks.list(1).map(({ userId }) => userId)).toEqual(['ann']);
  });

  it('does not hold if it could not be saved, or says too much', async () => {
    store.broken = true;
    await expect(blocks.block(block(HERE))).rejects.toThrow('away');
    await expect(blocks.block(block(HERE, { message: 'x'.repeat(201) }))).rejects.toThrow(RangeError);
    expect(refusal(HERE)).toBeNull();
  });
});
