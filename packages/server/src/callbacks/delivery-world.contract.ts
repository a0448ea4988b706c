import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock, silentLog } from '@rotunda/base';
import { sql, type KyselyPlugin } from 'kysely';
import { withCallbacks } from '../store/history.contract.ts';
import { SqlHistory } from '../store/history.ts';
import type { OpenDatabase } from '../store/database.ts';
import type { NewCallback, OutboxStore } from '../store/outbox-port.ts';
import { SqlOutbox } from '../store/outbox.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { CallbackApp } from './app-delivery.ts';
import { Callbacks } from './callbacks.ts';
import type { Sender } from './sender.ts';

export const APP = 1_400_000_001;
export const OTHER_APP = 1_400_000_002;

/** Delivery over a real outbox; time stands still unless moved. */
export class DeliveryWorld {
  readonly clock = new FakeClock();
  readonly startedAt = this.clock.now();
  readonly results: string[] = [];
  /** Whether no other server may use the outbox. */
  ours = true;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rotunda-callbacks-'));
  #database: OpenDatabase | null = null;
  #count = 0;

  /** Once, before anything else. */
  async open(): Promise<this> {
    this.#database = await openSqlite(join(this.#folder, 'rotunda.db'));
    return this;
  }

  get outbox(): OutboxStore {
    return new SqlOutbox(this.#db);
  }

  callbacks(apps: readonly CallbackApp[], sender: Sender, outbox: OutboxStore = this.outbox): Callbacks {
    return new Callbacks({
      apps,
      outbox,
      isOurs: () => this.ours,
      sender,
      clock: this.clock,
      log: silentLog,
      newId: () => 'new',
      onAttempt: ({ result }) => void this.results.push(result),
    });
  }

  /** Puts callbacks into the outbox, as of now. */
  async add(ids: readonly string[], more: Partial<NewCallback> = {}): Promise<void> {
    await this.addAll(ids.map((id) => ({ id, ...more })));
  }

  async addAll(given: readonly (Partial<NewCallback> & { readonly id: string })[]): Promise<void> {
    const at = this.clock.now();
    const callbacks = given.map(({ id, ...more }): NewCallback => {
      const event = JSON.stringify({ EventGroupId: 1, EventType: 101, EventInfo: { RoomId: id } });
      return { id, sdkAppId: APP, room: 'a', version: ++this.#count, at, event, ...more };
    });
    await new SqlHistory(this.#db).record('node', withCallbacks(...callbacks));
  }

  /** The same outbox, whose statements the plugin sees. */
  outboxSeenBy(plugin: KyselyPlugin): OutboxStore {
    return new SqlOutbox(this.#db.withPlugin(plugin));
  }

  async waiting(sdkAppId = APP): Promise<string[]> {
    return (await this.outbox.waiting({ sdkAppId, after: 0, limit: 1_000 })).map(({ id }) => id);
  }

  async dead(sdkAppId = APP): Promise<string[]> {
    return (await this.outbox.deadLetters({ sdkAppId, after: 0, limit: 1_000 })).map(({ id }) => id);
  }

  /** Time passes, and all that does not wait for it happens. */
  async pass(ms = 0, stepMs = 1_000): Promise<void> {
    await this.#settle();
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs));
      await this.#settle();
    }
  }

  async close(): Promise<void> {
    await this.#database?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What is asked of the database now is answered after all that was asked before. */
  async #settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) {
      await sql`select 1`.execute(this.#db);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get #db(): OpenDatabase['db'] {
    if (!this.#database) throw new Error('not open');
    return this.#database.db;
  }
}
