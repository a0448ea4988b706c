import { beforeEach, describe, expect, test } from 'vitest';
import type { Link } from '../rooms/model.ts';
import { BROWSER } from '../rooms/room.contract.ts';
import { testKey } from './commands.contract.ts';
import type { PresenceEntry, PresenceIndex } from './port.ts';

const key = testKey('room');
const LIFE = 'first';
const up: Link = { state: 'up' };
const lost = (giveUpAt: number): Link => ({ state: 'lost', giveUpAt, ifGivenUp: 'timedOut' });

function entry(userId: string, nth = 1, more: Partial<PresenceEntry> = {}): PresenceEntry {
  const sessionId = `${userId}-${nth}`;
  const client = BROWSER;
  return { userId, sessionId, nodeId: 'node', enteredAt: nth, client, continues: null, link: up, ...more };
}

/** What every presence index has to do. `makeIndex` gives an empty one for each test. */
export function presenceIndexContract(name: string, makeIndex: () => Promise<PresenceIndex>): void {
  describe(name, () => {
    let index: PresenceIndex;
    beforeEach(async () => {
      index = await makeIndex();
    });

    const contract = { index: () => index };
    adding(contract);
    changing(contract);
    removing(contract);
    deadlines(contract);
    racing(contract);
  });
}

interface Contract {
  readonly index: () => PresenceIndex;
}

