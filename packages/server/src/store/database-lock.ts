import type { Clock, Log } from '@rotunda/base';
import type { KyselyPlugin } from 'kysely';
import { StoreError } from './errors.ts';

/** That one server has a database for itself. It ends with the process, however that ends. */
export interface DatabaseLock {
  /** False while it is lost: then another server may have it. */
  readonly isHeld: boolean;
  /** Idempotent. */
  release(): Promise<void>;
}

/** Another server has the database, and does not stop. The message says what to do. */
export class DatabaseInUseError extends Error {
  override readonly name = 'DatabaseInUseError';
}

/** How long a server waits for the one that it replaces. */
const WAIT_MS = 10_000;
const TRY_AGAIN_MS = 250;

/**
 * Takes the lock, when the server that has it stops soon.
 *
 * @param tryLock returns null while another server has it
 * @throws DatabaseInUseError with what `inUse` says, after ten seconds
 */
export async function lockDatabase(
  tryLock: () => Promise<DatabaseLock | null>,
  { inUse, clock, log }: { inUse: () => Promise<string>; clock: Clock; log: Log },
): Promise<DatabaseLock> {
  const until = clock.now() + WAIT_MS;
  let lock = await tryLock();
  if (!lock) log.warn({ waitMs: WAIT_MS }, 'another server uses this database: waiting for it to stop');
  while (!lock) {
    if (clock.now() >= until) throw new DatabaseInUseError(await inUse());
    await new Promise<void>((resolve) => clock.after(TRY_AGAIN_MS, resolve));
    lock = await tryLock();
  }
  return lock;
}

/** For what only one server may write: while the lock is lost its statements fail, and may work later. */
export function onlyWhileHeld(lock: DatabaseLock): KyselyPlugin {
  return {
    transformQuery: ({ node }) => {
      if (lock.isHeld) return node;
      throw new StoreError('another server may use the database', { fault: 'unreachable' });
    },
    transformResult: async ({ result }) => result,
  };
}
