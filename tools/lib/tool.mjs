import { complaintAboutNode } from './node-version.mjs';

/**
 * Runs the body of a command. This file and what it imports at once stay free of anything that an old Node.js could not
 * read: it is what tells its user so.
 * @param {() => Promise<() => Promise<number>>} load Imports the rest and answers the work, which answers the exit code.
 * @param {{ onFailure?: () => void }} [options] `onFailure`: what to print after the message of an error.
 */
export async function runTool(load, options) {
  const complaint = complaintAboutNode(process.version);
  if (complaint !== undefined) {
    process.stderr.write(complaint + '\n');
    process.exit(1);
  }
  try {
    const { handleInterruption } = await import('./process.mjs');
    handleInterruption();
    const work = await load();
    process.exitCode = await work();
  } catch (error) {
    process.stderr.write('\n' + (error.name === 'Refusal' ? error.message : error.stack) + '\n');
    if (options !== undefined && options.onFailure !== undefined) options.onFailure();
    process.exitCode = 1;
  }
}