function adding({ index }: Contract): void {
  test('nobody is in an index that nobody was added to', async () => {
    expect(await index().find(key, LIFE, 'ann')).toBeNull();
    expect(await index().count(key, LIFE)).toBe(0);
    expect(await index().list(key, LIFE)).toEqual([]);
    expect(await index().due(Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(await index().drop(key, LIFE)).toEqual([]);
  });

  test('who was added is found, counted and listed as added', async () => {
    const ann = entry('ann', 1, { continues: 'ann-0', nodeId: 'other' });
    expect(await index().add(key, LIFE, ann)).toBeNull();
    await index().add(key, LIFE, entry('ben'));
    expect(await index().find(key, LIFE, 'ann')).toEqual(ann);
    expect(await index().count(key, LIFE)).toBe(2);
    expect((await index().list(key, LIFE)).map(({ userId }) => userId).toSorted()).toEqual(['ann', 'ben']);
  });

  test('a later stay takes the place of an earlier one, which is answered; a repeat takes none', async () => {
    await index().add(key, LIFE, entry('ann', 1));
    expect(await index().add(key, LIFE, entry('ann', 1))).toBeNull();
    expect(await index().add(key, LIFE, entry('ann', 2))).toEqual(entry('ann', 1));
    expect(await index().find(key, LIFE, 'ann')).toEqual(entry('ann', 2));
    expect(await index().count(key, LIFE)).toBe(1);
  });

  test('who asks for a free place gets no taken one', async () => {
    expect(await index().addUnlessTaken(key, LIFE, entry('ann', 1))).toBe(true);
    expect(await index().addUnlessTaken(key, LIFE, entry('ann', 1))).toBe(true);
    expect(await index().addUnlessTaken(key, LIFE, entry('ann', 2))).toBe(false);
    expect(await index().find(key, LIFE, 'ann')).toEqual(entry('ann', 1));
  });

  test('rooms and lives of a room are apart', async () => {
    await index().add(key, LIFE, entry('ann'));
    for (const [other, life] of [
      [key, 'second'],
      [testKey('other'), LIFE],
      [{ ...key, kind: 'number', id: '1' } as const, LIFE],
      [{ ...key, sdkAppId: 1 }, LIFE],
    ] as const) {
      expect(await index().find(other, life, 'ann')).toBeNull();
      expect(await index().count(other, life)).toBe(0);
      expect(await index().drop(other, life)).toEqual([]);
    }
    expect(await index().count(key, LIFE)).toBe(1);
  });
}

function changing({ index }: Contract): void {
  test('a change is for the stay that is there only', async () => {
    await index().add(key, LIFE, entry('ann', 2));
    expect(await index().update(key, LIFE, entry('ann', 1), { link: lost(5) })).toBe(false);
    expect(await index().update(key, LIFE, entry('ben', 1), { link: lost(5) })).toBe(false);
    expect(await index().find(key, LIFE, 'ann')).toEqual(entry('ann', 2));
    expect(await index().find(key, LIFE, 'ben')).toBeNull();
  });

  test('a link is lost, and comes back on another node', async () => {
    await index().add(key, LIFE, entry('ann'));
    expect(await index().update(key, LIFE, entry('ann'), { link: lost(5) })).toBe(true);
    expect(await index().find(key, LIFE, 'ann')).toEqual(entry('ann', 1, { link: lost(5) }));
    expect(await index().update(key, LIFE, entry('ann'), { link: up, nodeId: 'other' })).toBe(true);
    expect(await index().find(key, LIFE, 'ann')).toEqual(entry('ann', 1, { nodeId: 'other' }));
  });

  test('of several deadlines the earliest counts', async () => {
    await index().add(key, LIFE, entry('ann'));
    for (const giveUpAt of [50, 80, 30, 40]) {
      await index().update(key, LIFE, entry('ann'), { link: lost(giveUpAt) });
    }
    expect(await index().find(key, LIFE, 'ann')).toMatchObject({ link: lost(30) });
    expect(await index().due(29)).toEqual([]);
    expect(await index().due(30)).toHaveLength(1);
  });
}

function removing({ index }: Contract): void {
  test('a stay is taken out once, and only itself', async () => {
    await index().add(key, LIFE, entry('ann', 2));
    await index().add(key, LIFE, entry('ben'));
    expect(await index().remove(key, LIFE, entry('ann', 1))).toEqual({ removed: null, left: 2 });
    expect(await index().remove(key, LIFE, entry('ann', 2))).toEqual({ removed: entry('ann', 2), left: 1 });
    expect(await index().remove(key, LIFE, entry('ann', 2))).toEqual({ removed: null, left: 1 });
    expect(await index().remove(key, LIFE, entry('ben'))).toEqual({ removed: entry('ben'), left: 0 });
    expect(await index().remove(key, LIFE, entry('ben'))).toEqual({ removed: null, left: 0 });
  });

  test('who is taken out for being late must be late', async () => {
    await index().add(key, LIFE, entry('ann'));
    const ifDueBy = (dueBy: number) => index().remove(key, LIFE, entry('ann'), { dueBy });
    expect(await ifDueBy(100)).toEqual({ removed: null, left: 1 });
    await index().update(key, LIFE, entry('ann'), { link: lost(50) });
    expect(await ifDueBy(49)).toEqual({ removed: null, left: 1 });
    await index().update(key, LIFE, entry('ann'), { link: up });
    expect(await ifDueBy(100)).toEqual({ removed: null, left: 1 });
    await index().update(key, LIFE, entry('ann'), { link: lost(50) });
    expect(await ifDueBy(50)).toMatchObject({ removed: { sessionId: 'ann-1' }, left: 0 });
  });

  test('a life of a room is forgotten as a whole, and says who was in it', async () => {
    for (const userId of ['ann', 'ben']) await index().add(key, LIFE, entry(userId, 1, { link: lost(5) }));
    await index().add(key, 'second', entry('ann'));
    const dropped = await index().drop(key, LIFE);
    expect(dropped.map(({ userId }) => userId).toSorted()).toEqual(['ann', 'ben']);
    expect(await index().count(key, LIFE)).toBe(0);
    expect(await index().due(1_000)).toEqual([]);
    expect(await index().drop(key, LIFE)).toEqual([]);
    expect(await index().count(key, 'second')).toBe(1);
  });
}

function deadlines({ index }: Contract): void {
  test('those are due whose deadline has come, with room and life, until they are taken out', async () => {
    await index().add(key, LIFE, entry('ann', 1, { link: lost(20) }));
    await index().add(key, LIFE, entry('ben', 1, { link: lost(10) }));
    await index().add(testKey('other'), LIFE, entry('cid', 1, { link: lost(30) }));
    await index().add(key, LIFE, entry('dan'));
    expect(await index().due(9)).toEqual([]);
    const due = async (now: number) => (await index().due(now)).map((each) => each.entry.userId).toSorted();
    expect(await due(20)).toEqual(['ann', 'ben']);
    expect(await due(20)).toEqual(['ann', 'ben']);
    await index().remove(key, LIFE, entry('ben'));
    expect(await due(1_000)).toEqual(['ann', 'cid']);
    const found = (await index().due(1_000)).find((each) => each.entry.userId === 'cid');
    expect(found).toMatchObject({ key: testKey('other'), incarnation: LIFE });
  });

  test('who came back, or began anew, is not due', async () => {
    for (const userId of ['ann', 'ben']) await index().add(key, LIFE, entry(userId, 1, { link: lost(10) }));
    await index().update(key, LIFE, entry('ann'), { link: up });
    await index().add(key, LIFE, entry('ben', 2));
    expect(await index().due(1_000)).toEqual([]);
  });
}

function racing({ index }: Contract): void {
  test('of many who take a stay out at once one has it', async () => {
    await index().add(key, LIFE, entry('ann'));
    const tries = await Promise.all([1, 2, 3, 4].map(() => index().remove(key, LIFE, entry('ann'))));
    expect(tries.filter(({ removed }) => removed !== null)).toHaveLength(1);
  });

  test('of many stays of one user at once one remains, and each other one was answered once', async () => {
    const stays = [1, 2, 3, 4, 5].map((nth) => entry('ann', nth));
    const replaced = await Promise.all(stays.map((stay) => index().add(key, LIFE, stay)));
    const remaining = await index().find(key, LIFE, 'ann');
    const all = [...replaced, remaining].flatMap((each) => each?.sessionId ?? []);
    expect(all.toSorted()).toEqual(stays.map(({ sessionId }) => sessionId));
    expect(await index().count(key, LIFE)).toBe(1);
  });

  test('of many who ask for one free place at once one gets it', async () => {
    const stays = [1, 2, 3, 4, 5].map((nth) => entry('ann', nth));
    const got = await Promise.all(stays.map((stay) => index().addUnlessTaken(key, LIFE, stay)));
    expect(got.filter(Boolean)).toHaveLength(1);
  });
}
