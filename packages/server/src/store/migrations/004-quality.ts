import type { MakeMigration } from './types.ts';

export const quality: MakeMigration = () => ({
  async up(db) {
    await db.schema
      .createTable('quality_samples')
      .addColumn('incarnation', 'text', (column) => column.notNull())
      .addColumn('session_id', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('sdk_app_id', 'bigint', (column) => column.notNull())
      .addColumn('room_id', 'text', (column) => column.notNull())
      .addColumn('span', 'integer', (column) => column.notNull())
      .addColumn('rtt', 'integer', (column) => column.notNull())
      .addColumn('pixels', 'bigint', (column) => column.notNull())
      .addColumn('sound_span', 'bigint', (column) => column.notNull())
      .addColumn('sound_blocked', 'bigint', (column) => column.notNull())
      .addColumn('picture_span', 'bigint', (column) => column.notNull())
      .addColumn('picture_blocked', 'bigint', (column) => column.notNull())
      .addColumn('streams', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('quality_samples_key', ['incarnation', 'session_id', 'at'])
      .execute();
    const index = db.schema.createIndex('quality_samples_of_app').on('quality_samples');
    await index.columns(['sdk_app_id', 'at']).execute();
    await db.schema.createIndex('quality_samples_at').on('quality_samples').column('at').execute();
  },
});
