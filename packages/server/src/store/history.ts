import { sql, type RawBuilder } from 'kysely';
import { inChunks, type Database } from './database.ts';
import type {
  EventRecord,
  HistoryBatch,
  HistoryStore,
  OrphanedRoom,
  RoomRecord,
  StayRecord,
  StayRecordName,
} from './history-port.ts';
import { insertCallbacks } from './outbox.ts';
import { deleteOldest, type Forgetting } from './retention.ts';

/** Each by its own end: a room may be forgotten before the last event in it, for a moment. */
export const FORGOTTEN_HISTORY: readonly Forgetting[] = [
  {
    what: 'events in rooms',
    deleteSome: deleteOldest({ table: 'room_events', key: ['id'], endedAt: 'at' }),
  },
  {
    what: 'stays',
    deleteSome: deleteOldest({ table: 'stays', key: ['incarnation', 'session_id'], endedAt: 'left_at' }),
  },
  {
    what: 'rooms',
    deleteSome: deleteOldest({ table: 'rooms', key: ['incarnation'], endedAt: 'ended_at' }),
  },
];

export class SqlHistory implements HistoryStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async record(nodeId: string, batch: HistoryBatch): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await insertRooms(db, nodeId, batch.rooms);
      await insertStays(db, nodeId, batch.stays);
      await changeStays(db, batch);
      await changeRooms(db, batch);
      const written = await insertEvents(db, batch.events);
      await insertCallbacks(
        db,
        batch.callbacks.filter(({ id }) => written.has(id)),
      );
    });
  }

  async markAlive(nodeId: string, at: number): Promise<void> {
    await this.#db
      .insertInto('nodes')
      .values({ node_id: nodeId, seen_at: at })
      .onConflict((conflict) => conflict.column('node_id').doUpdateSet({ seen_at: at }))
      .execute();
  }

  async findOrphans(liveNodes: readonly string[]): Promise<readonly OrphanedRoom[]> {
    const rooms = await this.#db
      .selectFrom('rooms')
      .leftJoin('nodes', 'nodes.node_id', 'rooms.node_id')
      .selectAll('rooms')
      .select('nodes.seen_at')
      .where('rooms.ended_at', 'is', null)
      .orderBy('rooms.created_at')
      .execute();
    const stays = await this.#openStays();
    const orphans: OrphanedRoom[] = [];
    for (const room of rooms) {
      const open = stays.get(room.incarnation) ?? [];
      const left = open.filter(({ node_id }) => !liveNodes.includes(node_id));
      const isOver = left.length === open.length && !liveNodes.includes(room.node_id);
      if (left.length === 0 && !isOver) continue;
      orphans.push({
        incarnation: room.incarnation,
        key: { sdkAppId: room.sdk_app_id, kind: room.kind, id: room.room_id },
        seenAt: Math.max(room.seen_at ?? 0, room.created_at),
        stays: left.map((stay) => ({
          sessionId: stay.session_id,
          userId: stay.user_id,
          role: stay.role,
          enteredAt: stay.entered_at,
        })),
        isOver,
      });
    }
    return orphans;
  }

  async findStaysEnded({ reason, since }: Parameters<HistoryStore['findStaysEnded']>[0]) {
    const rows = await this.#db
      .selectFrom('stays')
      .select('session_id')
      .where('left_at', '>', since)
      .where('reason', '=', reason)
      .execute();
    return rows.map(({ session_id }) => session_id);
  }

  /** Of open rooms, by their incarnation, oldest first. */
  async #openStays() {
    const rows = await this.#db
      .selectFrom('stays')
      .innerJoin('rooms', 'rooms.incarnation', 'stays.incarnation')
      .select(['stays.incarnation', 'session_id', 'user_id', 'role', 'entered_at', 'stays.node_id'])
      .where('left_at', 'is', null)
      .where('rooms.ended_at', 'is', null)
      .orderBy('entered_at')
      .execute();
    const byRoom = new Map<string, typeof rows>();
    for (const row of rows) {
      const others = byRoom.get(row.incarnation);
      if (others) others.push(row);
      else byRoom.set(row.incarnation, [row]);
    }
    return byRoom;
  }

  async forgetNodes(liveNodes: readonly string[]): Promise<void> {
    await this.#db.deleteFrom('nodes').where('node_id', 'not in', liveNodes).execute();
  }
}

