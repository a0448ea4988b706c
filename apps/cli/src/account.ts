import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a command needs to know of an application. */
export interface Account {
  readonly url: string;
  readonly sdkAppId: number;
  /** Signs tickets. */
  readonly secretKey: string | null;
  /** Signs requests. */
  readonly cloudApi: { readonly secretId: string; readonly secretKey: string } | null;
}

/** The command line is wrong: its message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The file with the credentials that the server made cannot be used: the message says why. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}

export type Given = Readonly<Record<string, string | undefined>>;

const DEFAULT_URL = 'http://127.0.0.1:8080';

/**
 * From the options, else from the environment, else from what `npm start` made in the data directory.
 *
 * @throws UsageError when the application is not known
 * @throws CredentialsError when the file in the data directory cannot be used
 */
export function readAccount(options: Given, environment: Given): Account {
  const made = readCredentials(options['data-dir'] ?? environment['ROTUNDA_DATA_DIR'] ?? './data');
  const sdkAppId = readSdkAppId(options['app'] ?? environment['ROTUNDA_SDK_APP_ID']) ?? made?.sdkAppId;
  if (sdkAppId === undefined)
    throw new UsageError(
      'Which application? Say --app, or be where the data directory of the server is (--data-dir).',
    );
  const own = made?.sdkAppId === sdkAppId ? made : null;
  const secretId = options['secret-id'] ?? environment['ROTUNDA_SECRET_ID'] ?? own?.cloudApi.secretId;
  const secretKey = options['secret-key'] ?? environment['ROTUNDA_SECRET_KEY'] ?? own?.cloudApi.secretKey;
  return {
    url: options['url'] ?? environment['ROTUNDA_URL'] ?? DEFAULT_URL,
    sdkAppId,
    secretKey: options['app-key'] ?? environment['ROTUNDA_APP_KEY'] ?? own?.secretKey ?? null,
    cloudApi: secretId && secretKey ? { secretId, secretKey } : null,
  };
}

function readSdkAppId(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new UsageError(`The application is a number, not "${text}".`);
  return Number(text);
}

interface Credentials {
  readonly sdkAppId: number;
  readonly secretKey: string;
  readonly cloudApi: { readonly secretId: string; readonly secretKey: string };
}

/** @returns null if there are none */
function readCredentials(dataDir: string): Credentials | null {
  const file = join(dataDir, 'credentials.json');
  const content = readIfThere(file);
  if (content === null) return null;
  const read = parseJson(content);
  if (!isCredentials(read))
    throw new CredentialsError(
      `${file} is damaged. Mend it, or name another data directory with --data-dir.`,
    );
  return read;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new CredentialsError(`${file} cannot be read: ${error instanceof Error ? error.message : ''}.`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isCredentials(value: unknown): value is Credentials {
  return (
    isObject(value) &&
    Number.isInteger(value['sdkAppId']) &&
    isText(value['secretKey']) &&
    isObject(value['cloudApi']) &&
    isText(value['cloudApi']['secretId']) &&
    isText(value['cloudApi']['secretKey'])
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
