import { Migrator, type Kysely, type Migration } from 'kysely';

/** Every change of the tables, oldest first. What has landed is never edited. */
const MIGRATIONS: Record<string, Migration> = {
  '001-endings-and-secrets': {
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
        .addColumn('value', 'blob', (column) => column.notNull())
        .execute();
    },
  },
  '002-return-bars': {
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
  },
};

/** Brings the tables up to date. @throws the error of the migration that failed. */
export async function migrate<T>(db: Kysely<T>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error(JSON.stringify(error));
}
