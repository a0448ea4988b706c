import { composeServer, type RotundaServer } from './compose.ts';
import { resolveOptions, type StartServerOptions } from './config/options.ts';

export { ConfigError, type StartServerOptions } from './config/options.ts';
export type { RotundaServer } from './compose.ts';

/**
 * Starts a server in this process.
 *
 * @returns when it listens.
 * @throws ConfigError for an option that is not allowed; Error when a port is taken or the media worker cannot start.
 */
export async function startServer(options: StartServerOptions): Promise<RotundaServer> {
  return composeServer(resolveOptions(options));
}
