import { Migrator, type Kysely } from 'kysely';
import { MIGRATIONS } from './index.ts';
import type { ColumnTypes } from './types.ts';

/** Brings the tables up to date. @throws the error of the migration that failed. */
export async function migrate<T>(db: Kysely<T>, types: ColumnTypes): Promise<void> {
  const made = Object.entries(MIGRATIONS).map(([name, make]) => [name, make(types)] as const);
  const provider = { getMigrations: async () => Object.fromEntries(made) };
  // Each is about tables of its own, so one with a smaller number may come later.
  const migrator = new Migrator({ db, provider, allowUnorderedMigrations: true });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error(JSON.stringify(error));
}
