import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import { createSteadyClock, systemClock, type Clock, type Log } from '@rotunda/base';
import type { LeaveReason, Timers } from '@rotunda/protocol';
import { EXTENSIONS_PATH } from '@rotunda/protocol/extensions';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppRegistry, type AppKeys } from './auth/apps.ts';
import { Permissions } from './auth/permissions.ts';
import { ResumeTokens } from './auth/resume-token.ts';
import { Tickets } from './auth/tickets.ts';
import { MAX_HEADER_BYTES, cloudApiRoutes } from './cloudapi/routes.ts';
import { closeInOrder } from './close-in-order.ts';
import { openBackend } from './compose-backend.ts';
import { historyCounts, openHistory, type History } from './compose-history.ts';
import { keptMs, type ServerConfig } from './config/options.ts';
import { devModeRoutes } from './devmode/routes.ts';
import { QualityRecorder } from './history/quality-recorder.ts';
import { extensionRoutes, refuseOther } from './extensions/routes.ts';
import { createMediaService } from './media/service.ts';
import type { MediaService } from './media/port.ts';
import { reportHttpErrors } from './observability/http-errors.ts';
import { createLogger } from './observability/logger.ts';
import { Metrics } from './observability/metrics.ts';
import { observabilityRoutes } from './observability/routes.ts';
import { CrossRooms } from './roomlog/cross-rooms.ts';
import { LinkedRoomLog } from './roomlog/linked-log.ts';
import { createMembership } from './roomlog/membership.ts';
import { MemoryPresenceIndex } from './roomlog/memory-presence.ts';
import { MemoryRoomLog } from './roomlog/memory.ts';
import { Sweeper } from './roomlog/sweeper.ts';
import { Directory } from './signalling/directory.ts';
import type { SignallingContext } from './signalling/context.ts';
import { Endings } from './signalling/endings.ts';
import { EntryBlocks } from './signalling/entry-blocks.ts';
import { Gateway } from './signalling/gateway.ts';
import { KeptStays } from './signalling/kept-stays.ts';
import { registerLeaveRoute } from './signalling/leave-route.ts';
import { ReturnRights } from './signalling/return-rights.ts';
import { SpeedTests } from './signalling/speed-tests.ts';
import { StayWriter } from './signalling/stay-writer.ts';
import { listenFault, mediaFault, storeFault } from './startup-faults.ts';
import { ENDINGS_KEPT_MS } from './store/endings-port.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/port.ts';

/** A running server. */
export interface RotundaServer {
  /** Where the page, the Cloud API and signalling are, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Open things, for leak tests. All are 0 when everybody has left. */
  counts(): { sessions: number; rooms: number; connections: number } & ReturnType<MediaService['counts']>;
  /**
   * Replaces the Cloud API key pairs of these applications, from the next request on; the others keep theirs. No room and no
   * stay is touched.
   *
   * @throws Error, and changes nothing, for an app that the server does not have, and when one secretId has two keys
   */
  replaceCloudApiKeys(apps: readonly AppKeys[]): void;
  /** Tells every client that the server stops, and releases everything. Idempotent. */
  close(): Promise<void>;
}

/** How late a deadline of another node may be noticed, in milliseconds. */
const SWEEP_MS = 250;

/** Wires the rooms of the house together: the only place that knows all of them. */
export async function composeServer(config: ServerConfig): Promise<RotundaServer> {
  const log = createLogger({ level: config.logLevel });
  const clock = createSteadyClock();
  const store = await openConfiguredStore(config, log);
  const media = await createMediaService({
    workers: config.workers,
    basePort: config.mediaPort,
    listenHost: config.host,
    ...(config.announcedAddress ? { announcedAddress: config.announcedAddress } : {}),
    unwatchedMs: config.timers.unwatched,
    clock,
    log,
  }).catch(async (error: unknown) => {
    await store.close();
    throw mediaFault(error, config);
  });
  try {
    return await openDoors(config, { log, clock, store, media });
  } catch (error) {
    await media.close();
    await store.close();
    throw error;
  }
}

async function openConfiguredStore(config: ServerConfig, log: Log): Promise<Store> {
  const { databaseUrl } = config;
  const file = join(config.dataDir, 'rotunda.db');
  try {
    return await openStore({ file, databaseUrl, keptMs: keptMs(config), clock: systemClock, log });
  } catch (error) {
    throw storeFault(error, config);
  }
}

interface Foundations {
  readonly log: Log;
  /** For rooms, links and media. What outsiders stamped is compared with the system's own. */
  readonly clock: Clock;
  readonly store: Store;
  readonly media: MediaService;
}

