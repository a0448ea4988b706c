import type { Selectable } from 'kysely';
import { inChunks, type Database } from './database.ts';
import { PartlyRevivedError } from './errors.ts';
import type { DeadLetter, NewCallback, OutboxStore, Settlement, StoredCallback } from './outbox-port.ts';
import { deleteOldest, type Forgetting } from './retention.ts';
import type { Tables } from './tables.ts';

/** Dead letters. What may still be delivered stays. */
export const FORGOTTEN_CALLBACKS: readonly Forgetting[] = [
  {
    what: 'callbacks that could not be delivered',
    deleteSome: deleteOldest({ table: 'outbox', key: ['id'], endedAt: 'dead_at' }),
  },
];

const POSITIONS = 'outbox';
/** Rows that one statement changes. */
const CHANGED_AT_ONCE = 1_000;

export class SqlOutbox implements OutboxStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async waiting({
    sdkAppId,
    after,
    limit,
    room,
  }: Parameters<OutboxStore['waiting']>[0]): Promise<readonly StoredCallback[]> {
    const rows = await this.#db
      .selectFrom('outbox')
      .selectAll()
      .where('sdk_app_id', '=', sdkAppId)
      .where('dead_at', 'is', null)
      .where('position', '>', after)
      .$if(room !== undefined, (query) => query.where('room', '=', room ?? ''))
      .orderBy('position')
      .limit(limit)
      .execute();
    return rows.map(toStored);
  }

  async backlog(): ReturnType<OutboxStore['backlog']> {
    const waiting = await this.#db
      .selectFrom('outbox')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('at').as('oldest')])
      .where('dead_at', 'is', null)
      .executeTakeFirstOrThrow();
    const dead = await this.#db
      .selectFrom('outbox')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('dead_at', 'is not', null)
      .executeTakeFirstOrThrow();
    return { waiting: waiting.count, oldestAt: waiting.oldest, dead: dead.count };
  }

  async settle({ delivered, dead }: Settlement): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      for (const ids of inChunks(delivered)) await db.deleteFrom('outbox').where('id', 'in', ids).execute();
      for (const { id, at, attempts, error } of dead) {
        await db.updateTable('outbox').set({ dead_at: at, attempts, error }).where('id', '=', id).execute();
      }
    });
  }

  async abandon({
    except,
    at,
    error,
  }: Parameters<OutboxStore['abandon']>[0]): Promise<ReadonlyMap<number, number>> {
    const apps = await this.#db
      .selectFrom('outbox')
      .select('sdk_app_id')
      .distinct()
      .where('dead_at', 'is', null)
      .$if(except.length > 0, (query) => query.where('sdk_app_id', 'not in', except))
      .execute();
    const counts = new Map<number, number>();
    for (const { sdk_app_id: sdkAppId } of apps)
      counts.set(sdkAppId, await this.#abandonAll(sdkAppId, { at, error }));
    return counts;
  }

  /** Some at a time: there may be more than one statement has time for. */
  async #abandonAll(sdkAppId: number, why: { at: number; error: string }): Promise<number> {
    for (let total = 0; ;) {
      const { numUpdatedRows } = await this.#db
        .updateTable('outbox')
        .set({ dead_at: why.at, attempts: 0, error: why.error })
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('outbox')
            .select('id')
            .where('sdk_app_id', '=', sdkAppId)
            .where('dead_at', 'is', null)
            .limit(CHANGED_AT_ONCE),
        )
        .executeTakeFirst();
      total += Number(numUpdatedRows);
      if (Number(numUpdatedRows) < CHANGED_AT_ONCE) return total;
    }
  }

  async deadLetters({
    sdkAppId,
    after,
    limit,
  }: Parameters<OutboxStore['deadLetters']>[0]): Promise<readonly DeadLetter[]> {
    const rows = await this.#db
      .selectFrom('outbox')
      .selectAll()
      .where('sdk_app_id', '=', sdkAppId)
      .where('dead_at', 'is not', null)
      .where('position', '>', after)
      .orderBy('position')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      ...toStored(row),
      deadAt: row.dead_at ?? 0,
      attempts: row.attempts,
      error: row.error ?? '',
    }));
  }

  async revive({ sdkAppId, ids }: Parameters<OutboxStore['revive']>[0]): Promise<number> {
    let count = 0;
    try {
      for await (const portion of ids ? inChunks(ids) : this.#allDead(sdkAppId))
        count += await this.#revive(sdkAppId, portion);
    } catch (error) {
      throw count > 0 ? new PartlyRevivedError(count, error) : error;
    }
    return count;
  }

  /** Some at a time, each once, in order: whatever dies from now on, even again, is none of them. */
  async *#allDead(sdkAppId: number): AsyncGenerator<string[]> {
    const dead = this.#db
      .selectFrom('outbox')
      .where('sdk_app_id', '=', sdkAppId)
      .where('dead_at', 'is not', null);
    const { last } = await dead.select(({ fn }) => fn.max('dead_at').as('last')).executeTakeFirstOrThrow();
    if (last === null) return;
    const inOrder = dead.select(['id', 'position']).where('dead_at', '<=', last).orderBy('position');
    for (let after = 0; ;) {
      const portion = await inOrder.where('position', '>', after).limit(CHANGED_AT_ONCE).execute();
      const end = portion.at(-1);
      if (!end) return;
      yield portion.map(({ id }) => id);
      after = end.position;
    }
  }

  async #revive(sdkAppId: number, ids: readonly string[]): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable('outbox')
      .set({ dead_at: null, attempts: 0, error: null })
      .where('sdk_app_id', '=', sdkAppId)
      .where('dead_at', 'is not', null)
      .where('id', 'in', ids)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }
}

/** Part of the transaction that writes what happened. Of several with one id the first counts, here and in the outbox. */
export async function insertCallbacks(db: Database, callbacks: readonly NewCallback[]): Promise<void> {
  if (callbacks.length === 0) return;
  const first = (await takePositions(db, callbacks.length)) - callbacks.length + 1;
  const rows = callbacks.map(({ id, sdkAppId, room, version, at, event }, index) => {
    const position = first + index;
    return { id, position, sdk_app_id: sdkAppId, room, version, at, event, ...FRESH };
  });
  for (const chunk of inChunks(rows)) {
    await db
      .insertInto('outbox')
      .values(chunk)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

const FRESH = { dead_at: null, attempts: 0, error: null } as const;

/** Until the transaction ends nobody else takes any: who reads on from a position misses none. @returns the last one. */
async function takePositions(db: Database, count: number): Promise<number> {
  const { value } = await db
    .insertInto('counters')
    .values({ name: POSITIONS, value: count })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ value: eb(eb.ref('counters.value'), '+', count) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}

function toStored(row: Selectable<Tables['outbox']>): StoredCallback {
  const { id, position, room, version, at, event } = row;
  return { id, position, sdkAppId: row.sdk_app_id, room, version, at, event };
}
