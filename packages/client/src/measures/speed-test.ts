import type { Clock, Log, Timer } from '@rotunda/base';
import {
  DEFAULT_TIMERS,
  JitterMeter,
  LoadMeter,
  SPEED_PACKET,
  SPEED_TEST,
  TRTCError,
  decodePing,
  duePackets,
  encodePing,
  isLoad,
  loadPacket,
  type SpeedReport,
} from '@rotunda/protocol';
import type { SpeedChannel, SpeedChannelFactory } from '../media/speed-channel.ts';
import { Timeouts } from '../session/timeouts.ts';
import { SignalChannel } from '../signal/channel.ts';
import type { SocketFactory } from '../signal/socket.ts';
import { gradePath, type NetworkQuality } from './quality.ts';

export interface SpeedTestParams {
  readonly sdkAppId: number;
  readonly userId: string;
  readonly userSig: string;
  /** Up to which rate each direction is tried; 0 leaves it out. kbit/s. */
  readonly upKbps: number;
  readonly downKbps: number;
}

/** Losses from 0 to 1, times in milliseconds, rates in kbit/s: not more than was asked for, -1 where nothing was asked for. */
export interface SpeedMeasure {
  /** Of the server; empty when it is not known. */
  readonly address: string;
  readonly quality: NetworkQuality;
  readonly rttMs: number;
  readonly upLoss: number;
  readonly downLoss: number;
  readonly upJitterMs: number;
  readonly downJitterMs: number;
  readonly upKbps: number;
  readonly downKbps: number;
}

export type SpeedTestOutcome =
  | { readonly kind: 'measured'; readonly measure: SpeedMeasure }
  | { readonly kind: 'failed'; readonly message: string };

export interface SpeedTestTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly sockets: SocketFactory;
  readonly openSpeedChannel: SpeedChannelFactory;
  readonly signalUrl: string;
  /** Once, unless the test is closed before; never synchronously. */
  onDone(outcome: SpeedTestOutcome): void;
}

const TICK_MS = 10;
/** What is on its way back after the last ping, or waits to be sent after the last packet, gets so long. */
const PATIENCE_MS = 1_000;

/**
 * How good the way to the server is, outside of rooms: small packets there and back tell time, jitter and loss, then each direction is filled up
 * to the wished rate for two seconds. About seven seconds in all, on a socket and a data channel of its own.
 */
export class SpeedTest {
  readonly #params: SpeedTestParams;
  readonly #tools: SpeedTestTools;
  readonly #timeouts: Timeouts;
  readonly #limit: Timer;
  readonly #signal: SignalChannel;
  readonly #jitter = new JitterMeter();
  readonly #down = new LoadMeter();
  /** Of each ping that came back, in milliseconds. */
  readonly #rtts: number[] = [];
  #channel: SpeedChannel | null = null;
  #state: 'open' | 'closed' = 'open';

