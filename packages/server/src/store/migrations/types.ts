import type { Migration } from 'kysely';

/** What the databases call their types where they do not agree. */
export interface ColumnTypes {
  readonly bytes: 'blob' | 'bytea';
}

/** A change of the tables that both databases can make. */
export type MakeMigration = (types: ColumnTypes) => Migration;
