import type { MakeMigration } from './types.ts';

/** What waits is counted, and its oldest found, without looking at the rows; dead letters are found by their age. */
export const outboxBacklog: MakeMigration = () => ({
  async up(db) {
    await db.schema.createIndex('outbox_backlog').on('outbox').columns(['dead_at', 'at']).execute();
    await db.schema.dropIndex('outbox_at').execute();
  },
});
