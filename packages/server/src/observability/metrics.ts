import type { LeaveReason } from '@rotunda/protocol';
import { Counter, Gauge, Registry } from 'prom-client';

/** Counts that are read when somebody asks for the metrics. */
export interface LiveCounts {
  readonly rooms: number;
  readonly sessions: number;
  readonly workers: number;
  readonly routers: number;
  readonly transports: number;
  readonly producers: number;
  readonly consumers: number;
  readonly history_waiting: number;
  readonly callbacks_waiting: number;
  readonly callbacks_oldest_age_seconds: number;
  readonly callbacks_dead: number;
}

const GAUGES = [
  ['rooms', 'Open rooms'],
  ['sessions', 'Stays that this process serves'],
  ['workers', 'Media worker processes'],
  ['routers', 'Media routers'],
  ['transports', 'Media transports'],
  ['producers', 'Published streams'],
  ['consumers', 'Subscribed streams'],
  ['history_waiting', 'Things that happened in rooms and are not in the store yet'],
  ['callbacks_waiting', 'Event callbacks that wait for delivery'],
  ['callbacks_oldest_age_seconds', 'Age of the oldest event callback that waits; 0 if none does'],
  ['callbacks_dead', 'Event callbacks that could not be delivered and are kept'],
] as const satisfies readonly (readonly [keyof LiveCounts, string])[];

/** The numbers of one server, in a registry of its own: two servers in one process do not mix. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #beforeScrape: () => Promise<void>;
  readonly #staysEnded: Counter<'reason'>;
  readonly #entriesRefused: Counter<'code'>;
  readonly #cloudApiRequests: Counter<'action' | 'code'>;
  readonly #callbackAttempts: Counter<'sdk_app_id' | 'result'>;
  readonly #leftOut: Counter;

  /** `live` is asked at every scrape. */
  constructor(live: () => LiveCounts | Promise<LiveCounts>) {
    const registers = [this.#registry];
    const gauges = GAUGES.map(
      ([name, help]) => [name, new Gauge({ name: `rotunda_${name}`, help, registers })] as const,
    );
    this.#beforeScrape = async () => {
      const counts = await live();
      for (const [name, gauge] of gauges) gauge.set(counts[name]);
    };
    this.#staysEnded = new Counter({
      name: 'rotunda_stays_ended_total',
      help: 'Stays that ended, by reason',
      labelNames: ['reason'],
      registers,
    });
    this.#entriesRefused = new Counter({
      name: 'rotunda_entries_refused_total',
      help: 'Entries that were refused, by TRTC error code',
      labelNames: ['code'],
      registers,
    });
    this.#cloudApiRequests = new Counter({
      name: 'rotunda_cloud_api_requests_total',
      help: 'Cloud API requests, by action and error code (OK if there was none)',
      labelNames: ['action', 'code'],
      registers,
    });
    this.#callbackAttempts = new Counter({
      name: 'rotunda_callbacks_total',
      help: 'Event callbacks: delivered; attempts that failed; given up as dead letters',
      labelNames: ['sdk_app_id', 'result'],
      registers,
    });
    this.#leftOut = new Counter({
      name: 'rotunda_history_left_out_total',
      help: 'Rooms, stays and streams that are in no history and no callback, because the store took nothing',
      registers,
    });
    addProcessGauges(this.#registry);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  stayEnded(sample: { readonly reason: LeaveReason }): void {
    this.#staysEnded.inc({ reason: sample.reason });
  }

  entryRefused(sample: { readonly code: number }): void {
    this.#entriesRefused.inc({ code: sample.code });
  }

  cloudApiRequest(sample: { readonly action: string; readonly code: string }): void {
    this.#cloudApiRequests.inc({ action: sample.action, code: sample.code });
  }

  callbackAttempted(sample: {
    readonly sdkAppId: number;
    readonly result: 'delivered' | 'failed' | 'dead';
  }): void {
    this.#callbackAttempts.inc({ sdk_app_id: sample.sdkAppId, result: sample.result });
  }

  historyLeftOut(count: number): void {
    this.#leftOut.inc(count);
  }

  /** @returns the text that Prometheus scrapes. */
  async text(): Promise<string> {
    await this.#beforeScrape();
    return this.#registry.metrics();
  }
}

function addProcessGauges(registry: Registry): void {
  const registers = [registry];
  const memory: Gauge = new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory size in bytes.',
    registers,
    collect: () => memory.set(process.memoryUsage.rss()),
  });
  const cpu: Gauge = new Gauge({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time spent, without the media workers.',
    registers,
    collect: () => {
      const { user, system } = process.cpuUsage();
      cpu.set((user + system) / 1e6);
    },
  });
}
