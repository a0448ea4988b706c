import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LogEntry } from '../rooms/model.ts';
import { enter, leave, LIVE, lost, testKey } from './commands.contract.ts';
import type { CommitResult, RoomLog } from './port.ts';

export interface RoomLogHooks {
  /** To be called with what a follower threw. */
  readonly onFollowerError: (error: unknown) => void;
}

const key = testKey('room');
const versions = (entries: readonly LogEntry[]): number[] => entries.map(({ version }) => version);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

function entryOf(result: CommitResult): LogEntry | null {
  if (!result.ok) throw new Error(`refused: ${result.refusal.error}`);
  return result.entry;
}

/** What every adapter of the room log has to do. `makeLog` gives an empty one for each test. */
export function roomLogContract(name: string, makeLog: (hooks: RoomLogHooks) => Promise<RoomLog>): void {
  describe(name, () => {
    let log: RoomLog;
    const followerErrors: unknown[] = [];

    beforeEach(async () => {
      followerErrors.length = 0;
      log = await makeLog({ onFollowerError: (error) => followerErrors.push(error) });
    });
    afterEach(() => log.close());

    const contract = { log: () => log, followerErrors };
    committing(contract);
    following(contract);
    deadlines(contract);
  });
}

interface Contract {
  readonly log: () => RoomLog;
  readonly followerErrors: readonly unknown[];
}

function committing({ log }: Contract): void {
  test('a room that nobody entered is absent, at version 0', async () => {
    expect(await log().read(key)).toMatchObject({ status: 'absent', version: 0 });
    expect(await log().openRooms()).toEqual([]);
  });

  test('a commit answers what happened and the room after it, which is what is read then', async () => {
    const result = await log().commit(key, enter('ann'));
    expect(entryOf(result)).toMatchObject({ key, version: 1, incarnation: 'by-ann' });
    expect(entryOf(result)?.events.map(({ type }) => type)).toEqual(['created', 'entered']);
    expect(await log().read(key)).toEqual(entryOf(result)?.state);
    expect(await log().openRooms()).toEqual([key]);
  });

  test('what changes nothing is no commit', async () => {
    await log().commit(key, enter('ann'));
    const repeat = await log().commit(key, enter('ann'));
    expect(entryOf(repeat)).toBeNull();
    expect(repeat).toMatchObject({ state: { status: 'open', version: 1 } });
    expect(entryOf(await log().commit(key, leave('ann', { sessionId: 'ann-0' })))).toBeNull();
    expect(await log().read(key)).toMatchObject({ version: 1 });
  });

  test('what is refused changes nothing', async () => {
    await log().commit(key, enter('ann'));
    expect(await log().commit(key, enter('ben', { scene: LIVE }))).toEqual({
      ok: false,
      refusal: { error: 'ERR_SERVER_INFO_BAD_SCENE_OR_ROLE' },
    });
    expect(await log().commit(testKey('other'), { type: 'dismiss', at: 1 })).toMatchObject({ ok: false });
    expect(await log().read(key)).toMatchObject({ version: 1 });
    expect(await log().read(testKey('other'))).toMatchObject({ version: 0 });
  });

  test('rooms with the same id of different kinds or applications never meet', async () => {
    const number = { ...key, kind: 'number', id: '7' } as const;
    const string = { ...number, kind: 'string' } as const;
    const foreign = { ...number, sdkAppId: 1 } as const;
    for (const each of [number, string, foreign]) await log().commit(each, enter('ann'));
    await log().commit(string, { type: 'dismiss', at: 2 });
    expect(await log().openRooms()).toHaveLength(2);
    expect(await log().read(string)).toMatchObject({ status: 'absent' });
  });

  test('rooms with guests are listed until the last guest has left', async () => {
    await log().commit(key, enter('ann'));
    expect(await log().linkedRooms()).toEqual([]);
    const guest = { userId: 'gus', sessionId: 'gus-1' };
    const home = { key: testKey('other'), incarnation: 'by-gus' };
    const facts = { ...guest, home, streams: [], version: 1 };
    const host = { userId: 'ann', sessionId: 'ann-1' };
    await log().commit(key, { type: 'link', at: 1, guest: facts, host, wantedBy: 'guest' });
    expect(await log().linkedRooms()).toEqual([key]);
    await log().commit(key, { type: 'unlink', at: 1, guest, host, upTo: 1 });
    expect(await log().linkedRooms()).toEqual([]);
    await log().commit(key, { type: 'link', at: 1, guest: facts, host, wantedBy: 'guest' });
    await log().commit(key, { type: 'dismiss', at: 1 });
    expect(await log().linkedRooms()).toEqual([]);
  });

  test('version and time go on when the room has ended and comes to life again', async () => {
    await log().commit(key, enter('ann', { at: 1_000 }));
    await log().commit(key, leave('ann', { at: 2_000 }));
    expect(await log().read(key)).toEqual({ status: 'absent', version: 2, time: 2_000 });
    const again = entryOf(await log().commit(key, enter('ann', { at: 1_500, incarnation: 'second' })));
    expect(again).toMatchObject({ version: 3, incarnation: 'second', state: { time: 2_000 } });
  });

  test('concurrent commits are in one order, and each is decided after the one before', async () => {
    const entries: LogEntry[] = [];
    await log().follow(key, 0, (entry) => entries.push(entry));
    const users = Array.from({ length: 30 }, (_, index) => `user${index}`);
    const results = await Promise.all(users.map((userId) => log().commit(key, enter(userId))));
    const committed = results.map((result) => entryOf(result)?.version ?? 0);
    expect(committed.toSorted((a, b) => a - b)).toEqual(upTo(30));
    expect(results.filter((result) => entryOf(result)?.events[0]?.type === 'created')).toHaveLength(1);
    await vi.waitFor(() => expect(versions(entries)).toEqual(upTo(30)));
    const sizes = entries.map(({ state }) => (state.status === 'open' ? state.members.size : 0));
    expect(sizes).toEqual(upTo(30));
  });

  test('of concurrent commits that exclude each other one wins', async () => {
    await Promise.all(['ann', 'ben'].map((userId) => log().commit(key, enter(userId))));
    const share = (userId: string): Promise<CommitResult> =>
      log().commit(key, {
        type: 'publish',
        at: 1,
        userId,
        sessionId: `${userId}-1`,
        stream: { source: 'sub', streamId: `screen-of-${userId}`, muted: false },
      });
    const results = await Promise.all(['ann', 'ben'].map(share));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  });
}

