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
}

const GAUGES = [
  ['rooms', 'Open rooms'],
  ['sessions', 'Stays that this process serves'],
  ['workers', 'Media worker processes'],
  ['routers', 'Media routers'],
  ['transports', 'Media transports'],
  ['producers', 'Published streams'],
  ['consumers', 'Subscribed streams'],
] as const satisfies readonly (readonly [keyof LiveCounts, string])[];

/** The numbers of one server, in a registry of its own: two servers in one process do not mix. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #beforeScrape: () => Promise<void>;
  readonly #staysEnded: Counter<'reason'>;
  readonly #entriesRefused: Counter<'code'>;
  readonly #cloudApiRequests: Counter<'action' | 'code'>;

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
