import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FakeClock, silentLog } from '@rotunda/base';
import { expect, it } from 'vitest';
import { commitEvents } from '../rooms/apply.ts';
import { decide } from '../rooms/decide.ts';
import { Room, key } from '../rooms/room.contract.ts';
import type { HistoryStore } from '../store/history-port.ts';
import { SqlHistory } from '../store/history.ts';
import { openSqlite } from '../store/sqlite.ts';
import { Recorder } from './recorder.ts';

it('what happens in many turns reaches SQLite in order and in fewer transactions, and closing writes the rest', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rotunda-recorder-'));
  const { db, close } = await openSqlite(join(folder, 'rotunda.db'));
  const real = new SqlHistory(db);
  let transactions = 0;
  const store: HistoryStore = {
    record: (...batch) => {
      transactions++;
      return real.record(...batch);
    },
    markAlive: (...sign) => real.markAlive(...sign),
    findOrphans: (...nodes) => real.findOrphans(...nodes),
    findStaysEnded: (...query) => real.findStaysEnded(...query),
    forgetNodes: (...nodes) => real.forgetNodes(...nodes),
  };
  const recorder = new Recorder({
    store,
    nodeId: 'node',
    clock: new FakeClock(),
    log: silentLog,
    toCallback: ({ id, at, version }) => ({ id, sdkAppId: 1, room: 'r', version, at, event: '{}' }),
    howEnded: () => Promise.resolve(null),
    onCallbacks: () => undefined,
    onLeftOut: () => expect.unreachable('nothing is left out'),
  });
  const room = new Room();
  const users = Array.from({ length: 200 }, (_, index) => `user${index}`);
  for (const user of users) {
    const decision = decide(room.state, room.enter(user, user));
    const entry = decision.ok ? commitEvents(key, room.state, decision.events) : null;
    if (!entry) throw new Error('nothing to commit');
    room.state = entry.state;
    recorder.takeEntry(entry);
    await setImmediate();
  }
  await recorder.close();
  expect(transactions).toBeGreaterThan(0);
  expect(transactions).toBeLessThan(users.length / 2);
  const stays = await db.selectFrom('stays').select('user_id').orderBy('entered_at').execute();
  expect(stays.map(({ user_id }) => user_id).toSorted()).toEqual(users.toSorted());
  const waiting = await db.selectFrom('outbox').select('version').orderBy('position').execute();
  const versions = waiting.map(({ version }) => version ?? 0);
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  expect(versions).toHaveLength(users.length + 1);
  await close();
  rmSync(folder, { recursive: true, force: true });
});
