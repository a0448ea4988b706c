/** What a text of the environment says, or what it should have been. The text may be a secret: it is never repeated. */
type Reading =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly expected: string };

/** One setting of the server. The table of these is the documentation, too. */
export interface Setting {
  /** Its key in the configuration file and in `startServer`. */
  readonly key: string;
  /** Its environment variable, which comes before the file. */
  readonly env: string;
  /** What holds without it, in words. */
  readonly default: string;
  readonly meaning: string;
  readonly unit?: string;
  readonly read: (text: string) => Reading;
}

const asText = (text: string): Reading => ({ ok: true, value: text });

function asNumber(text: string): Reading {
  return /^-?\d+$/.test(text.trim())
    ? { ok: true, value: Number(text) }
    : { ok: false, expected: 'a whole number' };
}

function asJson(text: string): Reading {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, expected: 'JSON' };
  }
}

function asTimers(text: string): Reading {
  if (text === 'trtc') return asText(text);
  const reading = asJson(text);
  return reading.ok ? reading : { ok: false, expected: '"trtc" or a JSON object of deadlines' };
}

/** Every setting. A key of the configuration file that is not here does not exist. */
export const SETTINGS: readonly Setting[] = [
  {
    key: 'host',
    env: 'ROTUNDA_HOST',
    default: '127.0.0.1',
    meaning: 'Address to listen on; `0.0.0.0` for every address of the machine.',
    read: asText,
  },
  {
    key: 'port',
    env: 'ROTUNDA_PORT',
    default: '8080',
    meaning: 'Port of the page, the Cloud API and signalling; 0 for a free one.',
    read: asNumber,
  },
  {
    key: 'mediaPort',
    env: 'ROTUNDA_MEDIA_PORT',
    default: '40000, or free ports when `port` is 0',
    meaning: 'First media port, UDP and TCP; each media worker takes one, counting up. 0 for free ones.',
    read: asNumber,
  },
  {
    key: 'announcedAddress',
    env: 'ROTUNDA_ANNOUNCED_ADDRESS',
    default: '127.0.0.1 and each IPv4 address of the machine',
    meaning: 'Address or host name under which browsers reach the media ports.',
    read: asText,
  },
  {
    key: 'dataDir',
    env: 'ROTUNDA_DATA_DIR',
    default: './data',
    meaning: 'Folder of what must outlive a restart: generated credentials and the database.',
    read: asText,
  },
  {
    key: 'workers',
    env: 'ROTUNDA_WORKERS',
    default: 'one per core, at most 4',
    meaning: 'Media worker processes.',
    read: asNumber,
  },
  {
    key: 'timers',
    env: 'ROTUNDA_TIMERS',
    default: "Rotunda's own",
    meaning: '`trtc` for the deadlines that TRTC documents, or an object of those to change.',
    unit: 'ms',
    read: asTimers,
  },
  {
    key: 'iceServers',
    env: 'ROTUNDA_ICE_SERVERS',
    default: 'none',
    meaning: 'List of STUN and TURN servers for clients: `urls`, `username`, `credential`.',
    read: asJson,
  },
  {
    key: 'logLevel',
    env: 'ROTUNDA_LOG_LEVEL',
    default: 'info (warn in development mode)',
    meaning: 'The least that is logged: `debug`, `info`, `warn`, `error` or `silent`.',
    read: asText,
  },
  {
    key: 'apps',
    env: 'ROTUNDA_APPS',
    default: 'one, generated at the first start',
    meaning:
      'List of applications: `sdkAppId`, `secretKey`, `cloudApi` with one or more key pairs, `callbacks` (`url`, `key`, `retry`) to be told what happens in rooms, and `privateMapKey`: `required` if users need permission tickets, else `off`.',
    read: asJson,
  },
  {
    key: 'cloudApiRate',
    env: 'ROTUNDA_CLOUD_API_RATE',
    default: '20',
    meaning:
      'How many requests one key pair may make of one action of the Cloud API. Actions for which Tencent has a lower rate keep it in proportion.',
    unit: 'requests per second',
    read: asNumber,
  },
  {
    key: 'webDir',
    env: 'ROTUNDA_WEB_DIR',
    default: 'the meeting page, if it is built',
    meaning: 'Folder of the page that is served at `/`.',
    read: asText,
  },
  {
    key: 'redisUrl',
    env: 'ROTUNDA_REDIS_URL',
    default: 'none',
    meaning: 'Redis of a cluster. Not supported yet.',
    read: asText,
  },
  {
    key: 'databaseUrl',
    env: 'ROTUNDA_DATABASE_URL',
    default: 'none: a file in `dataDir`',
    meaning:
      'PostgreSQL to keep things in, e.g. `postgres://user:password@host:5432/database` (docs/store.md).',
    read: asText,
  },
  {
    key: 'retentionDays',
    env: 'ROTUNDA_RETENTION_DAYS',
    default: '14',
    meaning:
      'How long ended calls, their events and their figures are kept; what is still open is not deleted.',
    unit: 'days',
    read: asNumber,
  },
];
