import { databaseContract } from './database.contract.ts';
import { onBothDatabases } from './databases.contract.ts';
import { endingsContract } from './endings.contract.ts';
import { entryBlocksContract } from './entry-blocks.contract.ts';
import { historyContract } from './history.contract.ts';
import { keptStaysContract } from './kept-stays.contract.ts';
import { outboxContract } from './outbox.contract.ts';
import { pastContract } from './past.contract.ts';
import { qualityContract } from './quality.contract.ts';
import { retentionContract } from './retention.contract.ts';
import { secretsContract } from './secrets.contract.ts';

onBothDatabases((place) => {
  databaseContract(place);
  endingsContract(place);
  entryBlocksContract(place);
  historyContract(place);
  keptStaysContract(place);
  outboxContract(place);
  secretsContract(place);
  pastContract(place);
  qualityContract(place);
  retentionContract(place);
});