function following({ log, followerErrors }: Contract): void {
  test('a follower gets every entry once, in order', async () => {
    const entries: LogEntry[] = [];
    await log().follow(key, 0, (entry) => entries.push(entry));
    for (const userId of ['ann', 'ben', 'cid']) await log().commit(key, enter(userId));
    await log().commit(key, { type: 'dismiss', at: 2 });
    await vi.waitFor(() => expect(versions(entries)).toEqual(upTo(4)));
    expect(entries[3]).toMatchObject({ incarnation: 'by-ann', state: { status: 'absent', version: 4 } });
  });

  test('a follower from a version gets what came since, then what comes', async () => {
    for (const userId of ['ann', 'ben', 'cid']) await log().commit(key, enter(userId));
    const entries: LogEntry[] = [];
    await log().follow(key, 1, (entry) => entries.push(entry));
    expect(versions(entries)).toEqual([2, 3]);
    await log().commit(key, enter('dan'));
    await vi.waitFor(() => expect(versions(entries)).toEqual([2, 3, 4]));
  });

  test('reading a room and following it from there misses nothing, whatever happens in between', async () => {
    const entries: LogEntry[] = [];
    const users = Array.from({ length: 20 }, (_, index) => `user${index}`);
    const commits = users.map((userId) => log().commit(key, enter(userId)));
    const { version } = await log().read(key);
    await log().follow(key, version, (entry) => entries.push(entry));
    await Promise.all(commits);
    const expected = upTo(20).slice(version);
    await vi.waitFor(() => expect(versions(entries)).toEqual(expected));
  });

  test('a follower follows through the end of the room into its next life', async () => {
    const entries: LogEntry[] = [];
    await log().follow(key, 0, (entry) => entries.push(entry));
    await log().commit(key, enter('ann'));
    await log().commit(key, leave('ann'));
    await log().commit(key, enter('ben'));
    await vi.waitFor(() => expect(versions(entries)).toEqual(upTo(3)));
    expect(entries.map(({ incarnation }) => incarnation)).toEqual(['by-ann', 'by-ann', 'by-ben']);
  });

  test('a follower that comes too late gets the room as it is, then what comes, and misses nothing', async () => {
    await log().commit(key, enter('ann'));
    for (let round = 0; round < 1_000; round++) {
      await log().commit(key, enter('ben', { sessionId: `ben-${round}` }));
      await log().commit(key, leave('ben', { sessionId: `ben-${round}` }));
    }
    const entries: LogEntry[] = [];
    const follower = await log().follow(key, 1, (entry) => entries.push(entry));
    expect(follower.snapshot, 'no log keeps so many').not.toBeNull();
    const from = follower.snapshot?.version ?? 1;
    await log().commit(key, enter('cid'));
    const missing = Array.from({ length: 2_002 - from }, (_, index) => from + 1 + index);
    await vi.waitFor(() => expect(versions(entries)).toEqual(missing));
  });

  test('a follower of a room that has ended meanwhile learns so', async () => {
    await log().commit(key, enter('ann'));
    const { version } = await log().read(key);
    await log().commit(key, leave('ann'));
    const entries: LogEntry[] = [];
    const { snapshot } = await log().follow(key, version, (entry) => entries.push(entry));
    expect(snapshot ?? entries.at(-1)?.state).toMatchObject({ status: 'absent', version: 2 });
  });

  test('a follower from the newest version, or of a room that never was, needs no snapshot', async () => {
    expect((await log().follow(testKey('other'), 0, () => undefined)).snapshot).toBeNull();
    await log().commit(key, enter('ann'));
    expect((await log().follow(key, 1, () => undefined)).snapshot).toBeNull();
  });

  test('a follower sees its own room only', async () => {
    const entries: LogEntry[] = [];
    await log().follow(key, 0, (entry) => entries.push(entry));
    await log().commit(testKey('other'), enter('ann'));
    await log().commit(key, enter('ben'));
    await vi.waitFor(() => expect(entries).toHaveLength(1));
    expect(entries[0]?.key).toEqual(key);
  });

  test('a closed follower gets nothing more; the others do', async () => {
    const closed: LogEntry[] = [];
    const open: LogEntry[] = [];
    const follower = await log().follow(key, 0, (entry) => closed.push(entry));
    await log().follow(key, 0, (entry) => open.push(entry));
    await log().commit(key, enter('ann'));
    await vi.waitFor(() => expect(closed).toHaveLength(1));
    follower.close();
    follower.close();
    await log().commit(key, enter('ben'));
    await vi.waitFor(() => expect(open).toHaveLength(2));
    expect(closed).toHaveLength(1);
  });

  test('a follower that throws breaks neither the commit nor other followers', async () => {
    const entries: LogEntry[] = [];
    const broken = new Error('the follower broke');
    await log().follow(key, 0, () => {
      throw broken;
    });
    await log().follow(key, 0, (entry) => entries.push(entry));
    expect(await log().commit(key, enter('ann'))).toMatchObject({ ok: true });
    expect(await log().commit(key, enter('ben'))).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(versions(entries)).toEqual(upTo(2)));
    await vi.waitFor(() => expect(followerErrors).toEqual([broken, broken]));
  });
}

