import { sql } from 'kysely';
import type { MakeMigration } from './types.ts';

/** The dead letters of an app in their order, page by page, without sorting all of them for each page. */
export const deadLetters: MakeMigration = () => ({
  async up(db) {
    await db.schema
      .createIndex('outbox_dead_of_app')
      .on('outbox')
      .columns(['sdk_app_id', 'position'])
      .where(sql.ref('dead_at'), 'is not', null)
      .execute();
  },
});
