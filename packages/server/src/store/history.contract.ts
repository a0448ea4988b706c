import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from './database.ts';
import type { Place } from './databases.contract.ts';
import type { EventRecord, HistoryBatch, RoomRecord, StayRecord } from './history-port.ts';
import { FORGOTTEN_HISTORY, SqlHistory } from './history.ts';
import type { NewCallback } from './outbox-port.ts';
import { FORGOTTEN_CALLBACKS, SqlOutbox } from './outbox.ts';

const APP = 4_294_967_295;
const NOTHING: HistoryBatch = {
  rooms: [],
  stays: [],
  roles: [],
  stayEnds: [],
  roomEnds: [],
  versions: new Map(),
  events: [],
  callbacks: [],
};

function room(incarnation: string, createdAt = 1): RoomRecord {
  const key = { sdkAppId: APP, kind: 'string', id: `room of ${incarnation}` } as const;
  return { incarnation, key, scene: 1, createdBy: 'ann', createdAt };
}

function stay(incarnation: string, sessionId: string, enteredAt = 2): StayRecord {
  const client = { address: '::1', device: 'a browser', sdkVersion: '1', terminal: 100, userType: 1 };
  const who = { userId: `user-${sessionId}`, role: 'audience' } as const;
  return { incarnation, sessionId, ...who, enterReason: '1', enteredAt, ...client };
}

function event(id: string): EventRecord {
  return { id, incarnation: 'one', sessionId: null, userId: null, at: 3, kind: 'created', detail: null };
}

export function callback(id: string, more: Partial<NewCallback> = {}): NewCallback {
  return { id, sdkAppId: APP, room: 'a', version: 7, at: 3, event: '{"EventType":101}', ...more };
}

/** What is needed to get callbacks into the outbox. */
export function withCallbacks(...callbacks: readonly NewCallback[]): HistoryBatch {
  return { ...NOTHING, events: callbacks.map(({ id }) => event(id)), callbacks };
}

