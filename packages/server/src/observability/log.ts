import type { Log } from '@rotunda/base';
import { pino } from 'pino';

const SECRETS = ['userSig', 'resumeToken', 'secretKey', 'privateMapKey', 'authorization', 'credential'];

/** The process's log: JSON lines on standard output. What must not be read is blanked, one level deep too. */
export function createLog(level: string): Log {
  return pino({
    level,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
  });
}
