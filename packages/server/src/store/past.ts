import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import {
  MAX_EVENTS,
  SPANS_AT_ONCE,
  type DayScale,
  type PastEvent,
  type PastRoom,
  type PastSpan,
  type PastStay,
  type PastStore,
} from './past-port.ts';
import { STILL_OPEN } from './migrations/006-span-index.ts';
import type { Tables } from './tables.ts';

type Query<Name extends Exclude<keyof PastStore, 'spans'>> = Parameters<PastStore[Name]>[0];
type Answer<Name extends Exclude<keyof PastStore, 'spans'>> = Awaited<ReturnType<PastStore[Name]>>;

const DAY_MS = 86_400_000;
/** The session of a guest names the version at which it came, after this. */
const GUEST = '%@%';

export class SqlPast implements PastStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async rooms({ sdkAppId, roomId, from, to, offset, limit }: Query<'rooms'>): Promise<Answer<'rooms'>> {
    const found = this.#db
      .selectFrom('rooms')
      .where('sdk_app_id', '=', sdkAppId)
      .where('created_at', '<', to)
      .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>=', from)]))
      .$if(roomId !== null, (query) => query.where('room_id', '=', roomId ?? ''));
    const { total } = await found
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await found
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('incarnation')
      .offset(offset)
      .limit(limit)
      .execute();
    return { total, rooms: rows.map(toRoom) };
  }

  async livesOf({ sdkAppId, roomId, createdAt }: Query<'livesOf'>): Promise<Answer<'livesOf'>> {
    const rows = await this.#db
      .selectFrom('rooms')
      .selectAll()
      .where('sdk_app_id', '=', sdkAppId)
      .where('room_id', '=', roomId)
      .where('created_at', '>=', createdAt * 1_000)
      .where('created_at', '<', (createdAt + 1) * 1_000)
      .orderBy('created_at')
      .execute();
    return rows.map(toRoom);
  }

  async stays({ incarnations, userIds, from, to, offset, limit }: Query<'stays'>): Promise<Answer<'stays'>> {
    if (incarnations.length === 0) return { total: 0, stays: [] };
    const found = this.#db
      .selectFrom('stays')
      .where('incarnation', 'in', incarnations)
      .where('session_id', 'not like', GUEST)
      .where('entered_at', '<', to)
      .where((eb) => eb.or([eb('left_at', 'is', null), eb('left_at', '>=', from)]))
      .$if(userIds !== null, (query) => query.where('user_id', 'in', userIds ?? []));
    const { total } = await found
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await found
      .selectAll()
      .orderBy('entered_at')
      .orderBy('session_id')
      .offset(offset)
      .limit(limit)
      .execute();
    return { total, stays: rows.map(toStay) };
  }

  async events({ incarnations, userId, from, to }: Query<'events'>): Promise<readonly PastEvent[]> {
    if (incarnations.length === 0) return [];
    const rows = await this.#db
      .selectFrom('room_events')
      .select(['at', 'kind', 'detail'])
      .where('incarnation', 'in', incarnations)
      .where('user_id', '=', userId)
      .where('session_id', 'not like', GUEST)
      .where('at', '>=', from)
      .where('at', '<', to)
      .orderBy('at')
      .orderBy('id')
      .limit(MAX_EVENTS)
      .execute();
    return rows.map(({ at, kind, detail }) => ({ at, kind, detail: detail ?? '' }));
  }

  async scale({ sdkAppId, from, to }: Query<'scale'>): Promise<readonly DayScale[]> {
    const day = sql<number>`stays.entered_at - stays.entered_at % ${sql.lit(DAY_MS)}`;
    // No userId and no kind of room has a slash.
    const room = sql`rooms.kind || '/' || rooms.room_id`;
    return this.#db
      .selectFrom('stays')
      .innerJoin('rooms', 'rooms.incarnation', 'stays.incarnation')
      .select(({ fn }) => [
        day.as('at'),
        sql<number>`count(distinct stays.user_id || '/' || ${room})`.as('users'),
        fn.countAll<number>().as('entries'),
        sql<number>`count(distinct ${room})`.as('rooms'),
      ])
      .where('rooms.sdk_app_id', '=', sdkAppId)
      .where('stays.session_id', 'not like', GUEST)
      .where('stays.enter_reason', '!=', 'continued')
      .where('stays.entered_at', '>=', from)
      .where('stays.entered_at', '<', to)
      .groupBy(day)
      .orderBy(day)
      .execute();
  }

  async *spans({ sdkAppIds, roomId, from, to }: Parameters<PastStore['spans']>[0]): AsyncIterable<PastSpan> {
    // As the index has it, and stays before rooms: so only what ended in the period or later is looked at, and each page begins where the
    // last ended.
    const end = sql<number>`coalesce(stays.left_at, ${sql.lit(STILL_OPEN)})`;
    let after = { end: from + 1, sessionId: '' };
    for (;;) {
      const rows = await this.#db
        .selectFrom('stays')
        .crossJoin('rooms')
        .whereRef('rooms.incarnation', '=', 'stays.incarnation')
        .select([
          'stays.incarnation',
          'stays.session_id',
          'stays.user_id',
          'stays.entered_at',
          'stays.left_at',
          'rooms.kind',
          'rooms.room_id',
          end.as('end'),
        ])
        .where(end, '>=', after.end)
        .where((eb) => eb.or([eb(end, '>', after.end), eb('stays.session_id', '>', after.sessionId)]))
        .where('rooms.sdk_app_id', 'in', sdkAppIds)
        .where('stays.session_id', 'not like', GUEST)
        .where('stays.entered_at', '<', to)
        .$if(roomId !== null, (query) => query.where('rooms.room_id', '=', roomId ?? ''))
        .orderBy(end)
        .orderBy('stays.session_id')
        .limit(SPANS_AT_ONCE)
        .execute();
      for (const row of rows) yield toSpan(row);
      const last = rows.at(-1);
      if (!last || rows.length < SPANS_AT_ONCE) return;
      after = { end: last.end, sessionId: last.session_id };
      await setImmediate();
    }
  }
}

function toRoom(row: Tables['rooms']): PastRoom {
  const { incarnation, kind, room_id: roomId } = row;
  return {
    incarnation,
    kind,
    roomId,
    createdBy: row.created_by,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}

function toStay(row: Tables['stays']): PastStay {
  return {
    incarnation: row.incarnation,
    sessionId: row.session_id,
    userId: row.user_id,
    enteredAt: row.entered_at,
    leftAt: row.left_at,
    device: row.device_type ?? '',
    sdkVersion: row.sdk_version ?? '',
    address: row.client_ip ?? '',
  };
}

function toSpan(
  row: Pick<Tables['stays'], 'incarnation' | 'session_id' | 'user_id' | 'entered_at' | 'left_at'> &
    Pick<Tables['rooms'], 'kind' | 'room_id'>,
): PastSpan {
  return {
    incarnation: row.incarnation,
    sessionId: row.session_id,
    userId: row.user_id,
    enteredAt: row.entered_at,
    leftAt: row.left_at,
    kind: row.kind,
    roomId: row.room_id,
  };
}
