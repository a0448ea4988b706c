import { readFileSync } from 'node:fs';
import { ConfigError } from './options.ts';

type Reader = (text: string, name: string) => unknown;

const text: Reader = (value) => value;
const number: Reader = (value, name) => {
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isFinite(parsed))
    throw new ConfigError(`${name}: "${value}" is not a number`);
  return parsed;
};
const json: Reader = (value, name) => {
  try {
    return JSON.parse(value);
  } catch {
    throw new ConfigError(`${name}: "${value}" is not JSON`);
  }
};

/** Environment variable -> key of the configuration file. Every key has one. */
export const SETTINGS: readonly { env: string; key: string; read: Reader; meaning: string }[] = [
  { env: 'ROTUNDA_HOST', key: 'host', read: text, meaning: 'address to listen on (127.0.0.1)' },
  { env: 'ROTUNDA_PORT', key: 'port', read: number, meaning: 'HTTP and WebSocket port (8080)' },
  {
    env: 'ROTUNDA_MEDIA_PORT',
    key: 'mediaPort',
    read: number,
    meaning: 'first UDP and TCP media port (40000)',
  },
  {
    env: 'ROTUNDA_ANNOUNCED_ADDRESS',
    key: 'announcedAddress',
    read: text,
    meaning: 'address that clients reach media at',
  },
  {
    env: 'ROTUNDA_DATA_DIR',
    key: 'dataDir',
    read: text,
    meaning: 'where credentials and the store are kept (./data)',
  },
  {
    env: 'ROTUNDA_WORKERS',
    key: 'workers',
    read: number,
    meaning: 'media worker processes (one per core, at most 4)',
  },
  {
    env: 'ROTUNDA_TIMERS',
    key: 'timers',
    read: (v, n) => (v === 'trtc' ? v : json(v, n)),
    meaning: '"trtc" or JSON with deadlines in milliseconds',
  },
  {
    env: 'ROTUNDA_ICE_SERVERS',
    key: 'iceServers',
    read: json,
    meaning: 'JSON list of STUN and TURN servers for clients',
  },
  {
    env: 'ROTUNDA_LOG_LEVEL',
    key: 'logLevel',
    read: text,
    meaning: 'debug, info, warn, error or silent (info)',
  },
  {
    env: 'ROTUNDA_APPS',
    key: 'apps',
    read: json,
    meaning: 'JSON list of applications; without it one is generated',
  },
  { env: 'ROTUNDA_DEV', key: 'dev', read: json, meaning: 'development mode: true or false (false)' },
  { env: 'ROTUNDA_WEB_DIR', key: 'webDir', read: text, meaning: 'a built page to serve at /' },
];

/** Settings of the file named by ROTUNDA_CONFIG (JSON), overridden by environment variables. */
export function loadSettings(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const settings = env['ROTUNDA_CONFIG'] ? readFile(env['ROTUNDA_CONFIG']) : {};
  for (const { env: name, key, read } of SETTINGS) {
    const value = env[name];
    if (value !== undefined && value !== '') settings[key] = read(value, name);
  }
  return settings;
}

function readFile(path: string): Record<string, unknown> {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `ROTUNDA_CONFIG: cannot read ${path}: ${error instanceof Error ? error.message : ''}`,
    );
  }
  const parsed = json(content, path);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError(`ROTUNDA_CONFIG: ${path} must hold a JSON object`);
  }
  return { ...parsed };
}