  constructor(params: SpeedTestParams, tools: SpeedTestTools) {
    const { clock, signalUrl: url } = tools;
    this.#params = params;
    this.#tools = tools;
    this.#timeouts = new Timeouts(clock);
    this.#limit = clock.after(SPEED_TEST.lifetimeMs, () =>
      this.#fail(new Error('the server did not answer in time')),
    );
    this.#signal = new SignalChannel({
      ...tools,
      url,
      linkDeadMs: DEFAULT_TIMERS.linkDead,
      owner: {
        onEvent: () => undefined,
        onClosed: () => this.#fail(new Error('the server cannot be reached')),
      },
    });
    void this.#run();
  }

  /** Nothing is told any more. Idempotent. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#limit.cancel();
    this.#timeouts.close();
    this.#channel?.close();
    this.#signal.close();
  }

  async #run(): Promise<void> {
    try {
      const channel = await this.#connect();
      const report = await this.#ping(channel);
      const upKbps = await this.#fillUp(channel);
      const downKbps = await this.#fillDown();
      const address = await channel.address().catch(() => '');
      this.#assertOpen();
      this.#done({ kind: 'measured', measure: { address, ...this.#path(report), upKbps, downKbps } });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #connect(): Promise<SpeedChannel> {
    const { iceServers } = await this.#signal.welcome;
    const channel = await this.#tools.openSpeedChannel((bytes) => this.#receive(bytes), iceServers);
    if (this.#state === 'closed') channel.close();
    this.#assertOpen();
    this.#channel = channel;
    const { dtlsParameters } = channel;
    await channel.connect(await this.#signal.request('speedTest', { ...this.#params, dtlsParameters }));
    this.#assertOpen();
    return channel;
  }

  async #ping(channel: SpeedChannel): Promise<SpeedReport> {
    const { clock } = this.#tools;
    const { count, everyMs } = SPEED_TEST.pings;
    let seq = 0;
    await this.#during(count * everyMs, (elapsedMs) => {
      for (const due = Math.min(count, 1 + Math.floor(elapsedMs / everyMs)); seq < due; seq++) {
        channel.send(encodePing({ type: SPEED_PACKET.ping, seq, sentAt: clock.now(), serverAt: 0 }));
      }
    });
    const patientUntil = clock.now() + PATIENCE_MS;
    while (this.#rtts.length < count && clock.now() < patientUntil) await this.#wait(TICK_MS);
    return this.#signal.request('speedTestReport', {});
  }

  /** @returns what came at the server, in kbit/s. */
  async #fillUp(channel: SpeedChannel): Promise<number> {
    const { upKbps: kbps } = this.#params;
    if (kbps === 0) return -1;
    const packet = loadPacket(kbps);
    let sent = 0;
    await this.#during(SPEED_TEST.loadMs, (elapsedMs) => {
      const due = duePackets({ kbps, bytes: packet.length, elapsedMs });
      while (sent < due && channel.send(packet)) sent += 1;
    });
    await this.#wait(this.#rttMs);
    const { loadBytes, loadMs } = await this.#signal.request('speedTestReport', {});
    return limited(loadMs > 0 ? (loadBytes * 8) / loadMs : 0, kbps);
  }

  /** @returns what came here, in kbit/s. */
  async #fillDown(): Promise<number> {
    const { downKbps } = this.#params;
    if (downKbps === 0) return -1;
    await this.#signal.request('speedTestFill', {});
    await this.#wait(this.#rttMs);
    return limited(this.#down.kbps, downKbps);
  }

  #path({ pings, jitterMs }: SpeedReport): Omit<SpeedMeasure, 'address' | 'upKbps' | 'downKbps'> {
    const upLoss = share(SPEED_TEST.pings.count - pings, SPEED_TEST.pings.count);
    const downLoss = share(pings - this.#rtts.length, pings);
    const rttMs = this.#rttMs;
    return {
      quality: gradePath({ lossPercent: 100 * Math.max(upLoss, downLoss), rttMs }),
      rttMs,
      upLoss,
      downLoss,
      upJitterMs: Math.round(jitterMs),
      downJitterMs: Math.round(this.#jitter.jitterMs),
    };
  }

  /** The median: a single packet that was held up says little. */
  get #rttMs(): number {
    return this.#rtts.toSorted((a, b) => a - b)[Math.floor(this.#rtts.length / 2)] ?? 0;
  }

  #receive(bytes: Uint8Array): void {
    const now = this.#tools.clock.now();
    const pong = decodePing(bytes);
    if (pong?.type === SPEED_PACKET.pong) {
      this.#rtts.push(now - pong.sentAt);
      this.#jitter.add(pong.serverAt, now);
    } else if (isLoad(bytes)) {
      this.#down.add(bytes.length, now);
    }
  }

  async #wait(ms: number): Promise<void> {
    await this.#timeouts.wait(ms);
    this.#assertOpen();
  }

  /** Again and again until the time is over; timers may be late. */
  async #during(ms: number, step: (elapsedMs: number) => void): Promise<void> {
    const { clock } = this.#tools;
    const startedAt = clock.now();
    for (;;) {
      const elapsedMs = clock.now() - startedAt;
      step(elapsedMs);
      if (elapsedMs >= ms) return;
      await this.#wait(TICK_MS);
    }
  }

  #assertOpen(): void {
    if (this.#state === 'closed') throw new TRTCError('ERR_REFUSED', 'the speed test was stopped');
  }

  #fail(error: unknown): void {
    if (this.#state === 'closed') return;
    this.#tools.log.warn({ err: error }, 'the speed test failed');
    this.#done({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }

  #done(outcome: SpeedTestOutcome): void {
    this.close();
    this.#tools.onDone(outcome);
  }
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 1;
}

/** A burst at the end of a queue would show more than was sent. */
function limited(kbps: number, wished: number): number {
  return Math.round(Math.min(kbps, wished));
}
