import type { Clock, Log } from '@rotunda/base';

/** TRTC's log levels. A level lets through itself and everything above it; `none` nothing. */
export const LOG_LEVELS = { verbose: 0, debug: 1, info: 2, warn: 3, error: 4, fatal: 5, none: 6 } as const;
export type LogLevel = (typeof LOG_LEVELS)[keyof typeof LOG_LEVELS];

type WrittenLevel = 'debug' | 'info' | 'warn' | 'error';

/** Gets each line that the level lets through. */
export type LogListener = (line: string, level: LogLevel, module: string) => void;

/** The part of the platform's console that is written to. */
export type LogConsole = Record<WrittenLevel, (line: string) => void>;

/** Fields that never appear in a line, wherever they stand. */
const SECRETS: ReadonlySet<string> = new Set([
  'userSig',
  'privateMapKey',
  'resumeToken',
  'password',
  'credential',
  'secretKey',
]);

/**
 * What the SDK says of its own work. Nothing is written before somebody asks for it: to the console, to a listener, or both. A
 * listener that throws, or that makes the SDK log, does no harm.
 */
export class SdkLog {
  /** What is less important is not written. */
  level: LogLevel = LOG_LEVELS.info;
  toConsole = false;
  listener: LogListener | null = null;
  readonly #clock: Clock;
  readonly #console: LogConsole;
  #state: 'idle' | 'telling' = 'idle';

  constructor({ clock, console }: { clock: Clock; console: LogConsole }) {
    this.#clock = clock;
    this.#console = console;
  }

  /** The log of one part of the SDK. */
  module(name: string): Log {
    const writer = (level: WrittenLevel) => (fields: object, message: string) =>
      this.#write(level, { module: name, fields, message });
    return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
  }

  #write(level: WrittenLevel, entry: { module: string; fields: object; message: string }): void {
    const number = LOG_LEVELS[level];
    if (number < this.level || (!this.toConsole && !this.listener) || this.#state === 'telling') return;
    const { module, fields, message } = entry;
    const time = new Date(this.#clock.now()).toISOString();
    const line = `${time} ${level.toUpperCase()} ${module}: ${message}${describe(fields)}`;
    if (this.toConsole) this.#console[level](line);
    this.#state = 'telling';
    try {
      this.listener?.(line, number, module);
    } catch (error) {
      // The application's own trouble; it must not become the SDK's.
      if (this.toConsole) this.#console.error(`a log callback failed${describe({ err: error })}`);
    } finally {
      this.#state = 'idle';
    }
  }
}

function describe(fields: object): string {
  try {
    const text = JSON.stringify(fields, (key, value: unknown) => {
      if (SECRETS.has(key)) return undefined;
      return value instanceof Error ? `${value.name}: ${value.message}` : value;
    });
    return text === '{}' ? '' : ` ${text}`;
  } catch {
    return ' (fields that cannot be shown)';
  }
}
