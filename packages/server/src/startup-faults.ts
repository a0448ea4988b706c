import { ConfigError, envName } from './config/errors.ts';
import type { ServerConfig } from './config/options.ts';
import { MediaUnavailableError } from './media/errors.ts';
import { DatabaseInUseError } from './store/database-lock.ts';
import { StoreError } from './store/errors.ts';

/**
 * What keeps a server from starting and only the person who starts it can mend becomes a ConfigError that says so. Everything else
 * stays what it is: a fault of the server.
 */
export function storeFault(error: unknown, { databaseUrl }: ServerConfig): unknown {
  if (error instanceof StoreError || error instanceof DatabaseInUseError)
    return new ConfigError(`${label(databaseUrl ? 'databaseUrl' : 'dataDir')}: ${error.message}`);
  if (!isSystemError(error)) return error;
  return new ConfigError(
    `${label('dataDir')}: ${error.message}: choose a folder that this user may write to`,
  );
}

/** The same of the media workers and their ports. */
export function mediaFault(error: unknown, config: ServerConfig): unknown {
  return error instanceof MediaUnavailableError ? new ConfigError(error.message) : listenFault(error, config);
}

/** The same of the port for everything else. */
export function listenFault(error: unknown, { host, port }: ServerConfig): unknown {
  if (!isSystemError(error)) return error;
  const { code, message } = error;
  if (code === 'EADDRINUSE')
    return new ConfigError(
      `${label('port')} = ${port}: another program listens on it (${message}): stop that one, or choose another port`,
    );
  if (code === 'EACCES')
    return new ConfigError(
      `${label('port')} = ${port}: this user may not listen on it (${message}): choose another`,
    );
  return new ConfigError(
    `${label('host')} = ${JSON.stringify(host)}: this machine cannot listen there (${message}): choose one of its own addresses`,
  );
}

/** The operating system did not do something. */
function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

function label(key: keyof ServerConfig): string {
  return `${key} (${envName(key)})`;
}
