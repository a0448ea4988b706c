import { startServer, type StartServerOptions } from '../index.ts';

/** A server in a process of its own, which says where it is. */
const options = JSON.parse(process.argv[2] ?? '{}') as StartServerOptions;
const server = await startServer(options);
process.stdout.write(`${server.url}\n`);
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
