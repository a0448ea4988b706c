import { systemClock, type Clock, type Log } from '@rotunda/base';
import type { AppRegistry } from './auth/apps.ts';
import type { Callbacks } from './callbacks/callbacks.ts';
import { CloudApi } from './cloudapi/cloud-api.ts';
import { RateLimiter } from './cloudapi/rate-limiter.ts';
import { keptMs, type ServerConfig } from './config/options.ts';
import type { ExtensionRoutesOptions } from './extensions/routes.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Membership } from './roomlog/membership-port.ts';
import type { PresenceIndex, RoomLog } from './roomlog/port.ts';
import type { Directory } from './signalling/directory.ts';
import type { Endings } from './signalling/endings.ts';
import type { EntryBlocks } from './signalling/entry-blocks.ts';
import { ForcedEnds } from './signalling/forced-ends.ts';
import type { KeptStays } from './signalling/kept-stays.ts';
import { UserBlocks } from './signalling/user-blocks.ts';
import type { Store } from './store/port.ts';

/** What backends call: TRTC's Cloud API, and the operations of our own. */
export function openBackend(
  config: Pick<ServerConfig, 'timers' | 'retentionDays' | 'cloudApiRate'>,
  tools: {
    readonly apps: AppRegistry;
    readonly store: Store;
    readonly roomLog: RoomLog;
    readonly membership: Membership;
    readonly presence: PresenceIndex;
    readonly endings: Endings;
    readonly directory: Directory;
    readonly keptStays: KeptStays;
    readonly entryBlocks: EntryBlocks;
    readonly callbacks: Callbacks;
    readonly clock: Clock;
    readonly log: Log;
    readonly metrics: Metrics;
  },
): { readonly cloudApi: CloudApi; readonly extensions: ExtensionRoutesOptions } {
  const { apps, store, roomLog, presence, directory, entryBlocks, callbacks, log, metrics } = tools;
  const { timers, cloudApiRate } = config;
  const membership = new ForcedEnds(tools);
  const limiter = new RateLimiter({ perSecond: cloudApiRate, clock: tools.clock });
  const common = { membership, told: directory, timers, clock: systemClock };
  const cloudApi = new CloudApi({
    ...common,
    apps,
    userBlocks: new UserBlocks(tools),
    past: store.past,
    quality: store.quality,
    keptMs: keptMs(config),
    limiter,
    log,
    metrics,
  });
  const context = { ...common, roomLog, presence, entryBlocks, callbacks };
  return { cloudApi, extensions: { context, apps, limiter, clock: systemClock, log } };
}
