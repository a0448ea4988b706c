import type { MakeMigration } from './types.ts';

/** Who was removed from a room that it had switched to is told what keeps it out of that one. */
export const endingRooms: MakeMigration = () => ({
  async up(db) {
    await db.schema.alterTable('endings').addColumn('room_id', 'text').execute();
  },
});
