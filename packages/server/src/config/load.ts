import { readFileSync } from 'node:fs';
import { ConfigError } from './errors.ts';
import { jsonFault } from './json-fault.ts';
import { SETTINGS } from './settings.ts';

const PREFIX = 'ROTUNDA_';
/** The environment variable that names the configuration file. */
export const CONFIG_FILE = 'ROTUNDA_CONFIG';

/**
 * Settings of the file named by ROTUNDA_CONFIG (JSON), overridden by environment variables. Values are checked when
 * the server takes them.
 *
 * @throws ConfigError that names the setting, for what cannot be read and for what looks like a misspelt name
 */
export function loadSettings(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const misspelt = Object.keys(env).flatMap((name) => describeMisspelling(name));
  if (misspelt.length > 0) throw new ConfigError(misspelt.join('\n'));
  const settings = env[CONFIG_FILE] ? readFile(env[CONFIG_FILE]) : {};
  for (const { env: name, key, read } of SETTINGS) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    const result = read(value);
    if (!result.ok) throw new ConfigError(`${name}: must be ${result.expected}`);
    settings[key] = result.value;
  }
  return settings;
}

function readFile(path: string): Record<string, unknown> {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `${CONFIG_FILE}: cannot read ${path}: ${error instanceof Error ? error.message : ''}`,
    );
  }
  const parsed = parseJson(content, path);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ConfigError(`${CONFIG_FILE}: ${path} must hold a JSON object`);
  const settings: Record<string, unknown> = { ...parsed };
  const known = SETTINGS.map(({ key }) => key);
  const unknown = Object.keys(settings).filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw new ConfigError(
      `${path}: unknown ${unknown.length > 1 ? 'keys' : 'key'} ${unknown.join(', ')}; known are ${known.join(', ')}`,
    );
  return settings;
}

/** The message of the parser quotes the file, in which secrets stand. */
function parseJson(content: string, path: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    const { line, column } = jsonFault(content) ?? { line: 1, column: 1 };
    throw new ConfigError(`${CONFIG_FILE}: ${path} is not JSON: line ${line}, column ${column}`);
  }
}

/** Other tools have variables with our prefix, so only what nearly is a setting counts as a mistake. */
function describeMisspelling(name: string): string[] {
  if (!name.startsWith(PREFIX) || name === CONFIG_FILE) return [];
  const names = [...SETTINGS.map((setting) => setting.env), CONFIG_FILE];
  if (names.includes(name)) return [];
  const meant = names.find((candidate) => distance(name, candidate) <= 2);
  return meant ? [`${name}: there is no such setting; did you mean ${meant}?`] : [];
}

/** Letters to insert, delete or change to get from one text to the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
