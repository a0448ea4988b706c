import type { EndingStore } from './endings-port.ts';
import type { EntryBlockStore } from './entry-blocks-port.ts';
import type { HistoryStore } from './history-port.ts';
import type { KeptStayStore } from './kept-stays-port.ts';
import type { OutboxStore } from './outbox-port.ts';
import type { PastStore } from './past-port.ts';
import type { QualityStore } from './quality-port.ts';
import type { SecretStore } from './secrets-port.ts';

/** What must outlive a restart, by topic. */
export interface Store {
  readonly endings: EndingStore;
  readonly entryBlocks: EntryBlockStore;
  readonly history: HistoryStore;
  readonly keptStays: KeptStayStore;
  readonly outbox: OutboxStore;
  readonly past: PastStore;
  readonly quality: QualityStore;
  readonly secrets: SecretStore;
  /** False while another server may use the database, too: then history and outbox fail, and nothing may be delivered. */
  isOurs(): boolean;
  /** Idempotent. */
  close(): Promise<void>;
}
