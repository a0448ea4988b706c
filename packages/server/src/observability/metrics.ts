import type { LeaveReason } from '@rotunda/protocol';
import { Counter, Gauge, Registry } from 'prom-client';

/** What is open right now, asked for at each scrape. */
export interface Gauges {
  sessions(): number;
  rooms(): number;
  media(): { workers: number; routers: number; transports: number; producers: number; consumers: number };
}

/** Prometheus metrics of one server, in a registry of its own: two servers in one process do not mix. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #staysEnded = new Counter({
    name: 'rotunda_stays_ended_total',
    help: 'Stays that ended, by reason',
    labelNames: ['reason'],
    registers: [this.#registry],
  });
  readonly #cloudApi = new Counter({
    name: 'rotunda_cloud_api_requests_total',
    help: 'Cloud API requests, by action and answer code (OK if it was done)',
    labelNames: ['action', 'code'],
    registers: [this.#registry],
  });

  constructor() {
    this.#gauge('process_resident_memory_bytes', 'Memory of the server without its media workers', () =>
      process.memoryUsage.rss(),
    );
    this.#gauge('process_cpu_seconds_total', 'CPU time of the server without its media workers', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
  }

  stayEnded(reason: LeaveReason): void {
    this.#staysEnded.inc({ reason });
  }

  cloudApiRequest(sample: { readonly action: string; readonly code: string }): void {
    this.#cloudApi.inc(sample);
  }

  /** Adds what is counted only when somebody asks. Once per server. */
  watch(gauges: Gauges): void {
    this.#gauge('rotunda_sessions', 'Stays on this node', () => gauges.sessions());
    this.#gauge('rotunda_rooms', 'Rooms with a stay on this node', () => gauges.rooms());
    for (const kind of ['workers', 'routers', 'transports', 'producers', 'consumers'] as const)
      this.#gauge(`rotunda_media_${kind}`, `Open media ${kind}`, () => gauges.media()[kind]);
  }

  /** The Prometheus text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(read()),
    });
  }
}
