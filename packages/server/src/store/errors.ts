/**
 * What is wrong, as far as anybody can do something about it:
 *
 * - `unreachable`: it is away, does not answer, or has just been replaced. It may be back in a moment.
 * - `tooSlow`: it was asked for more than it can do in the time that it has, or waited for a lock.
 * - `busy`: others were first, or there are too many of them. The same may work at once.
 * - `full`: there is no room left where it keeps its files.
 * - `broken`: its files cannot be read or written, or are damaged. Somebody has to look at them.
 * - `refused`: the statement can never work.
 */
export type StoreFault = 'unreachable' | 'tooSlow' | 'busy' | 'full' | 'broken' | 'refused';

/** What the database did not do. Its text holds no password and no row. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly fault: StoreFault;
  /** The SQLSTATE of PostgreSQL (`57014`: it took too long), a code of SQLite (`SQLITE_FULL`) or of the network (`ECONNREFUSED`). */
  readonly code: string | undefined;

  constructor(message: string, { fault, code }: { fault: StoreFault; code?: string | undefined }) {
    super(message);
    this.fault = fault;
    this.code = code;
  }

  /** Whether the same may work later, without anybody's doing. */
  get passing(): boolean {
    return this.fault !== 'refused' && this.fault !== 'broken';
  }
}

/** Some dead letters wait again, and what failed then is the cause: the others do, too, when all are asked for once more. */
export class PartlyRevivedError extends Error {
  override readonly name = 'PartlyRevivedError';
  readonly revived: number;

  constructor(revived: number, cause: unknown) {
    super(`only ${revived} dead letters wait again`, { cause });
    this.revived = revived;
  }
}
