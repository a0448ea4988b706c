import { sql } from 'kysely';
import type { MakeMigration } from './types.ts';

/** The end of a stay that goes on, for comparisons: later than any. */
export const STILL_OPEN = Number.MAX_SAFE_INTEGER;

/** Whoever asks for a time looks at the stays that ended in it or later; and at nothing but this index for pictures. */
export const spanIndex: MakeMigration = () => ({
  async up(db) {
    await db.schema
      .createIndex('stays_end')
      .on('stays')
      .expression(sql`coalesce(left_at, ${sql.lit(STILL_OPEN)}), session_id`)
      .execute();
    await db.schema
      .createIndex('quality_samples_pictures')
      .on('quality_samples')
      .columns(['sdk_app_id', 'at', 'pixels', 'span', 'room_id'])
      .execute();
  },
});
