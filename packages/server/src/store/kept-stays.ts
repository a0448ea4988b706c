import { inChunks, inOrder, type Database } from './database.ts';
import { ENDINGS_KEPT_MS } from './endings-port.ts';
import type { KeptStay, KeptStayStore } from './kept-stays-port.ts';
import { deleteOldest, type Forgetting } from './retention.ts';
import type { Tables } from './tables.ts';

/** Tokens that were issued later than `at` are good for as long; {@link KeptStay.at} is renewed with them. */
export const FORGOTTEN_KEPT_STAYS: Forgetting = {
  what: 'what held for stays',
  keptMs: ENDINGS_KEPT_MS,
  deleteSome: deleteOldest({ table: 'kept_stays', key: ['session_id'], endedAt: 'at' }),
};

export class SqlKeptStays implements KeptStayStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async save(stays: readonly KeptStay[]): Promise<void> {
    if (stays.length === 0) return;
    await this.#db.transaction().execute(async (db) => {
      for (const chunk of inChunks(rowsOf(stays))) {
        await db
          .insertInto('kept_stays')
          .values(chunk)
          .onConflict((conflict) =>
            conflict.column('session_id').doUpdateSet((row) => ({
              audio_blocked: row.ref('excluded.audio_blocked'),
              video_blocked: row.ref('excluded.video_blocked'),
              privileges: row.ref('excluded.privileges'),
              at: row.ref('excluded.at'),
            })),
          )
          .execute();
      }
    });
  }

  async find(origin: string): Promise<KeptStay | null> {
    const row = await this.#db
      .selectFrom('kept_stays')
      .selectAll()
      .where('session_id', '=', origin)
      .executeTakeFirst();
    if (!row) return null;
    const { audio_blocked, video_blocked, privileges, at } = row;
    return { origin, blocked: { audio: audio_blocked === 1, video: video_blocked === 1 }, privileges, at };
  }
}

/** Of several of one stay the last. */
function rowsOf(stays: readonly KeptStay[]): Tables['kept_stays'][] {
  const last = new Map(stays.map((stay) => [stay.origin, stay]));
  return inOrder(last).map(({ origin, blocked, privileges, at }) => ({
    session_id: origin,
    audio_blocked: Number(blocked.audio),
    video_blocked: Number(blocked.video),
    privileges,
    at,
  }));
}
