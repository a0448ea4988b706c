import { startServer } from '@rotunda/server';
import { APPLICATION } from './application.ts';
import type { ServerProcessOptions } from './server-process.ts';

/** The program behind `ServerProcess`: one server, its options as JSON in the first argument. */
const options = JSON.parse(process.argv[2] ?? '{}') as ServerProcessOptions;
const server = await startServer({
  host: '127.0.0.1',
  port: options.port,
  dataDir: options.dataDir,
  timers: options.timers,
  databaseUrl: options.databaseUrl,
  mediaPort: 0,
  workers: 1,
  announcedAddress: '127.0.0.1',
  logLevel: 'warn',
  apps: [APPLICATION],
});
process.once('SIGTERM', () => void server.close());
process.stdout.write(`listening ${server.url}\n`);