/** The logic of a server, wired, without any door to the outside. */
async function furnish(config: ServerConfig, { log, clock, store, media }: Foundations) {
  const { timers } = config;
  const apps = new AppRegistry(config.apps);
  const tickets = new Tickets({ apps, clock: systemClock });
  const permissions = new Permissions({ apps, clock: systemClock });
  const metrics = new Metrics(async () => ({
    sessions: directory.size,
    rooms: (await roomLog.openRooms()).length,
    ...media.counts(),
    ...(await historyCounts(history, store)),
  }));
  const nodeId = randomUUID();
  const history = openHistory(config, { store, nodeId, clock, log, metrics });
  const rooms = openRooms({ log, clock, timers, nodeId, history });
  const { roomLog, membership, presence, crossRooms, sweeper } = rooms;
  const endings = new Endings({ store: store.endings, clock, log });
  const keptStays = new KeptStays({ store: store.keptStays, permissions, clock, log });
  const onStayEnded = (reason: LeaveReason): void => metrics.stayEnded({ reason });
  const entryBlocks = await EntryBlocks.open({ store: store.entryBlocks, clock: systemClock });
  const directory = new Directory({
    roomLog,
    endings,
    keptStays,
    entryBlocks,
    clock,
    timers,
    log,
    onStayEnded,
  });
  const resumeSecret = await store.secrets.secret('resume-token');
  const context: SignallingContext = {
    membership,
    crossRooms,
    media,
    directory,
    endings,
    keptStays,
    entryBlocks,
    writer: new StayWriter({ membership, clock, log }),
    onObserved: history.recorder.takeObservation,
    measures: new QualityRecorder({ store: store.quality, clock, log }),
    checkTicket: tickets.check,
    permissions,
    resumeTokens: new ResumeTokens({ secret: resumeSecret, clock, lifetimeMs: ENDINGS_KEPT_MS }),
    speedTests: new SpeedTests({ media, checkTicket: tickets.check, clock, log }),
    clock,
    returnRights: new ReturnRights({ clock, timers }),
    timers,
    iceServers: config.iceServers,
    log,
    onEntryRefused: (refusal) => metrics.entryRefused(refusal),
    newId: randomUUID,
  };
  const { callbacks } = history;
  const facts = { roomLog, membership, presence, endings, directory, keptStays, entryBlocks, callbacks };
  const backend = openBackend(config, { apps, store, clock, log, metrics, ...facts });
  return { apps, tickets, permissions, metrics, roomLog, sweeper, history, context, ...backend };
}

/** Who is in which room: the truth, and what keeps it true. */
function openRooms(tools: {
  readonly log: Log;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly nodeId: string;
  readonly history: History;
}) {
  const { log, clock, timers, nodeId, history } = tools;
  const memory = new MemoryRoomLog({
    onCommit: history.recorder.takeEntry,
    onFollowerError: (err) => log.error({ err }, 'a room follower failed'),
  });
  const roomLog = new LinkedRoomLog(memory, (err) =>
    log.error({ err }, 'a linked room did not learn of a commit'),
  );
  const presence = new MemoryPresenceIndex();
  const crossRooms = new CrossRooms({ log: roomLog, clock });
  const ids = { nodeId, newId: randomUUID };
  const onDeadline = (at: number): void => sweeper.wakeAt(at);
  const told = { onDeadline, onAudienceChange: history.recorder.takeAudienceChange };
  const membership = createMembership({ log: roomLog, presence, clock, timers, ...ids, ...told });
  const onError = (err: unknown): void => log.error({ err }, 'could not commit what is due');
  const sweeping = { log: roomLog, presence, membership, crossRooms, clock };
  const sweeper = new Sweeper({ ...sweeping, intervalMs: SWEEP_MS, onError });
  return { roomLog, membership, presence, crossRooms, sweeper };
}

type Furniture = Awaited<ReturnType<typeof furnish>>;

async function openDoors(config: ServerConfig, foundations: Foundations): Promise<RotundaServer> {
  const furniture = await furnish(config, foundations);
  const { apps, context, roomLog, sweeper, history, extensions } = furniture;
  const { directory, endings, media } = context;
  const gateway = new Gateway(context);
  let closing: Promise<void> | null = null;
  const app = await makeApp(config, furniture, () => closing === null);
  try {
    context.returnRights.waitFor(await history.start());
    gateway.attach(app.server);
    await app.listen({ host: config.host, port: config.port }).catch((error: unknown) => {
      throw listenFault(error, config);
    });
  } catch (error) {
    await history.close();
    throw error;
  }
  sweeper.start();

  const shutDown = (): Promise<void> =>
    closeInOrder([
      () => sweeper.close(),
      () => {
        for (const session of directory.all()) directory.end(session, 'serverStopping', { tell: true });
      },
      () => gateway.close(),
      () => app.close(),
      () => directory.close(),
      () => context.writer.close(),
      () => endings.close(),
      () => context.keptStays.close(),
      () => context.measures.close(),
      () => media.close(),
      () => roomLog.close(),
      () => history.close(),
      () => foundations.store.close(),
    ]);
  return {
    url: urlOf(app.server.address() as AddressInfo, config.host),
    counts: () => ({
      sessions: directory.size,
      rooms: directory.rooms,
      connections: gateway.size,
      ...media.counts(),
    }),
    replaceCloudApiKeys: (keys) => {
      apps.replaceKeys(keys);
      extensions.limiter.keepOnly((secretId) => apps.findKey(secretId) !== undefined);
    },
    close: () => (closing ??= shutDown()),
  };
}

/** The HTTP side. The Cloud API comes first: it shares `/` with the page. */
async function makeApp(
  config: ServerConfig,
  { apps, tickets, permissions, metrics, context, cloudApi, extensions }: Furniture,
  open: () => boolean,
): Promise<FastifyInstance> {
  const app = fastify({
    forceCloseConnections: true,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    frameworkErrors: (_error, request, reply) => void refuseBadAddress(request, reply),
  });
  reportHttpErrors(app, context.log);
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  await app.register(cloudApiRoutes(cloudApi));
  await app.register(extensionRoutes(extensions));
  registerLeaveRoute(app, context);
  const checks = [
    { name: 'doors', ready: open },
    { name: 'media workers', ready: () => context.media.counts().workers > 0 },
  ];
  await app.register(observabilityRoutes({ metrics, checks }));
  if (config.dev)
    await app.register(devModeRoutes({ apps, tickets, permissions, cloudApi, clock: systemClock }));
  if (config.webDir) await app.register(fastifyStatic, { root: resolve(config.webDir) });
  return app;
}

/** What has an address that cannot be decoded reaches no route. */
function refuseBadAddress(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.raw.url?.startsWith(EXTENSIONS_PATH)) return refuseOther(request, reply);
  return reply.code(400).send({ error: 'the address is malformed' });
}

function urlOf({ port }: AddressInfo, host: string): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}
