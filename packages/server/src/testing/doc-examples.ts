import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** A program of a page of the documentation, and what the page says that it prints. */
export interface DocExample {
  readonly code: string;
  /** Line by line. `…` stands for any text within a line. */
  readonly output: string;
}

/**
 * Reads the examples of a page: each block marked `js example`, and the block marked `text` that follows it.
 *
 * @param path below the root of the repository, e.g. `docs/cloud-api/RemoveUser.md`
 * @throws Error for an example without output, and for a page without examples
 */
export function readDocExamples(path: string): DocExample[] {
  const blocks = [...readFileSync(join(root, path), 'utf8').matchAll(/^```([^\n]*)\n(.*?)^```$/gms)];
  const examples = blocks.flatMap(([, info, code = ''], index) => {
    if (info !== 'js example') return [];
    const [, next, output = ''] = blocks[index + 1] ?? [];
    if (next !== 'text') throw new Error(`${path}: example ${index + 1} does not say what it prints`);
    return [{ code, output }];
  });
  if (examples.length === 0) throw new Error(`${path} has no example`);
  return examples;
}

/** An example that runs as a program of its own. */
export interface RunningExample {
  /** Resolves when it has printed this. Rejects if it ends before. */
  printed(text: string): Promise<void>;
  /** What it printed in all. Rejects, with what it wrote to standard error, if it fails. */
  readonly finished: Promise<string>;
  /** Ends it, if it still runs. */
  stop(): void;
}

/**
 * Starts an example with Node, where it finds the packages of this repository.
 *
 * @param placeholders what the page writes -> what stands for it here. Each of them must be in the code.
 */
export function startDocExample(
  { code }: DocExample,
  placeholders: Readonly<Record<string, string>> = {},
): RunningExample {
  let program = code;
  for (const [name, value] of Object.entries(placeholders)) {
    if (!program.includes(name)) throw new Error(`The example has no ${name}:\n${code}`);
    program = program.replaceAll(name, value);
  }
  const cache = join(root, 'node_modules', '.cache', 'doc-examples');
  mkdirSync(cache, { recursive: true });
  const file = join(mkdtempSync(join(cache, 'run-')), 'example.mjs');
  writeFileSync(file, program);
  return watch(file);
}

/** Whether a program printed what its page says. */
export function isDocOutput(printed: string, { output }: Pick<DocExample, 'output'>): boolean {
  const pattern = output
    .trimEnd()
    .split('…')
    .map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(printed.trimEnd());
}

function watch(file: string): RunningExample {
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  const waiters = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const look of waiters) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const finished = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      rmSync(dirname(file), { recursive: true, force: true });
      if (code === 0) resolve(output);
      else reject(new Error(`The example ended with ${code ?? signal}.\n${output}${errors}`));
    });
  });
  // Who only waits for what it prints need not look at how it ends.
  finished.catch(() => undefined);
  return {
    finished,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!output.includes(text)) return;
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        look();
        finished.then(() => reject(new Error(`The example never printed ${text}:\n${output}`)), reject);
      }),
    stop: () => void child.kill(),
  };
}
