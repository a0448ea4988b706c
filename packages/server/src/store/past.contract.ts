import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from './database.ts';
import type { Place } from './databases.contract.ts';
import type { StayRecord } from './history-port.ts';
import { SqlHistory } from './history.ts';
import { SPANS_AT_ONCE } from './past-port.ts';
import { SqlPast } from './past.ts';

const APP = 1_400_000_001;
const STAYS = 4_100;
const NOON = 1_700_000_000_000;

/** Who enters at noon and leaves in one of ten moments after it, or not at all. */
function stay(index: number): StayRecord {
  const client = { address: null, device: null, sdkVersion: null, terminal: null, userType: null };
  const who = { userId: `u${index}`, role: 'anchor', enterReason: '1' } as const;
  return { incarnation: 'one', sessionId: `s${index}`, ...who, enteredAt: NOON, ...client };
}

export function pastContract(place: Place): void {
  describe('the past', () => {
    let database: OpenDatabase;
    beforeEach(async () => {
      await place.clear();
      database = await place.open();
    });
    afterEach(() => database.close());

    const stays = Array.from({ length: STAYS }, (_, index) => stay(index));
    beforeEach(async () => {
      const key = { sdkAppId: APP, kind: 'number', id: '1' } as const;
      const ends = stays.flatMap(({ incarnation, sessionId }, index) =>
        index % 11 === 0
          ? []
          : [{ incarnation, sessionId, at: NOON + (index % 11), reason: 'exited' as const }],
      );
      await new SqlHistory(database.db).record('node', {
        rooms: [{ incarnation: 'one', key, scene: 0, createdBy: 'u0', createdAt: NOON }],
        stays,
        roles: [],
        stayEnds: ends,
        roomEnds: [],
        versions: new Map(),
        events: [],
        callbacks: [],
      });
    });

    it('tells of every stay that overlaps a time once, however many there are', async () => {
      const told = async (query: object): Promise<string[]> => {
        const sessions: string[] = [];
        const all = { sdkAppIds: [APP], roomId: null, from: NOON, to: NOON + 1_000, ...query };
        for await (const { sessionId } of new SqlPast(database.past).spans(all)) sessions.push(sessionId);
        return sessions;
      };
      const everybody = await told({});
      expect(everybody).toHaveLength(STAYS);
      expect(new Set(everybody).size).toBe(STAYS);
      const late = stays.filter((_, index) => index % 11 === 0 || index % 11 > 6);
      expect((await told({ from: NOON + 6 })).toSorted()).toEqual(
        late.map(({ sessionId }) => sessionId).toSorted(),
      );
      expect(await told({ to: NOON })).toEqual([]);
      expect(await told({ sdkAppIds: [APP + 1] })).toEqual([]);
      expect(await told({ roomId: '2' })).toEqual([]);
    });

    it('tells of stays in the order of their ends, and gives others a turn after each page', async () => {
      let turns = 0;
      let turn = setImmediate(function next() {
        turns += 1;
        turn = setImmediate(next);
      });
      const ends: number[] = [];
      /** How many stays were told of in one turn. */
      const told = new Map<number, number>();
      const query = { sdkAppIds: [APP], roomId: null, from: NOON, to: NOON + 1_000 };
      for await (const { leftAt } of new SqlPast(database.past).spans(query)) {
        ends.push(leftAt ?? Infinity);
        told.set(turns, (told.get(turns) ?? 0) + 1);
      }
      clearImmediate(turn);
      expect(ends).toEqual(ends.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
      expect(ends).toHaveLength(STAYS);
      expect(Math.max(...told.values())).toBeLessThanOrEqual(SPANS_AT_ONCE);
    });
  });
}
