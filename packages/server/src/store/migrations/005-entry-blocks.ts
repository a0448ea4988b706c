import type { MakeMigration } from './types.ts';

export const entryBlocks: MakeMigration = () => ({
  async up(db) {
    await db.schema
      .createTable('entry_blocks')
      .addColumn('sdk_app_id', 'bigint', (column) => column.notNull())
      .addColumn('room_kind', 'text', (column) => column.notNull())
      .addColumn('room_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('until', 'bigint', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('entry_blocks_key', ['sdk_app_id', 'room_kind', 'room_id', 'user_id'])
      .execute();
    await db.schema.createIndex('entry_blocks_until').on('entry_blocks').column('until').execute();
  },
});
