import { FakeClock } from '@rotunda/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from './database.ts';
import type { Place } from './databases.contract.ts';
import type { EndingStore } from './endings-port.ts';
import { SqlEndings } from './endings.ts';

const HOUR = 3_600_000;

export function endingsContract(place: Place): void {
  describe('endings', () => {
    let clock: FakeClock;
    let database: OpenDatabase;
    let store: EndingStore;

    beforeEach(async () => {
      await place.clear();
      clock = new FakeClock();
      await open();
    });

    afterEach(() => database.close());

    async function open(): Promise<void> {
      database = await place.open();
      store = new SqlEndings(database.db, clock);
    }

    async function reopen(): Promise<void> {
      await database.close();
      await open();
    }

    it('knows how a stay ended, also when opened again, and nothing of other stays', async () => {
      await store.saveEndings([{ sessionId: 's-1', reason: 'removed', at: clock.now() }]);
      expect(await store.findEnding('s-1')).toEqual({ reason: 'removed' });
      await reopen();
      expect(await store.findEnding('s-1')).toEqual({ reason: 'removed' });
      expect(await store.findEnding('s-2')).toBeNull();
    });

    it('keeps the first ending of a stay', async () => {
      const at = clock.now();
      await store.saveEndings([
        { sessionId: 's-1', reason: 'dismissed', at },
        { sessionId: 's-1', reason: 'exited', at },
      ]);
      await store.saveEndings([
        { sessionId: 's-1', reason: 'removed', at },
        { sessionId: 's-2', reason: 'removed', at },
      ]);
      expect(await store.findEnding('s-1')).toEqual({ reason: 'dismissed' });
      expect(await store.findEnding('s-2')).toEqual({ reason: 'removed' });
    });

    it('lets a switch of rooms give way to the end of the stay that followed, and to nothing later', async () => {
      const at = clock.now();
      await store.saveEndings([{ sessionId: 's-1', reason: 'switchedRoom', at }]);
      expect(await store.findEnding('s-1')).toEqual({ reason: 'switchedRoom' });
      await store.saveEndings([{ sessionId: 's-1', reason: 'removed', at }]);
      await store.saveEndings([{ sessionId: 's-1', reason: 'exited', at }]);
      expect(await store.findEnding('s-1')).toEqual({ reason: 'removed' });
    });

    it('knows the last bar of a user and of a room, for who was there before it', async () => {
      const began = clock.now();
      const bar = { room: 'r-1', userId: 'ann', reason: 'removed', at: began + 10 } as const;
      await store.saveEndings([], [bar]);
      await reopen();
      const find = (userId: string, since: number, room = 'r-1') =>
        store.findReturnBar({ room, userId, since });
      expect(await find('ann', began)).toEqual({ reason: 'removed' });
      expect(await find('ann', began + 10)).toBeNull();
      expect(await find('ben', began)).toBeNull();
      expect(await find('ann', began, 'r-2')).toBeNull();
      await store.saveEndings([], [{ ...bar, at: began + 20 }]);
      expect(await find('ann', began + 15)).toEqual({ reason: 'removed' });
      await store.saveEndings([], [{ room: 'r-1', userId: null, reason: 'dismissed', at: began + 30 }]);
      expect(await find('ben', began + 25)).toEqual({ reason: 'dismissed' });
      expect(await find('ann', began), 'the last one').toEqual({ reason: 'dismissed' });
      clock.advance(25 * HOUR);
      expect(await find('ben', began)).toBeNull();
    });

    it('takes several bars of one user at once, of which the last counts', async () => {
      const bar = { room: 'r-1', userId: 'ann', reason: 'removed', at: clock.now() } as const;
      await store.saveEndings([], [bar, { ...bar, reason: 'replaced', at: bar.at + 1 }]);
      const stay = { room: 'r-1', userId: 'ann', since: bar.at };
      expect(await store.findReturnBar(stay)).toEqual({ reason: 'replaced' });
    });

    it('knows what a removed user is told, of the ending and the bar that count', async () => {
      const at = clock.now();
      const removed = { reason: 'removed', message: 'no “shouting”' } as const;
      const bar = { room: 'r-1', userId: 'ann', at } as const;
      await store.saveEndings(
        [{ sessionId: 's-1', reason: 'switchedRoom', at }],
        [{ ...bar, reason: 'permissionLost' }],
      );
      await store.saveEndings([{ sessionId: 's-1', at, ...removed }], [{ ...bar, ...removed }]);
      await reopen();
      const findBar = () => store.findReturnBar({ room: 'r-1', userId: 'ann', since: at - 1 });
      expect(await store.findEnding('s-1')).toEqual(removed);
      expect(await findBar()).toEqual(removed);
      await store.saveEndings([{ sessionId: 's-1', reason: 'removed', at }], [{ ...bar, reason: 'removed' }]);
      expect(await store.findEnding('s-1'), 'the first one').toEqual(removed);
      expect(await findBar(), 'the last one').toEqual({ reason: 'removed' });
    });

    it('knows in which room the stay ended that followed a switch', async () => {
      const ending = { sessionId: 's-1', at: clock.now() } as const;
      await store.saveEndings([{ ...ending, reason: 'switchedRoom' }]);
      await store.saveEndings([{ ...ending, reason: 'removed', roomId: '8' }]);
      await reopen();
      expect(await store.findEnding('s-1')).toEqual({ reason: 'removed', roomId: '8' });
    });

    it('saves nothing at all, and thousands at once', async () => {
      await store.saveEndings([]);
      const at = clock.now();
      const many = Array.from({ length: 2_500 }, (_, i) => ({
        sessionId: `s-${i}`,
        reason: 'dismissed' as const,
        at,
      }));
      await store.saveEndings(many);
      expect(await store.findEnding('s-0')).toEqual({ reason: 'dismissed' });
      expect(await store.findEnding('s-2499')).toEqual({ reason: 'dismissed' });
    });

    it('takes writes that overlap', async () => {
      const at = clock.now();
      const ids = Array.from({ length: 20 }, (_, i) => `s-${i}`);
      await Promise.all(ids.map((sessionId) => store.saveEndings([{ sessionId, reason: 'removed', at }])));
      expect(await Promise.all(ids.map((id) => store.findEnding(id)))).toEqual(
        ids.map(() => ({ reason: 'removed' })),
      );
    });

    it('forgets an ending after 24 hours', async () => {
      await store.saveEndings([{ sessionId: 's-1', reason: 'removed', at: clock.now() }]);
      clock.advance(24 * HOUR - 1);
      expect(await store.findEnding('s-1')).toEqual({ reason: 'removed' });
      clock.advance(1);
      expect(await store.findEnding('s-1')).toBeNull();
      await store.saveEndings([{ sessionId: 's-2', reason: 'replaced', at: clock.now() }]);
      // The name is free again only when the row is gone.
      await store.saveEndings([{ sessionId: 's-1', reason: 'exited', at: clock.now() }]);
      expect(await store.findEnding('s-1')).toEqual({ reason: 'exited' });
    });
  });
}
