/** The database cannot be reached, does not answer in time, or refuses. Its text holds no password and no row. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  /** The SQLSTATE of the database (`57014`: it took too long), or a code of the network such as `ECONNREFUSED`. */
  readonly code: string | undefined;
  /** Whether the same may work later. */
  readonly passing: boolean;

  constructor(message: string, details: { code: string | undefined; passing: boolean }) {
    super(message);
    this.code = details.code;
    this.passing = details.passing;
  }
}
