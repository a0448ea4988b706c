import type { KyselyPlugin, PluginTransformQueryArgs, PluginTransformResultArgs } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from './database.ts';
import type { Place } from './databases.contract.ts';
import { PartlyRevivedError, StoreError } from './errors.ts';
import { callback, withCallbacks } from './history.contract.ts';
import { SqlHistory } from './history.ts';
import type { NewCallback } from './outbox-port.ts';
import { SqlOutbox } from './outbox.ts';

const { sdkAppId } = callback('any');
const MANY = Array.from({ length: 2_100 }, (_, n) => `m${n}`);

/**
 * Sees how many rows each update has changed. After the first one something happens, which is over when the next statement is. With
 * SQLite it must ask for all its turns at once: who waits for it is before any later one.
 */
export class Portions<T> implements KyselyPlugin {
  readonly sizes: number[] = [];
  meanwhile: Promise<T> | null = null;
  readonly #happen: () => Promise<T>;

  constructor(happen: () => Promise<T>) {
    this.#happen = happen;
  }

  transformQuery({ node }: PluginTransformQueryArgs) {
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs) {
    if (this.meanwhile) await this.meanwhile;
    if (result.numAffectedRows === undefined) return result;
    this.sizes.push(Number(result.numAffectedRows));
    if (this.meanwhile) return result;
    this.meanwhile = this.#happen();
    await new Promise((resolve) => setImmediate(resolve));
    return result;
  }
}

class FailsAtSecondUpdate implements KyselyPlugin {
  readonly #fault: StoreError;
  #updates = 0;

  constructor(fault: StoreError) {
    this.#fault = fault;
  }

