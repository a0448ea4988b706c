import type { Clock, Timer } from '@rotunda/base';
import {
  MAX_QUALITY_USERS,
  type RequestParams,
  type RequestResult,
  type Surroundings,
} from '@rotunda/protocol';
import type { MediaStats } from '../media/engine.ts';
import { arrivalsOf, type Arrival } from './arrivals.ts';
import { compare, type Measured } from './compare.ts';
import { NETWORK_QUALITY } from './quality.ts';
import type { ReceivedStream } from './received-stream.ts';
import {
  describeLocal,
  describeQuality,
  describeRemote,
  type RemoteReport,
  type RoomQuality,
  type RoomStatistics,
} from './room-statistics.ts';
import { readSample, type Sample } from './sample.ts';
import { describeStreams } from './stream-reports.ts';

/** How often it is read what has arrived. */
const LOOK_MS = 1_000;
/** TRTC's own interval of statistics (docs/trtc.md 2.13). */
const INTERVAL_MS = 2_000;
const LOOKS = INTERVAL_MS / LOOK_MS;

export interface MeterObserver {
  /** What has arrived so far of what is received, every second, before all else of the same moment. */
  onArrivals(arrivals: readonly Arrival[]): void;
  onQuality(quality: RoomQuality): void;
  /** After the quality of the same moment. */
  onStatistics(statistics: RoomStatistics): void;
}

export interface MeterTools {
  readonly clock: Clock;
  readonly observer: MeterObserver;
  stats(): Promise<MediaStats>;
  /** How loud a user has been in the last `ms` milliseconds; null where the platform counts it. */
  levelOf(userId: string, ms: number): number | null;
  /** Before anybody is told. */
  onMeasured(measured: Measured): void;
  /** What is being received right now. */
  streams(): readonly ReceivedStream[];
  /** Where the client runs. */
  surroundings(): Surroundings;
  /** Tells the server how this client's path is. @returns what it knows of the paths of others. */
  report(quality: RequestParams<'quality'>): Promise<RequestResult<'quality'>>;
}

/**
 * Reads a stay's statistics: tells every second what has arrived, and every two seconds measures the stay, tells the application, and tells
 * the server for the others.
 */
export class Meter {
  readonly #tools: MeterTools;
  #timer: Timer | null = null;
  #link: 'up' | 'down' = 'down';
  #busy = false;
  #looks = 0;
  #before: { readonly sample: Sample | null; readonly at: number };
  #reports: readonly RemoteReport[] = [];
  /** There and back over signalling, for a client without media. */
  #signalRttMs: number | null = null;
  #sentBytes = 0;
  #receivedBytes = 0;

  constructor(tools: MeterTools) {
    this.#tools = tools;
    this.#before = { sample: null, at: tools.clock.now() };
  }

  /** The stay began, or goes on after a lost link. */
  resume(): void {
    this.#link = 'up';
    if (this.#timer) return;
    const { clock } = this.#tools;
    this.#before = { sample: null, at: clock.now() };
    this.#looks = 0;
    this.#timer = clock.every(LOOK_MS, () => void this.#look());
  }

  /** The link is down; measuring goes on. */
  suspend(): void {
    this.#link = 'down';
    this.#reports = [];
  }

  close(): void {
    this.#link = 'down';
    this.#timer?.cancel();
    this.#timer = null;
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    this.#looks += 1;
    const { observer } = this.#tools;
    const measures = this.#looks % LOOKS === 0;
    if (!measures && this.#tools.streams().length === 0) return observer.onArrivals([]);
    this.#busy = true;
    try {
      const sample = readSample(await this.#tools.stats());
      if (this.#timer) observer.onArrivals(arrivalsOf(this.#tools.streams(), sample.received));
      if (this.#timer && measures) this.#tell(this.#measure(sample));
    } catch {
      // The transports were replaced meanwhile; the next turn reads the new ones.
    } finally {
      this.#busy = false;
    }
  }

  #measure(sample: Sample): Measured {
    const at = this.#tools.clock.now();
    const measured = compare(this.#before.sample, sample, Math.max(1, at - this.#before.at));
    this.#before = { sample, at };
    this.#sentBytes += measured.sentBytes;
    this.#receivedBytes += measured.receivedBytes;
    return { ...measured, rttMs: measured.rttMs ?? this.#signalRttMs };
  }

  /** A listener may leave in between. */
  #tell(measured: Measured): void {
    const { observer } = this.#tools;
    this.#tools.onMeasured(measured);
    const streams = this.#tools.streams();
    const measures = { measured, streams, reports: this.#reports };
    const quality = describeQuality(measures);
    const statistics = this.#statistics(measured, describeRemote(measures));
    if (this.#link === 'up') {
      const { uplink, downlink } = quality;
      const { rttMs: rtt, upLoss, downLoss } = statistics;
      const path = { quality: uplink, downQuality: downlink, rtt, upLoss, downLoss };
      const levelOf = (userId: string): number | null => this.#tools.levelOf(userId, INTERVAL_MS);
      const described = describeStreams(measured, streams, levelOf);
      const surroundings = this.#tools.surroundings();
      void this.#report({ ...path, of: sendersOf(streams), streams: described, surroundings });
    }
    const { down } = NETWORK_QUALITY;
    observer.onQuality(this.#link === 'up' ? quality : { uplink: down, downlink: down, remote: [] });
    if (this.#timer) observer.onStatistics(statistics);
  }

  #statistics(measured: Measured, remote: RoomStatistics['remote']): RoomStatistics {
    return {
      rttMs: measured.rttMs ?? 0,
      upLoss: measured.upLoss ?? 0,
      downLoss: measured.downLoss ?? 0,
      sentBytes: this.#sentBytes,
      receivedBytes: this.#receivedBytes,
      local: describeLocal(measured),
      remote,
    };
  }

  async #report(report: RequestParams<'quality'>): Promise<void> {
    const { clock } = this.#tools;
    const askedAt = clock.now();
    try {
      const { users } = await this.#tools.report(report);
      if (this.#link === 'down') return;
      this.#signalRttMs = clock.now() - askedAt;
      this.#reports = users;
    } catch {
      // No link, or the server is busy: the others' part of the chain stays as it was told last.
    }
  }
}

function sendersOf(streams: readonly ReceivedStream[]): string[] {
  return [...new Set(streams.map(({ userId }) => userId))].slice(0, MAX_QUALITY_USERS);
}
