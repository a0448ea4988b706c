import type { MakeMigration } from './types.ts';

/** Who was removed while it was cut off is told at its return why. */
export const removalMessages: MakeMigration = () => ({
  async up(db) {
    for (const table of ['endings', 'return_bars'])
      await db.schema.alterTable(table).addColumn('message', 'text').execute();
  },
});
