import type { Clock, Log, Timer } from '@rotunda/base';

/** What nobody waits for is written together this often; what could not be written is tried again as often. */
const FLUSH_MS = 1_000;
/** How many rows are remembered while the store takes none; then the oldest are forgotten. */
const MAX_UNSAVED = 100_000;

export interface WriteBehindTools<Row> {
  /** Durable, as a whole, when it resolves. Older rows come first. */
  readonly write: (rows: readonly Row[]) => Promise<void>;
  /** For the log: what could not be written. */
  readonly what: string;
  readonly clock: Clock;
  readonly log: Log;
}

interface Unsaved<Row> {
  readonly row: Row;
  /** Somebody may wait for it: it is written at once. */
  readonly urgent: boolean;
}

/** Rows on their way to the store. Each is known by its name at once, also while the store cannot take it. */
export class WriteBehind<Row> {
  readonly #tools: WriteBehindTools<Row>;
  /** In the order in which they were set first. */
  readonly #unsaved = new Map<string, Unsaved<Row>>();
  #saving: Promise<void> | null = null;
  #timer: Timer | null = null;
  #closed = false;

  constructor(tools: WriteBehindTools<Row>) {
    this.#tools = tools;
  }

  /** What is not in the store yet. */
  get(name: string): Row | undefined {
    return this.#unsaved.get(name)?.row;
  }

  /** In place of an earlier row of that name. */
  set(name: string, row: Row, how: { readonly urgent: boolean }): void {
    const urgent = how.urgent || this.#unsaved.get(name)?.urgent === true;
    this.#unsaved.set(name, { row, urgent });
    const [oldest] = this.#unsaved.keys();
    if (this.#unsaved.size > MAX_UNSAVED && oldest !== undefined) this.#unsaved.delete(oldest);
    // `durable` reports a failure to whoever waits for it; nobody may be waiting.
    if (urgent) this.#save().catch(() => undefined);
    else this.#saveLater();
  }

  /** Resolves when every urgent row set so far is on disk; rejects if it could not be written. */
  async durable(): Promise<void> {
    while (this.#hasUrgent()) await this.#save();
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#saving?.catch(() => undefined);
    await this.#save().catch(() => undefined);
  }

  /** All that has come by the end of this turn goes in one transaction: a dismissal ends hundreds of stays at once. */
  #save(): Promise<void> {
    this.#saving ??= Promise.resolve()
      .then(() => this.#write())
      .finally(() => {
        this.#saving = null;
        if (this.#unsaved.size > 0) this.#saveLater();
      });
    return this.#saving;
  }

  async #write(): Promise<void> {
    do {
      const batch = [...this.#unsaved];
      if (batch.length === 0) return;
      const { write, what, log } = this.#tools;
      try {
        await write(batch.map(([, { row }]) => row));
      } catch (error) {
        log.error({ err: error, count: batch.length }, `could not save ${what}: tried again later`);
        throw error;
      }
      for (const [name, unsaved] of batch)
        if (this.#unsaved.get(name) === unsaved) this.#unsaved.delete(name);
    } while (this.#hasUrgent());
  }

  #saveLater(): void {
    if (this.#closed) return;
    this.#timer ??= this.#tools.clock.after(FLUSH_MS, () => {
      this.#timer = null;
      this.#save().catch(() => undefined);
    });
  }

  #hasUrgent(): boolean {
    for (const { urgent } of this.#unsaved.values()) if (urgent) return true;
    return false;
  }
}