function deadlines({ log }: Contract): void {
  const twice = { userId: 'ann', sessionId: 'ann-1', nodeId: 'node', at: 1 };

  test('a lost member makes its room due at its deadline, not before', async () => {
    await log().commit(key, enter('ann'));
    await log().commit(key, lost('ann', 100));
    expect(await log().due(99)).toEqual([]);
    expect(await log().due(100)).toEqual([key]);
    expect(await log().due(500)).toEqual([key]);
  });

  test('a room is due by its earliest deadline', async () => {
    for (const userId of ['ann', 'ben']) await log().commit(key, enter(userId));
    await log().commit(key, lost('ann', 300));
    await log().commit(key, lost('ben', 200));
    expect(await log().due(200)).toEqual([key]);
    await log().commit(key, leave('ben'));
    expect(await log().due(299)).toEqual([]);
    expect(await log().due(300)).toEqual([key]);
  });

  test('who comes back is not due, and neither is a room that has ended', async () => {
    await log().commit(key, enter('ann'));
    await log().commit(key, lost('ann', 100));
    await log().commit(key, { type: 'resumed', ...twice });
    expect(await log().due(1_000)).toEqual([]);
    await log().commit(key, lost('ann', 100));
    await log().commit(key, { type: 'dismiss', at: 2 });
    expect(await log().due(1_000)).toEqual([]);
  });

  test('committing what is due once is enough, whoever does it', async () => {
    await log().commit(key, enter('ann'));
    await log().commit(key, lost('ann', 100));
    const ticks = await Promise.all([1, 2, 3].map(() => log().commit(key, { type: 'tick', at: 100 })));
    expect(ticks.filter((tick) => entryOf(tick) !== null)).toHaveLength(1);
    expect(await log().due(1_000)).toEqual([]);
    expect(await log().read(key)).toMatchObject({ status: 'absent' });
  });

  test('an empty live room is due when it ends', async () => {
    const incarnation = 'by-ann';
    await log().commit(key, enter('ann', { scene: LIVE, role: 'audience' }));
    await log().commit(key, { type: 'audience', at: 5, incarnation, audience: 'none', dissolveAt: 605 });
    expect(await log().due(604)).toEqual([]);
    expect(await log().due(605)).toEqual([key]);
    await log().commit(key, { type: 'tick', at: 605 });
    expect(await log().openRooms()).toEqual([]);
  });
}
