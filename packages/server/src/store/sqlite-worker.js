/**
 * The other end of a `SqliteThread`: one connection to a file, and one answer to each question, in their order. It is JavaScript
 * because nothing translates for a thread: sources and build have the same file.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'libsql';

/** @import { Answer, Question, SqlitePlace } from './sqlite-thread.ts' */

/** @type {SqlitePlace} */
const { file, pragmas } = workerData;

/** @param {unknown} error @returns {Answer} */
function failure(error) {
  if (!(error instanceof Error)) return { error: { message: String(error) } };
  const { message, code } = /** @type {Error & { code?: unknown }} */ (error);
  return { error: typeof code === 'string' ? { message, code } : { message } };
}

/** @param {Sqlite.Database} database @param {Question} question @returns {Answer} */
function answer(database, { text, parameters, begins }) {
  try {
    // SQLite ends a transaction by itself at some errors.
    if (text === 'rollback' && !database.inTransaction) return { rows: [] };
    if (begins) database.exec('begin immediate');
    const statement = database.prepare(text);
    if (statement.reader) return { rows: statement.all(parameters) };
    return { rows: [], changes: statement.run(parameters).changes };
  } catch (error) {
    return failure(error);
  }
}

/** @returns {Sqlite.Database} */
function open() {
  const database = new Sqlite(file);
  try {
    for (const pragma of pragmas) database.exec(`PRAGMA ${pragma}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Until there is nothing more to answer the thread lives. @param {import('node:worker_threads').MessagePort} port */
function serve(port) {
  try {
    const database = open();
    port.on('message', (/** @type {Question | null} */ question) => {
      if (question) return port.postMessage(answer(database, question));
      database.close();
      port.close();
    });
    port.postMessage({ rows: [] });
  } catch (error) {
    port.postMessage(failure(error));
  }
}

if (parentPort) serve(parentPort);
