import { COMMANDS, type Command } from './commands.ts';
import { COMMON_OPTIONS, OPTIONS, type OptionName } from './options.ts';

/** Of all commands, or of those whose names begin with a word. */
export function helpOf(commands: readonly Command[] = Object.values(COMMANDS)): string {
  const [only, ...more] = commands;
  const own = commands.flatMap(({ options = [] }) => options);
  const options = ['Options:', ...[...COMMON_OPTIONS, ...own].map(optionLine)];
  if (only && more.length === 0) {
    const details = only.details === undefined ? [] : ['', only.details];
    return [`rotunda ${only.usage}`, `  ${only.summary}`, ...details, '', ...options].join('\n');
  }
  const lines = commands.map(({ usage, summary }) => `  rotunda ${usage.padEnd(30)} ${summary}`);
  const hint =
    'rotunda COMMAND --help says more of one. A command that fails ends with 1, one that is wrong with 2.';
  return ['Commands:', ...lines, '', ...options, '', hint].join('\n');
}

function optionLine(name: OptionName): string {
  return `  --${name.padEnd(12)} ${OPTIONS[name]}`;
}