async function insertRooms(db: Database, nodeId: string, rooms: readonly RoomRecord[]): Promise<void> {
  const rows = rooms.map(({ incarnation, key, scene, createdBy, createdAt }) => ({
    incarnation,
    node_id: nodeId,
    sdk_app_id: key.sdkAppId,
    kind: key.kind,
    room_id: key.id,
    scene,
    created_by: createdBy,
    created_at: createdAt,
    ended_at: null,
    version: 0,
  }));
  for (const chunk of inChunks(rows)) {
    await db
      .insertInto('rooms')
      .values(chunk)
      .onConflict((conflict) => conflict.column('incarnation').doNothing())
      .execute();
  }
}

async function insertStays(db: Database, nodeId: string, stays: readonly StayRecord[]): Promise<void> {
  const rows = stays.map((stay) => ({
    incarnation: stay.incarnation,
    session_id: stay.sessionId,
    node_id: nodeId,
    user_id: stay.userId,
    role: stay.role,
    enter_reason: stay.enterReason,
    entered_at: stay.enteredAt,
    left_at: null,
    reason: null,
    client_ip: stay.address,
    device_type: stay.device,
    sdk_version: stay.sdkVersion,
    terminal_type: stay.terminal,
    user_type: stay.userType,
  }));
  for (const chunk of inChunks(rows)) {
    await db
      .insertInto('stays')
      .values(chunk)
      .onConflict((conflict) => conflict.columns(['incarnation', 'session_id']).doNothing())
      .execute();
  }
}

async function changeStays(db: Database, { roles, stayEnds }: HistoryBatch): Promise<void> {
  const lastRoles = new Map(roles.map((change) => [nameOf(change), change]));
  for (const chunk of inChunks([...lastRoles.values()])) {
    const changes = chunk.map(
      ({ incarnation, sessionId, role }) => sql`(${incarnation}, ${sessionId}, ${role})`,
    );
    await sql`update stays set role = changes.column3 from (values ${sql.join(changes)}) as changes
      where incarnation = changes.column1 and session_id = changes.column2 and left_at is null`.execute(db);
  }
  const firstEnds = new Map(stayEnds.toReversed().map((end) => [nameOf(end), end]));
  for (const chunk of inChunks([...firstEnds.values()])) {
    const ends = chunk.map(
      ({ incarnation, sessionId, at, reason }) =>
        sql`(${incarnation}, ${sessionId}, ${number(at)}, ${reason})`,
    );
    await sql`update stays set left_at = ends.column3, reason = ends.column4 from (values ${sql.join(ends)}) as ends
      where incarnation = ends.column1 and session_id = ends.column2 and left_at is null`.execute(db);
  }
}

async function changeRooms(db: Database, { versions, roomEnds }: HistoryBatch): Promise<void> {
  for (const chunk of inChunks([...versions])) {
    const taken = chunk.map(([incarnation, version]) => sql`(${incarnation}, ${number(version)})`);
    await sql`update rooms set version = taken.column2 from (values ${sql.join(taken)}) as taken
      where incarnation = taken.column1 and version < taken.column2`.execute(db);
  }
  const firstEnds = new Map(roomEnds.toReversed().map(({ incarnation, at }) => [incarnation, at]));
  for (const chunk of inChunks([...firstEnds])) {
    const ends = chunk.map(([incarnation, at]) => sql`(${incarnation}, ${number(at)})`);
    await sql`update rooms set ended_at = ends.column2 from (values ${sql.join(ends)}) as ends
      where incarnation = ends.column1 and ended_at is null`.execute(db);
  }
}

function nameOf({ incarnation, sessionId }: StayRecordName): string {
  return JSON.stringify([incarnation, sessionId]);
}

/** PostgreSQL takes what stands alone for a text. */
function number(value: number): RawBuilder<number> {
  return sql`cast(${value} as bigint)`;
}

/** @returns the ids of those that were not there before. */
async function insertEvents(db: Database, events: readonly EventRecord[]): Promise<ReadonlySet<string>> {
  const rows = events.map(({ id, incarnation, sessionId, userId, at, kind, detail }) => {
    return { id, incarnation, session_id: sessionId, user_id: userId, at, kind, detail };
  });
  const written = new Set<string>();
  for (const chunk of inChunks(rows)) {
    const inserted = await db
      .insertInto('room_events')
      .values(chunk)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute();
    for (const { id } of inserted) written.add(id);
  }
  return written;
}