export function historyContract(place: Place): void {
  describe('history', () => {
    let database: OpenDatabase;
    let history: SqlHistory;
    beforeEach(async () => {
      await place.clear();
      database = await place.open();
      history = new SqlHistory(database.db);
    });
    afterEach(() => database.close());

    const stays = () => database.db.selectFrom('stays').selectAll().orderBy('session_id').execute();
    const rooms = () => database.db.selectFrom('rooms').selectAll().orderBy('incarnation').execute();

    it('has rooms and stays from beginning to end', async () => {
      await history.record('node', {
        ...NOTHING,
        rooms: [room('one')],
        stays: [stay('one', 's1'), stay('one', 's2')],
        roles: [{ incarnation: 'one', sessionId: 's1', role: 'anchor' }],
        versions: new Map([['one', 4]]),
      });
      expect(await rooms()).toMatchObject([{ sdk_app_id: APP, kind: 'string', ended_at: null, version: 4 }]);
      expect(await stays()).toMatchObject([
        { session_id: 's1', role: 'anchor', left_at: null, client_ip: '::1', terminal_type: 100 },
        { session_id: 's2', role: 'audience', left_at: null },
      ]);
      await history.record('node', {
        ...NOTHING,
        stayEnds: [{ incarnation: 'one', sessionId: 's1', at: 9, reason: 'removed' }],
        roomEnds: [{ incarnation: 'one', at: 10 }],
        versions: new Map([['one', 3]]),
      });
      expect(await rooms()).toMatchObject([{ ended_at: 10, version: 4 }]);
      expect(await stays()).toMatchObject([{ left_at: 9, reason: 'removed' }, { left_at: null }]);
    });

    it('keeps the last role of a batch, and the first end', async () => {
      const named = { incarnation: 'one', sessionId: 's1' };
      await history.record('node', {
        ...NOTHING,
        rooms: [room('one')],
        stays: [stay('one', 's1'), stay('one', 's2')],
        roles: (['anchor', 'audience', 'anchor'] as const).map((role) => ({ ...named, role })),
        stayEnds: [
          { ...named, at: 9, reason: 'removed' },
          { ...named, at: 8, reason: 'exited' },
        ],
        roomEnds: [
          { incarnation: 'one', at: 10 },
          { incarnation: 'one', at: 11 },
        ],
      });
      expect(await rooms()).toMatchObject([{ ended_at: 10 }]);
      const kept = [{ role: 'anchor', left_at: 9, reason: 'removed' }, { left_at: null }];
      expect(await stays()).toMatchObject(kept);
      await history.record('node', {
        ...NOTHING,
        roles: [{ ...named, role: 'audience' }],
        stayEnds: [{ ...named, at: 12, reason: 'exited' }],
        roomEnds: [{ incarnation: 'one', at: 12 }],
      });
      expect(await rooms()).toMatchObject([{ ended_at: 10 }]);
      expect(await stays()).toMatchObject(kept);
    });

    it('takes each event, and its callback, once, also when another node tells of it again', async () => {
      const batch = { ...withCallbacks(callback('e1'), callback('e2')), rooms: [room('one')] };
      await history.record('node', batch);
      await new SqlOutbox(database.db).settle({ delivered: ['e1'], dead: [] });
      await history.record('other', {
        ...batch,
        ...withCallbacks(callback('e1'), callback('e2'), callback('e3')),
        stayEnds: [{ incarnation: 'one', sessionId: 's1', at: 9, reason: 'removed' }],
      });
      const waiting = await database.db.selectFrom('outbox').select('id').orderBy('position').execute();
      expect(waiting.map(({ id }) => id)).toEqual(['e2', 'e3']);
      expect(await rooms()).toMatchObject([{ node_id: 'node' }]);
    });

    it('writes all of a batch or nothing', async () => {
      const broken = { ...stay('one', 's1'), userId: null as unknown as string };
      const batch = { ...withCallbacks(callback('e1')), rooms: [room('one')], stays: [broken] };
      await expect(history.record('node', batch)).rejects.toThrow();
      expect(await rooms()).toEqual([]);
      expect(await database.db.selectFrom('outbox').selectAll().execute()).toEqual([]);
    });

    it('knows what nodes left behind that are gone', async () => {
      await history.markAlive('gone', 50);
      await history.markAlive('gone', 60);
      const some = { rooms: [room('one'), room('old')], stays: [stay('one', 's1'), stay('old', 's1')] };
      const ends = [{ incarnation: 'old', sessionId: 's1', at: 3, reason: 'exited' as const }];
      await history.record('gone', { ...NOTHING, ...some, stayEnds: ends });
      await history.record('gone', { ...NOTHING, roomEnds: [{ incarnation: 'old', at: 3 }] });
      await history.record('live', { ...NOTHING, rooms: [room('mine', 5)], stays: [stay('mine', 's2')] });
      await history.record('live', { ...NOTHING, stays: [stay('shared', 's3')] });
      await history.record('gone', { ...NOTHING, rooms: [room('shared', 6)], stays: [stay('shared', 's4')] });
      await history.record('gone', { ...NOTHING, rooms: [room('empty', 70)] });
      expect(await history.findOrphans(['live'])).toEqual([
        {
          incarnation: 'one',
          key: room('one').key,
          seenAt: 60,
          stays: [{ sessionId: 's1', userId: 'user-s1', role: 'audience', enteredAt: 2 }],
          isOver: true,
        },
        expect.objectContaining({
          incarnation: 'shared',
          isOver: false,
          stays: [expect.objectContaining({ sessionId: 's4' })],
        }),
        expect.objectContaining({ incarnation: 'empty', seenAt: 70, stays: [], isOver: true }),
      ]);
      await history.forgetNodes(['live']);
      expect(await database.db.selectFrom('nodes').selectAll().execute()).toEqual([]);
    });

    it('knows who left for a reason since a time', async () => {
      const stays = ['s1', 's2', 's3', 's4'].map((sessionId) => stay('one', sessionId));
      const stayEnds = stays.slice(0, 3).map(({ incarnation, sessionId }, n) => {
        return { incarnation, sessionId, at: 10 + n, reason: n < 2 ? 'serverFault' : 'exited' } as const;
      });
      await history.record('node', { ...NOTHING, rooms: [room('one')], stays, stayEnds });
      expect(await history.findStaysEnded({ reason: 'serverFault', since: 10 })).toEqual(['s2']);
      expect(await history.findStaysEnded({ reason: 'serverFault', since: 9 })).toHaveLength(2);
    });

    it('forgets what ended long ago, and dead letters, but nothing that goes on or may be delivered', async () => {
      const old = { rooms: [room('one'), room('open')], stays: [stay('one', 's1'), stay('open', 's1')] };
      await history.record('node', {
        ...withCallbacks(callback('e1'), callback('e2'), callback('e3')),
        ...old,
        stayEnds: [{ incarnation: 'one', sessionId: 's1', at: 9, reason: 'removed' }],
        roomEnds: [{ incarnation: 'one', at: 10 }],
      });
      const dead = ['e1', 'e2'].map((id, n) => ({ id, at: 10 + n, attempts: 3, error: 'refused' }));
      await new SqlOutbox(database.db).settle({ delivered: [], dead });
      const forget = async (until: number) => {
        const counts: number[] = [];
        for (const { deleteSome } of [...FORGOTTEN_HISTORY, ...FORGOTTEN_CALLBACKS])
          counts.push(await deleteSome(database.db, { until, limit: 1 }));
        return counts;
      };
      expect(await forget(2)).toEqual([0, 0, 0, 0]);
      expect(await forget(10)).toEqual([1, 1, 1, 1]);
      expect((await rooms()).map(({ incarnation }) => incarnation)).toEqual(['open']);
      expect((await stays()).map(({ incarnation }) => incarnation)).toEqual(['open']);
      const left = await database.db.selectFrom('outbox').select('id').execute();
      expect(left.map(({ id }) => id).toSorted()).toEqual(['e2', 'e3']);
    });

    it('takes thousands at once', async () => {
      const many = Array.from({ length: 2_500 }, (_, index) => `s${index}`);
      await history.record('node', {
        ...withCallbacks(...many.map((id) => callback(id))),
        rooms: many.map((id) => room(id)),
        stays: many.map((id) => stay('one', id)),
      });
      expect(await stays()).toHaveLength(2_500);
      await history.record('node', {
        ...NOTHING,
        roles: many.map((sessionId) => ({ incarnation: 'one', sessionId, role: 'anchor' })),
        stayEnds: many.map((sessionId) => ({ incarnation: 'one', sessionId, at: 9, reason: 'exited' })),
        versions: new Map(many.map((id, index) => [id, index + 1])),
        roomEnds: many.map((incarnation) => ({ incarnation, at: 10 })),
      });
      const ended = { role: 'anchor', left_at: 9, reason: 'exited' };
      expect(await stays()).toEqual(many.map(() => expect.objectContaining(ended)));
      expect((await rooms()).every(({ ended_at, version }) => ended_at === 10 && version > 0)).toBe(true);
    });
  });
}
