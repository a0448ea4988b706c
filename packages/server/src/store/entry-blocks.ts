import type { Database } from './database.ts';
import type { EntryBlock, EntryBlockPlace, EntryBlockStore } from './entry-blocks-port.ts';
import { deleteOldest, type Forgetting } from './retention.ts';
import type { Tables } from './tables.ts';

const KEY = ['sdk_app_id', 'room_kind', 'room_id', 'user_id'] as const;

/** A block that has ended means nothing to anybody. */
export const FORGOTTEN_ENTRY_BLOCKS: Forgetting = {
  what: 'ended blocks of entry',
  keptMs: 0,
  deleteSome: deleteOldest({ table: 'entry_blocks', key: KEY, endedAt: 'until' }),
};

export class SqlEntryBlocks implements EntryBlockStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async save(block: EntryBlock): Promise<void> {
    const { until, message } = block;
    await this.#db
      .insertInto('entry_blocks')
      .values({ ...placeRow(block), until, message })
      .onConflict((conflict) =>
        conflict.columns(KEY).doUpdateSet((row) => ({
          until: row.ref('excluded.until'),
          message: row.ref('excluded.message'),
        })),
      )
      .execute();
  }

  async remove(place: EntryBlockPlace): Promise<boolean> {
    const row = placeRow(place);
    const { numDeletedRows } = await this.#db
      .deleteFrom('entry_blocks')
      .where('sdk_app_id', '=', row.sdk_app_id)
      .where('room_kind', '=', row.room_kind)
      .where('room_id', '=', row.room_id)
      .where('user_id', '=', row.user_id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async load(now: number): Promise<readonly EntryBlock[]> {
    const rows = await this.#db.selectFrom('entry_blocks').selectAll().where('until', '>', now).execute();
    return rows.map(fromRow);
  }
}

type Row = Tables['entry_blocks'];

function placeRow({ sdkAppId, room, userId }: EntryBlockPlace): Omit<Row, 'until' | 'message'> {
  return {
    sdk_app_id: sdkAppId,
    room_kind: room?.kind ?? 'any',
    room_id: room?.id ?? '',
    user_id: userId,
  };
}

function fromRow(row: Row): EntryBlock {
  const { room_kind: kind, room_id: id, until, message } = row;
  const room = kind === 'any' ? null : { kind, id };
  return { sdkAppId: row.sdk_app_id, room, userId: row.user_id, until, message };
}
