import { availableParallelism } from 'node:os';
import { DEFAULT_TIMERS, TRTC_TIMERS, sdkAppIdSchema, timersSchema, type Timers } from '@rotunda/protocol';
import { z } from 'zod';
import { ConfigError } from './errors.ts';
import { timerFaults } from './timer-rules.ts';

export { ConfigError };

const port = z.number().int().min(0).max(65_535);
/** A host name, an IPv4 or an IPv6 address, without scheme and port. */
const address = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be an IP address or a host name');
const cloudApiKey = z.strictObject({ secretId: z.string().min(1), secretKey: z.string().min(1) });

const callbacks = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2_083),
  /** Signs them. */
  key: z
    .string()
    .regex(/^[A-Za-z0-9]{1,32}$/, 'must be 1 to 32 letters and digits')
    .optional(),
  /** How long delivery is tried: for a minute, as TRTC does, or for a day. */
  retry: z.enum(['trtc', 'long']).default('trtc'),
});

const appSchema = z.strictObject({
  /** The application (docs/trtc.md 1.1). */
  sdkAppId: sdkAppIdSchema,
  /** Signs the tickets of its users. */
  secretKey: z.string().min(1),
  /** Key pairs of backends. */
  cloudApi: z.union([cloudApiKey, z.array(cloudApiKey)]).optional(),
  /** Whether every user needs a permission ticket (PrivateMapKey) beside the userSig. */
  privateMapKey: z.enum(['off', 'required']).default('off'),
  /** Where the events of its rooms go. */
  callbacks: callbacks.optional(),
});

const iceServer = z.strictObject({
  urls: z.array(z.string().regex(/^(stun|turn)s?:/)).min(1),
  username: z.string().optional(),
  credential: z.string().optional(),
});

const notSupportedYet = z
  .string()
  .optional()
  .refine((value) => value === undefined, 'clusters are not supported yet: leave this setting out');

const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must be like postgres://user:password@host:5432/database',
});

/** Everything that `startServer` takes. `port: 0` means a free port, for media too. */
export const serverOptionsSchema = z.strictObject({
  host: address.default('127.0.0.1'),
  port: port.default(8080),
  dataDir: z.string().min(1).default('./data'),
  apps: z.array(appSchema).min(1),
  mediaPort: port.optional(),
  workers: z.number().int().min(1).max(64).optional(),
  announcedAddress: address.optional(),
  timers: z.union([z.literal('trtc'), z.strictObject(timersSchema.shape).partial()]).optional(),
  iceServers: z.array(iceServer).default([]),
  /** Requests per second of one key pair and one action of the Cloud API. */
  cloudApiRate: z.number().int().min(1).max(1_000_000).default(20),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Development mode: makes tickets and signs Cloud API calls for anybody on this machine. */
  dev: z.boolean().default(false),
  /** A built page to serve at `/`. */
  webDir: z.string().min(1).optional(),
  redisUrl: notSupportedYet,
  /** PostgreSQL, instead of a file in `dataDir`. */
  databaseUrl: postgresUrl.optional(),
  /** How long what has come to an end is kept. */
  retentionDays: z.number().int().min(1).max(3_650).default(14),
});

export type StartServerOptions = z.input<typeof serverOptionsSchema>;

export interface ServerConfig extends Omit<
  z.infer<typeof serverOptionsSchema>,
  'apps' | 'timers' | 'mediaPort' | 'workers' | 'redisUrl'
> {
  readonly apps: readonly {
    sdkAppId: number;
    secretKey: string;
    cloudApi: readonly { secretId: string; secretKey: string }[];
    privateMapKey: 'off' | 'required';
    callbacks?: z.infer<typeof callbacks> | undefined;
  }[];
  readonly timers: Timers;
  readonly mediaPort: number;
  readonly workers: number;
}

const DEFAULT_MEDIA_PORT = 40_000;
const MAX_DEFAULT_WORKERS = 4;

/** How long what has come to an end is kept, in milliseconds. */
export function keptMs({ retentionDays }: Pick<ServerConfig, 'retentionDays'>): number {
  return retentionDays * 24 * 60 * 60 * 1000;
}

/** Fills in defaults. @throws ConfigError that names the setting, and says what is allowed. */
export function resolveOptions(options: unknown): ServerConfig {
  const parsed = serverOptionsSchema.safeParse(options, { reportInput: true });
  if (!parsed.success) throw new ConfigError(parsed.error);
  const { apps, timers, mediaPort, workers, redisUrl: _, ...rest } = parsed.data;
  return {
    ...rest,
    apps: apps.map(({ cloudApi = [], ...app }) => ({ ...app, cloudApi: [cloudApi].flat() })),
    timers: resolveTimers(timers),
    mediaPort: mediaPort ?? (rest.port === 0 ? 0 : DEFAULT_MEDIA_PORT),
    workers: workers ?? Math.min(MAX_DEFAULT_WORKERS, availableParallelism()),
  };
}

function resolveTimers(timers: z.infer<typeof serverOptionsSchema>['timers']): Timers {
  if (timers === 'trtc') return TRTC_TIMERS;
  const given = Object.entries(timers ?? {}).filter(([, value]) => value !== undefined);
  const resolved = { ...DEFAULT_TIMERS, ...Object.fromEntries(given) };
  const faults = timerFaults(resolved);
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return resolved;
}
