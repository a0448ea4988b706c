import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * Settings whose values are never repeated in a message: secrets, and what holds them when it is not of the right kind. Addresses
 * may have passwords in them.
 */
const SECRET_KEYS: ReadonlySet<PropertyKey> = new Set([
  'apps',
  'secretKey',
  'cloudApi',
  'secretId',
  'callbacks',
  'url',
  'key',
  'iceServers',
  'urls',
  'username',
  'credential',
  'redisUrl',
  'databaseUrl',
]);

/** A setting has a value that is not allowed, or that cannot be had on this machine. Its message is for the person who set it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(error: z.ZodError | string) {
    super(
      typeof error === 'string' ? error : error.issues.flatMap((issue) => describe(issue, [])).join('\n'),
    );
  }
}

/** The environment variable of a key: `mediaPort` is ROTUNDA_MEDIA_PORT. */
export function envName(key: string): string {
  return `ROTUNDA_${key.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
}

/** One line: which setting, what it is now, and what is allowed. */
function describe(issue: Issue, parents: readonly PropertyKey[]): string[] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.find((issues) => issues.some(isSpecific));
    if (inner) return inner.flatMap((each) => describe(each, path));
    const allowed = issue.errors.flatMap((issues) => issues.map((each) => each.message));
    return [`${label(path)}${valueText(issue, path)}: ${[...new Set(allowed)].join(', or ')}`];
  }
  return [`${label(path)}${valueText(issue, path)}: ${issue.message}`];
}

/** Whether it is about a part of the value: then that alternative is the one that was meant. */
function isSpecific(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys' || issue.code === 'too_small';
}

function label(path: readonly PropertyKey[]): string {
  const [top] = path;
  if (typeof top !== 'string') return 'settings';
  return `${path.map(String).join('.')} (${envName(top)})`;
}

function valueText(issue: Issue, path: readonly PropertyKey[]): string {
  const value: unknown = issue.input;
  // An element of a list is as secret as the list.
  const last = path.findLast((key) => typeof key === 'string');
  if (last === undefined || SECRET_KEYS.has(last)) return '';
  if (typeof value === 'string') return ` = ${JSON.stringify(value.slice(0, 80))}`;
  return typeof value === 'number' || typeof value === 'boolean' ? ` = ${value}` : '';
}
