import { pino, type DestinationStream, type Logger } from 'pino';

/** Fields that never reach a log, wherever in a line they are. */
const SECRET_FIELDS = ['userSig', 'resumeToken', 'secretKey', 'privateMapKey', 'credential', 'authorization'];

/** @returns the process's logger. `level` is one of pino's, or `silent`. */
export function createLogger({ level, stream }: { level: string; stream?: DestinationStream }): Logger {
  const paths = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);
  const options = { level, redact: { paths, censor: '[secret]' } };
  return stream ? pino(options, stream) : pino(options);
}
