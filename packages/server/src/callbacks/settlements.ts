import { createDeferred, type Clock, type Deferred, type Log, type Timer } from '@rotunda/base';
import type { OutboxStore, Settlement } from '../store/outbox-port.ts';

const RETRY_MS = 1_000;

type Dead = Settlement['dead'][number];

interface Batch {
  readonly delivered: string[];
  readonly dead: Dead[];
  readonly written: Deferred<void>;
}

/** Writes to the outbox what has become of callbacks: together what comes while it writes, and again until it is written. */
export class Settlements {
  readonly #outbox: Pick<OutboxStore, 'settle'>;
  readonly #clock: Clock;
  readonly #log: Log;
  #open: Batch = newBatch();
  #writing: Promise<void> | null = null;
  #retry: Timer | null = null;
  #closed = false;

  constructor(tools: { outbox: Pick<OutboxStore, 'settle'>; clock: Clock; log: Log }) {
    this.#outbox = tools.outbox;
    this.#clock = tools.clock;
    this.#log = tools.log;
  }

  /** Resolves when it is durable, or never will be written because this is closed. */
  delivered(id: string): Promise<void> {
    this.#open.delivered.push(id);
    return this.#soon();
  }

  /** Resolves as {@link delivered} does. */
  dead(letter: Dead): Promise<void> {
    this.#open.dead.push(letter);
    return this.#soon();
  }

  /** Tries once more to write what is not. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    await this.#writing;
    await this.#write();
    this.#open.written.resolve();
  }

  get #hasOpen(): boolean {
    return this.#open.delivered.length + this.#open.dead.length > 0;
  }

  #soon(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const { promise } = this.#open.written;
    if (!this.#retry) this.#writeSoon();
    return promise;
  }

  #writeSoon(): void {
    this.#writing ??= Promise.resolve()
      .then(() => this.#write())
      .finally(() => {
        this.#writing = null;
        if (this.#hasOpen && !this.#retry && !this.#closed) this.#writeSoon();
      });
  }

  async #write(): Promise<void> {
    while (this.#hasOpen) {
      const batch = this.#open;
      this.#open = newBatch();
      try {
        await this.#outbox.settle(batch);
        batch.written.resolve();
      } catch (err) {
        this.#log.error({ err }, 'could not write what became of callbacks: tried again');
        this.#putBack(batch);
        return;
      }
    }
  }

  /** Who waits for a later one waits for the earlier ones too. */
  #putBack(batch: Batch): void {
    const later = this.#open;
    void batch.written.promise.then(() => later.written.resolve());
    this.#open = {
      delivered: [...batch.delivered, ...later.delivered],
      dead: [...batch.dead, ...later.dead],
      written: batch.written,
    };
    if (this.#closed) return;
    this.#retry = this.#clock.after(RETRY_MS, () => {
      this.#retry = null;
      this.#writeSoon();
    });
  }
}

function newBatch(): Batch {
  return { delivered: [], dead: [], written: createDeferred() };
}
