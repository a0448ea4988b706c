/** What tests of a server need. */
export { PostgresServer, type PostgresServerOptions } from './testing/postgres-server.ts';
