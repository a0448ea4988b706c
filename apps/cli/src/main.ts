#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { RotundaAdminError } from '@rotunda/admin';
import { UsageError, readAccount, type Given } from './account.ts';
import { COMMANDS } from './commands.ts';

const OPTIONS = {
  'data-dir':
    'where the server keeps its data: the application and the keys that it made are read from there',
  url: 'of the server (http://127.0.0.1:8080, or ROTUNDA_URL)',
  app: 'the application (SDKAppID, or ROTUNDA_SDK_APP_ID)',
  'app-key': 'its secret key, for tickets (or ROTUNDA_APP_KEY)',
  'secret-id': 'of a Cloud API key pair (or ROTUNDA_SECRET_ID)',
  'secret-key': 'of a Cloud API key pair (or ROTUNDA_SECRET_KEY)',
  expire: 'how long a ticket holds, in seconds',
} as const;

function usage(): string {
  const commands = Object.values(COMMANDS).map(
    ({ usage: how, summary }) => `  rotunda ${how.padEnd(30)} ${summary}`,
  );
  const options = Object.entries(OPTIONS).map(([name, what]) => `  --${name.padEnd(12)} ${what}`);
  return ['Commands:', ...commands, '', 'Options:', ...options].join('\n');
}

/** @throws UsageError */
function readCommandLine(line: readonly string[]): { words: string[]; options: Given; help: boolean } {
  try {
    const strings = Object.fromEntries(
      Object.keys(OPTIONS).map((name) => [name, { type: 'string' } as const]),
    );
    const { values, positionals } = parseArgs({
      args: [...line],
      options: { ...strings, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    const { help, ...options } = values;
    return { words: positionals, options, help: help === true };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function main(line: readonly string[]): Promise<number> {
  const { words, options, help } = readCommandLine(line);
  if (help || words.length === 0) {
    process.stdout.write(`${usage()}\n`);
    return help ? 0 : 2;
  }
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((known) => Object.hasOwn(COMMANDS, known));
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || !command) throw new UsageError(`There is no command "${words.join(' ')}".`);
  const account = readAccount(options, process.env);
  const rest = words.slice(name.split(' ').length);
  const { lines, ok } = await command.run({ account, options, words: rest });
  process.stdout.write(lines.map((text) => `${text}\n`).join(''));
  return ok ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError)
    process.stderr.write(`${error.message}\nrotunda --help says what there is.\n`);
  else if (error instanceof RotundaAdminError) process.stderr.write(`${error.message} (${error.code})\n`);
  else throw error;
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
