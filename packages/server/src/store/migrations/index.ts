import { endingsAndSecrets } from './001-endings-and-secrets.ts';
import { returnBars } from './002-return-bars.ts';
import { historyAndOutbox } from './003-history-and-outbox.ts';
import { quality } from './004-quality.ts';
import { entryBlocks } from './005-entry-blocks.ts';
import { spanIndex } from './006-span-index.ts';
import { outboxBacklog } from './007-outbox-backlog.ts';
import { keptStays } from './008-kept-stays.ts';
import { removalMessages } from './009-removal-messages.ts';
import { deadLetters } from './010-dead-letters.ts';
import { endingRooms } from './011-ending-rooms.ts';
import type { MakeMigration } from './types.ts';

/** Every change of the tables, oldest first. What has landed is never edited. */
export const MIGRATIONS: Readonly<Record<string, MakeMigration>> = {
  '001-endings-and-secrets': endingsAndSecrets,
  '002-return-bars': returnBars,
  '003-history-and-outbox': historyAndOutbox,
  '004-quality': quality,
  '005-entry-blocks': entryBlocks,
  '006-span-index': spanIndex,
  '007-outbox-backlog': outboxBacklog,
  '008-kept-stays': keptStays,
  '009-removal-messages': removalMessages,
  '010-dead-letters': deadLetters,
  '011-ending-rooms': endingRooms,
};
