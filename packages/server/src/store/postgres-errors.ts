import pg from 'pg';
import { StoreError, type StoreFault } from './errors.ts';

/** The SQLSTATE of a server that is a mere copy by now: a new connection may find the one that took over. */
const READ_ONLY = '25006';
/** What SQLSTATEs mean, by how they begin. What is not among them can never work. */
const FAULTS: readonly (readonly [sqlState: RegExp, fault: StoreFault])[] = [
  [/^(57014|55P03)/, 'tooSlow'],
  [/^53100/, 'full'],
  [/^(58|XX00[12])/, 'broken'],
  // Conflicts of transactions, lack of memory and of connections.
  [/^(40|53)/, 'busy'],
  // The connection was lost, or ended by the server.
  [/^(08|25006|57)/, 'unreachable'],
];

/** Without what `pg` adds to an error: its client, and values of rows. */
export function storeError(error: unknown): StoreError {
  const { message, code } = error instanceof Error ? (error as Error & { code?: unknown }) : { message: '' };
  const known = typeof code === 'string' ? code : undefined;
  // Where a name stands for several addresses, what failed has a code only.
  const text = message || (known ?? 'it failed');
  return new StoreError(text, { code: known, fault: faultOf(error, known ?? '') });
}

function faultOf(error: unknown, code: string): StoreFault {
  const known =
    error instanceof pg.DatabaseError ? FAULTS.find(([sqlState]) => sqlState.test(code)) : undefined;
  return known?.[1] ?? (isRefusal(error) ? 'refused' : 'unreachable');
}

/** Whether the database answered, and goes on with the connection. */
export function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR' && error.code !== READ_ONLY;
}

/** Says of which database it is that it cannot be used. */
export function unusable(url: string, error: unknown): StoreError {
  const { message, code, fault } =
    error instanceof StoreError
      ? error
      : { message: String(error), code: undefined, fault: 'refused' as const };
  return new StoreError(`${describeUrl(url)} cannot be used: ${message}`, { code, fault });
}

/** A database, without the password. */
export function describeUrl(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  return `PostgreSQL at ${host || (searchParams.get('host') ?? 'localhost')}${pathname}`;
}
