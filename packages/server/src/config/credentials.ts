import { randomBytes, randomInt } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { sdkAppIdSchema } from '@rotunda/protocol';
import { z } from 'zod';
import { ConfigError, envName } from './errors.ts';

const schema = z.object({
  sdkAppId: sdkAppIdSchema,
  secretKey: z.string().min(1),
  cloudApi: z.object({ secretId: z.string().min(1), secretKey: z.string().min(1) }),
});
export type Credentials = z.infer<typeof schema>;

/**
 * The application that a server without configured ones has: made at its first start, the same ever after.
 *
 * @throws ConfigError when the file is there but cannot be used, or cannot be written
 */
export function loadOrCreateCredentials(dataDir: string): Credentials {
  const file = join(dataDir, 'credentials.json');
  const kept = read(file);
  if (kept) return kept;
  const made = generate();
  try {
    mkdirSync(dataDir, { recursive: true });
    if (createFile(file, `${JSON.stringify(made, null, 2)}\n`)) return made;
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new ConfigError(
      `${file} cannot be written: ${reason}: choose another folder with ${envName('dataDir')}`,
    );
  }
  return loadOrCreateCredentials(dataDir);
}

function generate(): Credentials {
  return {
    sdkAppId: randomInt(1_400_000_000, 1_500_000_000),
    secretKey: randomBytes(32).toString('hex'),
    cloudApi: { secretId: `AKID${alphanumeric(32)}`, secretKey: alphanumeric(32) },
  };
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function alphanumeric(length: number): string {
  return Array.from({ length }, () => ALPHANUMERIC[randomInt(ALPHANUMERIC.length)]).join('');
}

/** Puts a file in place whole or not at all. @returns false if another process was first. */
function createFile(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (!hasCode(error, 'EPERM') && !hasCode(error, 'ENOTSUP')) throw error;
    // A file system without hard links.
    renameSync(draft, file);
    return true;
  } finally {
    closeSync(handle);
    rmSync(draft, { force: true });
  }
}

/** @returns null if there is no such file. */
function read(file: string): Credentials | null {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw new ConfigError(`${file} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
  try {
    return schema.parse(JSON.parse(content));
  } catch {
    throw new ConfigError(`${file} is damaged: mend it, or delete it to have new credentials made`);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
