/** What tests of a server need. */
export { PostgresServer, type PostgresServerOptions } from './testing/postgres-server.ts';
export {
  isDocOutput,
  readDocExamples,
  startDocExample,
  type DocExample,
  type RunningExample,
} from './testing/doc-examples.ts';
export { reservePort } from './testing/ports.ts';
export { writeManyCalls, type ManyCalls } from './testing/many-calls.ts';
