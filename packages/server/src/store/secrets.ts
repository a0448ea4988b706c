import { randomBytes } from 'node:crypto';
import type { Database } from './database.ts';
import type { SecretStore } from './secrets-port.ts';

const SECRET_BYTES = 32;

export class SqlSecrets implements SecretStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async secret(name: string): Promise<Buffer> {
    await this.#db
      .insertInto('secrets')
      .values({ name, value: randomBytes(SECRET_BYTES) })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const { value } = await this.#db
      .selectFrom('secrets')
      .select('value')
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
    return value;
  }
}
