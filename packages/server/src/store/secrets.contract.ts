import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from './database.ts';
import type { Place } from './databases.contract.ts';
import { SqlSecrets } from './secrets.ts';

export function secretsContract(place: Place): void {
  describe('secrets', () => {
    let database: OpenDatabase;
    beforeEach(async () => {
      await place.clear();
      database = await place.open();
    });
    afterEach(() => database.close());

    it('are made once each', async () => {
      const secrets = new SqlSecrets(database.db);
      const [one, again, other] = await Promise.all([
        secrets.secret('one'),
        secrets.secret('one'),
        secrets.secret('other'),
      ]);
      expect(one.length).toBeGreaterThanOrEqual(32);
      expect(again.equals(one)).toBe(true);
      expect(other.equals(one)).toBe(false);
      await database.close();
      database = await place.open();
      expect((await new SqlSecrets(database.db).secret('one')).equals(one)).toBe(true);
    });
  });
}
