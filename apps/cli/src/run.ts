import { parseArgs } from 'node:util';
import { RotundaAdminError } from '@rotunda/admin';
import { CredentialsError, UsageError, readAccount, type Given } from './account.ts';
import { COMMANDS, type Command } from './commands.ts';
import { helpOf } from './help.ts';
import { COMMON_OPTIONS, OPTIONS } from './options.ts';

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

/** The command that the words begin with, and what follows it. @throws UsageError */
function findCommand(words: readonly string[]): { name: string; command: Command; rest: readonly string[] } {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command) return { name, command, rest: words.slice(length) };
  }
  throw new UsageError(`There is no command "${words.join(' ')}".`);
}

/** @throws UsageError */
function help(words: readonly string[]): string {
  const [first] = words;
  if (first === undefined) return helpOf();
  const family = Object.keys(COMMANDS).filter((name) => name.startsWith(`${first} `));
  const commands = words.length === 1 ? family.flatMap((name) => COMMANDS[name] ?? []) : [];
  return helpOf(commands.length > 0 ? commands : [findCommand(words).command]);
}

/** Where a command's words go, and where its settings may come from. */
export interface Terminal {
  readonly environment: Given;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Does what a command line says. @returns the exit code: 1 for what failed, 2 for a command line that is wrong */
export async function run(line: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await perform(line, terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.complain(`${error.message}\nrotunda --help says what there is.\n`);
      return 2;
    }
    if (error instanceof RotundaAdminError) terminal.complain(`${error.message} (${error.code})\n`);
    else if (error instanceof CredentialsError) terminal.complain(`${error.message}\n`);
    else throw error;
    return 1;
  }
}

async function perform(line: readonly string[], { environment, print }: Terminal): Promise<number> {
  const { words, options, help: isAsked } = readCommandLine(line);
  if (isAsked || words.length === 0) {
    print(`${help(words)}\n`);
    return isAsked ? 0 : 2;
  }
  const { name, command, rest } = findCommand(words);
  const { min, max, otherwise } = command.words;
  if (rest.length < min || rest.length > max) throw new UsageError(otherwise);
  const taken: readonly string[] = [...COMMON_OPTIONS, ...(command.options ?? [])];
  const other = Object.keys(options).find((option) => !taken.includes(option));
  if (other !== undefined) throw new UsageError(`rotunda ${name} takes no --${other}.`);
  const account = readAccount(options, environment);
  const { lines, ok } = await command.run({ account, options, words: rest });
  print(lines.map((text) => `${text}\n`).join(''));
  return ok ? 0 : 1;
}