  transformQuery({ node }: PluginTransformQueryArgs) {
    if (node.kind === 'UpdateQueryNode' && ++this.#updates === 2) throw this.#fault;
    return node;
  }

  transformResult({ result }: PluginTransformResultArgs) {
    return Promise.resolve(result);
  }
}

export function outboxContract(place: Place): void {
  describe('the outbox', () => {
    let database: OpenDatabase;
    let outbox: SqlOutbox;
    beforeEach(async () => {
      await place.clear();
      database = await place.open();
      outbox = new SqlOutbox(database.db);
    });
    afterEach(() => database.close());

    const add = (...callbacks: NewCallback[]) =>
      new SqlHistory(database.db).record('node', withCallbacks(...callbacks));
    const waiting = async (more: { after?: number; limit?: number; room?: string } = {}) =>
      (await outbox.waiting({ sdkAppId, after: 0, limit: 100, ...more })).map(({ id }) => id);

    it('gives what waits in order, by app, room and page', async () => {
      const other = callback('e3', { sdkAppId: 2 });
      await add(callback('e1'), callback('e2', { room: 'b', version: null }), other);
      await add(callback('e4'));
      const all = await outbox.waiting({ sdkAppId, after: 0, limit: 100 });
      expect(all.map(({ id }) => id)).toEqual(['e1', 'e2', 'e4']);
      expect(all[1]).toEqual({ ...callback('e2', { room: 'b', version: null }), position: 2 });
      expect(await waiting({ limit: 2 })).toEqual(['e1', 'e2']);
      expect(await waiting({ after: 2 })).toEqual(['e4']);
      expect(await waiting({ room: 'a' })).toEqual(['e1', 'e4']);
      expect(await outbox.waiting({ sdkAppId: 2, after: 0, limit: 9 })).toMatchObject([{ id: 'e3' }]);
    });

    it('takes what comes twice once, in one batch or while the first waits', async () => {
      await add(callback('e1'), callback('e1', { event: '{}' }), callback('e2'));
      expect(await waiting()).toEqual(['e1', 'e2']);
      await database.db.deleteFrom('room_events').execute();
      await add(callback('e2', { event: '{}' }), callback('e3'));
      const all = await outbox.waiting({ sdkAppId, after: 0, limit: 9 });
      expect(all.map(({ id, event }) => [id, event])).toEqual(
        ['e1', 'e2', 'e3'].map((id) => [id, callback(id).event]),
      );
    });

    it('never gives a position twice, also when all was delivered and the database was opened again', async () => {
      await add(callback('e1'), callback('e2'));
      await outbox.settle({ delivered: ['e1', 'e2'], dead: [] });
      await database.close();
      database = await place.open();
      outbox = new SqlOutbox(database.db);
      await add(callback('e3'));
      expect(await outbox.waiting({ sdkAppId, after: 0, limit: 9 })).toMatchObject([
        { id: 'e3', position: 3 },
      ]);
    });

    it('keeps dead letters until they are revived, at their old positions', async () => {
      await add(callback('e1'), callback('e2'), callback('e3'), callback('e4', { sdkAppId: 2 }));
      const dead = ['e1', 'e2', 'e4'].map((id) => ({ id, at: 99, attempts: 8, error: 'HTTP 500' }));
      await outbox.settle({ delivered: [], dead });
      expect(await waiting()).toEqual(['e3']);
      const letters = await outbox.deadLetters({ sdkAppId, after: 0, limit: 9 });
      expect(letters).toEqual([
        { ...callback('e1'), position: 1, deadAt: 99, attempts: 8, error: 'HTTP 500' },
        { ...callback('e2'), position: 2, deadAt: 99, attempts: 8, error: 'HTTP 500' },
      ]);
      expect(await outbox.deadLetters({ sdkAppId, after: 1, limit: 9 })).toHaveLength(1);
      expect(await outbox.revive({ sdkAppId, ids: ['e2', 'e3', 'e4'] })).toBe(1);
      expect(await waiting()).toEqual(['e2', 'e3']);
      expect(await outbox.revive({ sdkAppId })).toBe(1);
      expect(await waiting()).toEqual(['e1', 'e2', 'e3']);
    });

    it('revives all in portions, the earliest positions first, but nothing that dies meanwhile', async () => {
      await add(...MANY.map((id) => callback(id)));
      await outbox.abandon({ except: [], at: 99, error: 'no receiver' });
      await add(callback('new'), callback('other', { sdkAppId: 2 }));
      const die = (store: SqlOutbox, ...ids: string[]) =>
        store.settle({
          delivered: [],
          dead: ids.map((id) => ({ id, at: 100, attempts: 8, error: 'HTTP 500' })),
        });
      await die(outbox, 'other');
      // On one connection: it is one turn of SQLite, and with PostgreSQL nobody dies before it is seen who waits.
      const portions = new Portions(() =>
        database.db.connection().execute(async (db) => {
          const store = new SqlOutbox(db);
          const revived = await store.waiting({ sdkAppId, after: 0, limit: 5_000 });
          await die(store, 'new', 'm5');
          return revived.map(({ id }) => id);
        }),
      );
      const revived = await new SqlOutbox(database.db.withPlugin(portions)).revive({ sdkAppId });
      expect(revived).toBe(MANY.length);
      expect(portions.sizes).toEqual([1_000, 1_000, 100]);
      expect(await portions.meanwhile).toEqual([...MANY.slice(0, 1_000), 'new']);
      const dead = await outbox.deadLetters({ sdkAppId, after: 0, limit: 9 });
      expect(dead.map(({ id }) => id)).toEqual(['m5', 'new']);
      expect(await outbox.backlog()).toMatchObject({ waiting: MANY.length - 1, dead: 3 });
    });

    it('says how many it has revived when it fails, and revives the others when it is asked again', async () => {
      await add(...MANY.map((id) => callback(id)));
      await outbox.abandon({ except: [], at: 99, error: 'no receiver' });
      const fault = new StoreError('away', { fault: 'unreachable' });
      const failing = new SqlOutbox(database.db.withPlugin(new FailsAtSecondUpdate(fault)));
      const failure: unknown = await failing.revive({ sdkAppId }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PartlyRevivedError);
      expect(failure).toMatchObject({ revived: 1_000, cause: fault });
      expect(await waiting({ limit: 5_000 })).toEqual(MANY.slice(0, 1_000));
      expect(await outbox.revive({ sdkAppId })).toBe(1_100);
      expect(await waiting({ limit: 5_000 })).toEqual(MANY);
      expect(await outbox.revive({ sdkAppId })).toBe(0);
    });

    it('makes dead letters of what waits for apps that are not served any more, however much it is', async () => {
      await add(callback('e1'), callback('e2', { sdkAppId: 2 }), callback('e3', { sdkAppId: 3 }));
      await outbox.settle({ delivered: [], dead: [{ id: 'e3', at: 5, attempts: 8, error: 'HTTP 500' }] });
      await add(...Array.from({ length: 2_100 }, (_, n) => callback(`m${n}`, { sdkAppId: 3 })));
      const gone = await outbox.abandon({ except: [sdkAppId], at: 99, error: 'no receiver' });
      expect([...gone].toSorted(([a], [b]) => a - b)).toEqual([
        [2, 1],
        [3, 2_100],
      ]);
      expect(await waiting()).toEqual(['e1']);
      const letters = await outbox.deadLetters({ sdkAppId: 2, after: 0, limit: 9 });
      expect(letters).toMatchObject([{ id: 'e2', deadAt: 99, attempts: 0, error: 'no receiver' }]);
      expect(await outbox.backlog()).toMatchObject({ waiting: 1, dead: 2_102 });
      expect(await outbox.abandon({ except: [sdkAppId], at: 99, error: 'no receiver' })).toEqual(new Map());
      expect(await outbox.abandon({ except: [], at: 99, error: 'none at all' })).toEqual(
        new Map([[sdkAppId, 1]]),
      );
    });

    it('counts what waits and what is dead', async () => {
      expect(await outbox.backlog()).toEqual({ waiting: 0, oldestAt: null, dead: 0 });
      await add(callback('e1', { at: 5 }), callback('e2', { at: 4 }), callback('e3', { at: 1 }));
      await outbox.settle({ delivered: [], dead: [{ id: 'e3', at: 99, attempts: 8, error: 'timeout' }] });
      expect(await outbox.backlog()).toEqual({ waiting: 2, oldestAt: 4, dead: 1 });
    });
  });
}
