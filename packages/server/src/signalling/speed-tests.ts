import type { Clock, Log, Timer } from '@rotunda/base';
import {
  JitterMeter,
  LoadMeter,
  PING_BYTES,
  SPEED_PACKET,
  SPEED_TEST,
  TRTCError,
  decodePing,
  duePackets,
  encodePing,
  isLoad,
  loadPacket,
  type RequestParams,
  type SpeedReport,
  type TransportMessage,
} from '@rotunda/protocol';
import type { Tickets } from '../auth/tickets.ts';
import type { MediaService, SpeedPath } from '../media/port.ts';

/** On one node: that is 100 Mbit/s at most. */
const MAX_AT_ONCE = 20;
/** How often packets are sent while a direction is filled, in milliseconds. */
const LOAD_EVERY_MS = 10;
/** A client may be late, and send in bursts; whoever sends more than that share of what was agreed is no SDK of ours. */
const TOLERANCE = 1.5;

export interface SpeedTestsOptions {
  readonly media: Pick<MediaService, 'openSpeedPath'>;
  readonly checkTicket: Tickets['check'];
  readonly clock: Clock;
  readonly log: Log;
}

/** The speed tests that run on this node: one per user at a time, for users with a ticket, so many at once. */
export class SpeedTests {
  readonly #options: SpeedTestsOptions;
  readonly #running = new Set<string>();

  constructor(options: SpeedTestsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Throws a TRTCError: what is wrong with the ticket, or ERR_REFUSED. */
  async open(params: RequestParams<'speedTest'>): Promise<SpeedTest> {
    const { media, checkTicket, clock, log } = this.#options;
    const { sdkAppId, userId, dtlsParameters, upKbps, downKbps } = params;
    const refusal = checkTicket(params);
    if (refusal) throw new TRTCError(refusal);
    const key = `${sdkAppId}/${userId}`;
    if (this.#running.has(key)) throw new TRTCError('ERR_REFUSED', 'a speed test of this user is running');
    if (this.#running.size >= MAX_AT_ONCE)
      throw new TRTCError('ERR_REFUSED', 'too many speed tests at once: try again later');
    this.#running.add(key);
    try {
      const path = await media.openSpeedPath(dtlsParameters);
      path.events.once('closed', () => this.#running.delete(key));
      log.info({ sdkAppId, userId, upKbps, downKbps }, 'speed test');
      return new SpeedTest({ path, clock, upKbps, downKbps });
    } catch (error) {
      this.#running.delete(key);
      throw error;
    }
  }
}

/** One speed test: sends pings back, counts what comes, and fills the way down when asked to. Ends by itself. */
export class SpeedTest {
  readonly #path: SpeedPath;
  readonly #clock: Clock;
  readonly #downKbps: number;
  readonly #jitter = new JitterMeter();
  readonly #load = new LoadMeter();
  readonly #lifetime: Timer;
  /** What the client may still send. */
  #bytesLeft: number;
  #pings = 0;
  #state: 'open' | 'filled' | 'closed' = 'open';

  constructor(options: { path: SpeedPath; clock: Clock; upKbps: number; downKbps: number }) {
    const { path, clock, upKbps, downKbps } = options;
    this.#path = path;
    this.#clock = clock;
    this.#downKbps = downKbps;
    this.#bytesLeft = TOLERANCE * ((upKbps * SPEED_TEST.loadMs) / 8 + SPEED_TEST.pings.count * PING_BYTES);
    this.#lifetime = clock.after(SPEED_TEST.lifetimeMs, () => this.close());
    path.events.on('message', (bytes) => this.#receive(bytes));
    path.events.once('closed', () => this.#closed());
  }

  get transport(): TransportMessage {
    return this.#path.transport;
  }

  report(): SpeedReport {
    this.#assertOpen();
    const { jitterMs } = this.#jitter;
    return { pings: this.#pings, jitterMs, loadBytes: this.#load.bytes, loadMs: this.#load.ms };
  }

  /** Fills the way down at the agreed rate, once. @returns when everything has been handed over; rejects if the test ended before. */
  async fill(): Promise<void> {
    this.#assertOpen();
    if (this.#state === 'filled') throw new TRTCError('ERR_REFUSED', 'the way down was filled already');
    this.#state = 'filled';
    const startedAt = this.#clock.now();
    const kbps = this.#downKbps;
    const packet = loadPacket(kbps);
    let sent = 0;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.every(LOAD_EVERY_MS, () => {
        const elapsedMs = this.#clock.now() - startedAt;
        const due = duePackets({ kbps, bytes: packet.length, elapsedMs });
        while (sent < due && this.#state !== 'closed') {
          this.#path.send(packet);
          sent += 1;
        }
        if (elapsedMs < SPEED_TEST.loadMs && this.#state !== 'closed') return;
        timer.cancel();
        resolve();
      });
    });
    this.#assertOpen();
  }

  /** Idempotent. */
  close(): void {
    this.#path.close();
  }

  #receive(bytes: Uint8Array): void {
    this.#bytesLeft -= bytes.length;
    if (this.#bytesLeft < 0) return this.close();
    const now = this.#clock.now();
    const ping = decodePing(bytes);
    if (ping?.type === SPEED_PACKET.ping) {
      this.#pings += 1;
      this.#jitter.add(ping.sentAt, now);
      this.#path.send(encodePing({ ...ping, type: SPEED_PACKET.pong, serverAt: now }));
    } else if (isLoad(bytes)) {
      this.#load.add(bytes.length, now);
    }
  }

  #closed(): void {
    this.#state = 'closed';
    this.#lifetime.cancel();
  }

  #assertOpen(): void {
    if (this.#state === 'closed') throw new TRTCError('ERR_REFUSED', 'the speed test is over');
  }
}
