import type { MakeMigration } from './types.ts';

export const returnBars: MakeMigration = () => ({
  async up(db) {
    await db.schema
      .createTable('return_bars')
      .addColumn('room', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('return_bars_key', ['room', 'user_id'])
      .execute();
    await db.schema.createIndex('return_bars_at').on('return_bars').column('at').execute();
  },
});
