import { composeServer, type RotundaServer } from './compose.ts';
import { resolveOptions, type StartServerOptions } from './config/options.ts';

export { ConfigError, type StartServerOptions } from './config/options.ts';
export type { RotundaServer } from './compose.ts';

/**
 * Starts a server in this process.
 *
 * @returns when it listens.
 * @throws ConfigError for an option that is not allowed or that this machine cannot do: a port is taken, the database is not there, or
 * the media worker cannot start. Its message says what to do.
 */
export async function startServer(options: StartServerOptions): Promise<RotundaServer> {
  return composeServer(resolveOptions(options));
}
