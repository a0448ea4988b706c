import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sdkAppIdSchema } from '@rotunda/protocol';
import { z } from 'zod';
import { ConfigError } from './options.ts';

const schema = z.object({
  sdkAppId: sdkAppIdSchema,
  secretKey: z.string().min(1),
  cloudApi: z.object({ secretId: z.string().min(1), secretKey: z.string().min(1) }),
});
export type Credentials = z.infer<typeof schema>;

/** The application that a server without configured ones has: made at its first start, the same ever after. */
export function loadOrCreateCredentials(dataDir: string): Credentials {
  const file = join(dataDir, 'credentials.json');
  if (existsSync(file)) return read(file);
  const credentials: Credentials = {
    sdkAppId: randomInt(1_400_000_000, 1_500_000_000),
    secretKey: randomBytes(32).toString('hex'),
    cloudApi: {
      secretId: `AKID${randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'x')}`,
      secretKey: randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'x'),
    },
  };
  mkdirSync(dataDir, { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
  return credentials;
}

function read(file: string): Credentials {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new ConfigError(`${file} is damaged: mend it, or delete it to have new credentials made`);
  }
}
