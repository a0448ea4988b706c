import { silentLog, systemClock, type Clock } from '@rotunda/base';
import { DEFAULT_TIMERS, roomKeyText, type RoomKey } from '@rotunda/protocol';
import Fastify, { type FastifyInstance } from 'fastify';
import { v20190722 as sdk } from 'tencentcloud-sdk-nodejs/tencentcloud/services/trtc/v20190722/index.js';
import { AppRegistry } from '../auth/apps.ts';
import type { EvictOutcome } from '../roomlog/membership-port.ts';
import { CloudApi } from './cloud-api.ts';
import { NO_PAST } from './past.contract.ts';
import type { ActionContext } from './registry.ts';
import { DEFAULT_REQUESTS_PER_SECOND, RateLimiter } from './rate-limiter.ts';
import { MAX_HEADER_BYTES, cloudApiRoutes } from './routes.ts';

export const SdkAppId = 1_400_000_001;
export const OTHER_APP = 1_400_000_002;
export const credential = { secretId: 'AKIDtest', secretKey: 'secret' };
export const nextCredential = { secretId: 'AKIDnext', secretKey: 'the next secret' };
const apps = new AppRegistry([
  { sdkAppId: SdkAppId, secretKey: 'k', cloudApi: [credential, nextCredential] },
  { sdkAppId: OTHER_APP, secretKey: 'k', cloudApi: [{ secretId: 'AKIDother', secretKey: 'other' }] },
]);

/** Rooms as sets of users; a user's session id is its name with a prefix. */
class Rooms implements Pick<ActionContext, 'membership' | 'told' | 'userBlocks'> {
  readonly users = new Map([
    [`${SdkAppId}/number/10000`, new Set(['alice', 'bob', 'carol'])],
    [`${SdkAppId}/string/10000`, new Set(['dora'])],
  ]);
  readonly waitedFor: string[] = [];
  told = {
    waitUntilTold: async (ids: readonly string[]): Promise<void> => void this.waitedFor.push(...ids),
  };
  userBlocks: ActionContext['userBlocks'] = { set: async () => ({ ok: false, refusal: 'roomNotExist' }) };
  membership = {
    removeUsers: (key: RoomKey, userIds: readonly string[]) =>
      this.evict(key, (user) => userIds.includes(user)),
    dismiss: (key: RoomKey) => this.evict(key, () => true),
  };

  private async evict(key: RoomKey, hit: (user: string) => boolean): Promise<EvictOutcome> {
    const room = this.users.get(roomKeyText(key));
    if (!room || room.size === 0) return { ok: false, refusal: 'roomNotExist' };
    const gone = [...room].filter(hit);
    for (const user of gone) room.delete(user);
    return { ok: true, sessionIds: gone.map((user) => `s-${user}`) };
  }
}

/** A Cloud API over HTTP, with rooms that are mere sets. Make the changes to `rooms` that a test needs. */
export interface ServedCloudApi {
  /** Host and port. */
  readonly endpoint: string;
  readonly app: FastifyInstance;
  readonly rooms: Rooms;
  /** Action and code of every request so far. */
  readonly samples: readonly string[];
  close(): Promise<void>;
}

export async function serveCloudApi({
  clock = systemClock,
  perSecond = DEFAULT_REQUESTS_PER_SECOND,
  past = NO_PAST,
}: { clock?: Clock; perSecond?: number; past?: typeof NO_PAST } = {}): Promise<ServedCloudApi> {
  const rooms = new Rooms();
  const samples: string[] = [];
  const cloudApi = new CloudApi({
    apps,
    membership: {
      removeUsers: (key, userIds) => rooms.membership.removeUsers(key, userIds),
      dismiss: (key) => rooms.membership.dismiss(key),
    },
    told: { waitUntilTold: (ids) => rooms.told.waitUntilTold(ids) },
    userBlocks: { set: (key, userId, blocked) => rooms.userBlocks.set(key, userId, blocked) },
    ...past,
    timers: DEFAULT_TIMERS,
    limiter: new RateLimiter({ perSecond, clock }),
    clock,
    log: silentLog,
    metrics: { cloudApiRequest: ({ action, code }) => void samples.push(`${action} ${code}`) },
  });
  const app = Fastify({ http: { maxHeaderSize: MAX_HEADER_BYTES }, forceCloseConnections: true });
  await app.register(cloudApiRoutes(cloudApi));
  app.get('/', () => 'the page');
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { endpoint: url.replace('http://', ''), app, rooms, samples, close: () => app.close() };
}

export interface SdkOptions {
  readonly key?: { secretId: string; secretKey: string; token?: string };
  readonly httpProfile?: object;
  readonly signMethod?: 'HmacSHA1' | 'HmacSHA256';
  readonly language?: 'zh-CN' | 'en-US';
}

/** The official SDK, as published, pointed at a server. */
export function sdkClient(endpoint: string, options: SdkOptions = {}): InstanceType<typeof sdk.Client> {
  const { key = credential, signMethod, language } = options;
  return new sdk.Client({
    credential: key,
    region: 'ap-guangzhou',
    profile: {
      ...(signMethod && { signMethod }),
      ...(language && { language }),
      httpProfile: { protocol: 'http://', endpoint, ...options.httpProfile },
    },
  });
}

/** The error code that a call of an SDK ends with; `ok` if there is none. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
