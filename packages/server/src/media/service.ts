import type { Clock } from '@rotunda/base';
import type { DtlsParametersMessage, RtpCapabilitiesMessage } from '@rotunda/protocol';
import { DEFAULT_TIMERS, roomKeyText, TRTCError } from '@rotunda/protocol';
import { mediaAddresses } from './addresses.ts';
import { refusalOf } from './errors.ts';
import { ROUTER_CAPABILITIES } from './codecs.ts';
import { MemberMedia } from './member-media.ts';
import { rtpCapabilitiesMessage } from './messages.ts';
import type { MediaMember, MediaRoom, MediaService, SpeedPath } from './port.ts';
import { RoomMedia } from './room-media.ts';
import { clientCapabilities } from './rtp-rules.ts';
import { MediasoupSpeedPath } from './speed-path.ts';
import { Tally } from './tally.ts';
import type { MediaLog } from './worker-slot.ts';
import { WorkerPool } from './workers.ts';

export type { MediaLog } from './worker-slot.ts';

const DEFAULT_ICE_CONSENT_TIMEOUT_SECONDS = 10;
const DEFAULT_MAX_MEMBERS_PER_ROUTER = 200;

export interface MediaServiceOptions {
  /** Worker processes, at least 1: about one per core. */
  readonly workers: number;
  /** Worker n listens on UDP and TCP port basePort + n; 0 means free ports. */
  readonly basePort: number;
  readonly listenHost: string;
  /** The address that clients are told; without it 127.0.0.1 and each other IPv4 address of the machine. */
  readonly announcedAddress?: string;
  /** How long a transport without an answer from the client counts as connected; the worker accepts 10 or more. */
  readonly iceConsentTimeoutSeconds?: number;
  /** A room with more members than this gets a router on a further worker. Default 200. */
  readonly maxMembersPerRouter?: number;
  /** A video layer that nobody receives is no longer wanted after this. Milliseconds, default 10000. */
  readonly unwatchedMs?: number;
  readonly clock: Clock;
  readonly log: MediaLog;
}

/**
 * Starts the media workers.
 *
 * @throws MediaUnavailableError when a port is taken or the worker cannot be started. Nothing keeps running then.
 */
export async function createMediaService(options: MediaServiceOptions): Promise<MediaService> {
  const { workers, basePort, clock, log, listenHost, announcedAddress } = options;
  const addresses = mediaAddresses({ listenHost, ...(announcedAddress ? { announcedAddress } : {}) });
  const pool = await WorkerPool.open({ workers, basePort, addresses, clock, log });
  return new MediasoupService(options, pool);
}

class MediasoupService implements MediaService {
  readonly routerRtpCapabilities: RtpCapabilitiesMessage = rtpCapabilitiesMessage(ROUTER_CAPABILITIES);
  readonly #options: MediaServiceOptions;
  readonly #pool: WorkerPool;
  readonly #tally = new Tally();
  readonly #rooms = new Map<string, RoomMedia>();
  readonly #members = new Set<MediaMember>();
  #closed = false;

  constructor(options: MediaServiceOptions, pool: WorkerPool) {
    this.#options = options;
    this.#pool = pool;
  }

  async join(request: Parameters<MediaService['join']>[0]): Promise<MediaMember> {
    this.#assertOpen();
    const { sessionId, mayPublish } = request;
    const member = await MemberMedia.open({
      room: this.#room(nameOf(request)),
      otherRoom: (other) => this.#rooms.get(nameOf(other)),
      rtpCapabilities: clientCapabilities(request.rtpCapabilities),
      mayPublish,
      clock: this.#options.clock,
      sessionId,
      iceConsentTimeoutSeconds: this.#options.iceConsentTimeoutSeconds ?? DEFAULT_ICE_CONSENT_TIMEOUT_SECONDS,
      onClosed: (closed) => this.#members.delete(closed),
    });
    if (this.#closed) member.close();
    this.#assertOpen();
    this.#members.add(member);
    return member;
  }

  async openSpeedPath(client: DtlsParametersMessage): Promise<SpeedPath> {
    this.#assertOpen();
    const worker = await this.#pool.pick();
    try {
      return await MediasoupSpeedPath.open(worker, client, (router) => this.#tally.watch(router));
    } catch (error) {
      throw refusalOf(error, { mediaGone: !worker.usable });
    }
  }

  counts(): ReturnType<MediaService['counts']> {
    return { workers: this.#pool.size, ...this.#tally.open };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const member of this.#members) member.close();
    await this.#pool.close();
  }

  #room(name: string): RoomMedia {
    const existing = this.#rooms.get(name);
    if (existing) return existing;
    const { clock, log, maxMembersPerRouter = DEFAULT_MAX_MEMBERS_PER_ROUTER } = this.#options;
    const { unwatchedMs = DEFAULT_TIMERS.unwatched } = this.#options;
    const room: RoomMedia = new RoomMedia({
      pool: this.#pool,
      tally: this.#tally,
      clock,
      log,
      maxMembersPerRouter: Math.max(1, maxMembersPerRouter),
      unwatchedMs,
      onEmpty: () => {
        if (this.#rooms.get(name) === room) this.#rooms.delete(name);
      },
    });
    this.#rooms.set(name, room);
    return room;
  }

  #assertOpen(): void {
    if (this.#closed) throw new TRTCError('ERR_SERVER_PROCESS_FAILED', 'the server is stopping');
  }
}

function nameOf({ key, incarnation }: MediaRoom): string {
  return `${roomKeyText(key)}#${incarnation}`;
}
