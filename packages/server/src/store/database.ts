import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Where the topics of the store keep their rows: SQLite or PostgreSQL, which they need not know. */
export type Database = Kysely<Tables>;

/** A database whose tables are up to date. */
export interface OpenDatabase {
  readonly db: Database;
  /**
   * The same rows, for those who ask of the past and may take long: nobody who writes waits for them. Nothing is written by it. What
   * was confirmed before is seen.
   */
  readonly past: Database;
  /** Idempotent. */
  readonly close: () => Promise<void>;
}

/** What goes into a statement for a value: not both databases keep U+0000 in a text. */
export function toStorable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}

/** Rows per statement: SQLite binds at most 32766 values. */
const ROWS_PER_STATEMENT = 1_000;

/** Cuts rows into lists that one statement can take. */
export function* inChunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    yield rows.slice(start, start + ROWS_PER_STATEMENT);
}

/** One row per key, which is all that PostgreSQL takes in a statement, in an order in which two nodes cannot block each other. */
export function inOrder<T>(rows: ReadonlyMap<string, T>): T[] {
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
