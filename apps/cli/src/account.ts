import { existsSync, readFileSync } from 'node:fs';
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

export type Given = Readonly<Record<string, string | undefined>>;

const DEFAULT_URL = 'http://127.0.0.1:8080';

/**
 * From the options, else from the environment, else from what `npm start` made in the data directory.
 *
 * @throws UsageError when the application is not known
 */
export function readAccount(options: Given, environment: Given): Account {
  const made = readCredentials(options['data-dir'] ?? environment['ROTUNDA_DATA_DIR'] ?? './data');
  const sdkAppId = Number(options['app'] ?? environment['ROTUNDA_SDK_APP_ID'] ?? made?.sdkAppId);
  if (!Number.isInteger(sdkAppId))
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

interface Credentials {
  readonly sdkAppId: number;
  readonly secretKey: string;
  readonly cloudApi: { readonly secretId: string; readonly secretKey: string };
}

function readCredentials(dataDir: string): Credentials | null {
  const file = join(dataDir, 'credentials.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Credentials) : null;
}
