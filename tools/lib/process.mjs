import { spawn } from 'node:child_process';
import { Refusal } from './refusal.mjs';

const patienceMs = 5_000;
const sameSignalWithinMs = 1_000;
const headLength = 15;
const tailLength = 45;
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** @typedef {{ child: import('node:child_process').ChildProcess, finishes: boolean, ended: Promise<void> }} Running */

/** @type {Set<Running>} */
const running = new Set();
/** @type {Set<() => void>} */
const cleanups = new Set();
/** @type {import('node:child_process').ChildProcess | undefined} */
let foreground;
let interrupted = false;

/**
 * Runs a program in a process group of its own and collects its output. When the tool is interrupted the whole group is
 * ended and the returned promise never settles.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, finishes?: boolean, timeoutMs?: number }} [options]
 *   `finishes`: an interruption waits for this program instead of ending it (a package manager in the middle of its work).
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, output: string[] }>} `output`: its first and last lines.
 */
export function run(command, args, { cwd, env, onLine, finishes = false, timeoutMs } = {}) {
  if (interrupted) return new Promise(() => {});
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const output = keepEnds();
    const take = (line) => {
      output.add(line);
      onLine?.(line);
    };
    eachLine(child.stdout, take);
    eachLine(child.stderr, take);
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => killGroup(child, 'SIGKILL'), timeoutMs);
    const settle = remember({ child, finishes });
    child.on('error', (error) => {
      clearTimeout(timer);
      settle();
      if (!interrupted) reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      settle();
      if (!interrupted) resolve({ code, signal, output: output.lines() });
    });
  });
}

/**
 * Like `run`, but a program that does not succeed is an error that shows the ends of its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2] & { purpose: string }} options `purpose` starts the error's message.
 * @throws {Refusal} When the program cannot be started or answers anything but 0.
 */
export async function runOrRefuse(command, args, { purpose, ...options }) {
  let result;
  try {
    result = await run(command, args, options);
  } catch (error) {
    throw new Refusal(`${purpose}: ${command} could not be started (${error.code ?? error.message}).`);
  }
  if (result.code === 0) return result;
  const how = result.signal === null ? `exit code ${result.code}` : result.signal;
  throw new Refusal(
    [`${purpose}: \`${[command, ...args].join(' ')}\` failed (${how}):`, '', ...result.output].join('\n'),
  );
}

/**
 * Runs a program that takes over the terminal. Signals are forwarded to it, each once however often it arrives at the
 * same moment: Ctrl-C reaches npm as well, and npm passes it on. It has a process group of its own for the same reason.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} The exit code that this process should have, too.
 */
export function runForeground(command, args, { cwd, env } = {}) {
  if (interrupted) return new Promise(() => {});
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit', detached: true });
    foreground = child;
    child.on('error', (error) => {
      foreground = undefined;
      reject(error);
    });
    child.on('exit', (code, signal) => {
      foreground = undefined;
      // Whatever it left behind in its group goes with it.
      killGroup(child, 'SIGTERM');
      resolve(signal === null ? (code ?? 1) : 128 + (signals[signal] ?? 0));
    });
  });
}

/**
 * Registers what has to be undone however this process ends.
 * @param {() => void} cleanup Synchronous; must be harmless when called twice.
 * @returns {() => void} Call it when the work was done in the ordinary way.
 */
export function onEnd(cleanup) {
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/** Makes SIGINT, SIGTERM and SIGHUP end every child and run every clean-up before this process goes. Call it once. */
export function handleInterruption() {
  const lastAt = new Map();
  for (const signal of Object.keys(signals)) {
    process.on(signal, () => {
      const now = performance.now();
      const repeated = now - (lastAt.get(signal) ?? -Infinity) < sameSignalWithinMs;
      lastAt.set(signal, now);
      if (repeated) return;
      if (foreground !== undefined) foreground.kill(signal);
      else void stopEverything(signal);
    });
  }
  process.on('exit', cleanUp);
}

async function stopEverything(signal) {
  const again = interrupted;
  interrupted = true;
  const ending = [...running].filter((entry) => !entry.finishes);
  for (const { child } of ending) killGroup(child, again ? 'SIGKILL' : 'SIGTERM');
  if (again) return;
  if (ending.length < running.size)
    process.stderr.write('\nWaiting for the package manager to finish what it is doing.\n');
  const impatience = setTimeout(() => ending.forEach(({ child }) => killGroup(child, 'SIGKILL')), patienceMs);
  await Promise.all([...running].map((entry) => entry.ended));
  clearTimeout(impatience);
  process.exit(128 + signals[signal]);
}

function cleanUp() {
  for (const cleanup of cleanups) {
    cleanups.delete(cleanup);
    try {
      cleanup();
    } catch (error) {
      process.stderr.write(`Clean-up failed: ${error.message}\n`);
    }
  }
}

function remember({ child, finishes }) {
  let settle;
  const ended = new Promise((resolve) => {
    settle = resolve;
  });
  const entry = { child, finishes, ended };
  running.add(entry);
  return () => {
    running.delete(entry);
    settle();
  };
}

function killGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: all gone. EPERM: what macOS says of a group in which only zombies are left.
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}

/** The first lines of an output often name the error, the last ones where it happened; the middle may be endless. */
function keepEnds() {
  const head = [];
  const tail = [];
  let omitted = 0;
  return {
    add(line) {
      if (head.length < headLength) {
        head.push(line);
        return;
      }
      tail.push(line);
      if (tail.length <= tailLength) return;
      tail.shift();
      omitted += 1;
    },
    lines: () => [...head, ...(omitted > 0 ? [`[${omitted} lines left out]`] : []), ...tail],
  };
}

function eachLine(stream, take) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => {
    const lines = (rest + chunk).split(/[\r\n]+/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') take(line);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}
