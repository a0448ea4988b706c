import type { MakeMigration } from './types.ts';

export const keptStays: MakeMigration = () => ({
  async up(db) {
    await db.schema
      .createTable('kept_stays')
      .addColumn('session_id', 'text', (column) => column.primaryKey())
      .addColumn('audio_blocked', 'integer', (column) => column.notNull())
      .addColumn('video_blocked', 'integer', (column) => column.notNull())
      .addColumn('privileges', 'bigint')
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('kept_stays_at').on('kept_stays').column('at').execute();
  },
});
