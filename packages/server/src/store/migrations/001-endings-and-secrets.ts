import type { MakeMigration } from './types.ts';

export const endingsAndSecrets: MakeMigration = ({ bytes }) => ({
  async up(db) {
    await db.schema
      .createTable('endings')
      .addColumn('session_id', 'text', (column) => column.primaryKey())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('endings_at').on('endings').column('at').execute();
    await db.schema
      .createTable('secrets')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', bytes, (column) => column.notNull())
      .execute();
  },
});
