import type { Clock, Log, Timer } from '@rotunda/base';
import { MAX_STREAM_REPORTS, type RequestParams, type StreamReport } from '@rotunda/protocol';
import type { QualitySample, QualityStore, StreamQuality } from '../store/quality-port.ts';

/** One row per stay for so long, in milliseconds: clients report every two seconds. */
export const QUALITY_WINDOW_MS = 10_000;
/** How much of the time one report is about, in milliseconds. */
const REPORT_SPAN_MS = 2_000;
/** So many rows wait for a store that does not take them; then the oldest are given up. */
const MAX_WAITING = 20_000;

export interface MeasuredStay {
  readonly sdkAppId: number;
  readonly roomId: string;
  readonly incarnation: string;
  readonly sessionId: string;
}

type Report = Omit<RequestParams<'quality'>, 'of'>;

interface Window {
  readonly stay: MeasuredStay;
  readonly at: number;
  readonly rtts: number[];
  /** By whose and which stream. */
  readonly streams: Map<string, [StreamReport, ...StreamReport[]]>;
}

export interface QualityRecorderTools {
  readonly store: Pick<QualityStore, 'save'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps what clients report of their media, some seconds together. Nobody waits for it. */
export class QualityRecorder {
  readonly #tools: QualityRecorderTools;
  /** By session. */
  #windows = new Map<string, Window>();
  #waiting: QualitySample[] = [];
  #writing: Promise<void> | null = null;
  readonly #timer: Timer;

  constructor(tools: QualityRecorderTools) {
    this.#tools = tools;
    this.#timer = tools.clock.every(QUALITY_WINDOW_MS, () => {
      this.#closeWindows(this.#windowStart());
      this.#writing ??= this.#write().finally(() => {
        this.#writing = null;
      });
    });
  }

  take(stay: MeasuredStay, { rtt, streams = [] }: Report): void {
    const at = this.#windowStart();
    let window = this.#windows.get(stay.sessionId);
    if (window && window.at !== at) this.#keep(window);
    if (window?.at !== at) window = { stay, at, rtts: [], streams: new Map() };
    this.#windows.set(stay.sessionId, window);
    window.rtts.push(rtt);
    for (const stream of streams) {
      const name = `${stream.source} ${stream.userId}`;
      const known = window.streams.get(name);
      if (known) known.push(stream);
      else if (window.streams.size < MAX_STREAM_REPORTS) window.streams.set(name, [stream]);
    }
  }

  /** Resolves when what is known is written, or could not be. */
  async close(): Promise<void> {
    this.#timer.cancel();
    this.#closeWindows(Number.POSITIVE_INFINITY);
    await this.#writing;
    await this.#write();
  }

  #windowStart(): number {
    const now = this.#tools.clock.now();
    return now - (now % QUALITY_WINDOW_MS);
  }

  #closeWindows(before: number): void {
    for (const [sessionId, window] of this.#windows) {
      if (window.at >= before) continue;
      this.#windows.delete(sessionId);
      this.#keep(window);
    }
  }

  #keep({ stay, at, rtts, streams }: Window): void {
    const span = Math.min(QUALITY_WINDOW_MS, rtts.length * REPORT_SPAN_MS);
    const rtt = average(rtts);
    const known = [...streams.values()].map((reports) => summarize(reports, span));
    this.#wait([{ ...stay, at, span, rtt, streams: known }]);
  }

  #wait(samples: readonly QualitySample[]): void {
    this.#waiting.push(...samples);
    const tooMany = this.#waiting.length - MAX_WAITING;
    if (tooMany <= 0) return;
    this.#waiting.splice(0, tooMany);
    this.#tools.log.warn({ givenUp: tooMany }, 'the store does not keep up: quality samples are given up');
  }

  async #write(): Promise<void> {
    const samples = this.#waiting;
    if (samples.length === 0) return;
    this.#waiting = [];
    try {
      await this.#tools.store.save(samples);
    } catch (err) {
      const since = this.#waiting;
      this.#waiting = samples;
      this.#wait(since);
      this.#tools.log.warn({ err, waiting: this.#waiting.length }, 'could not keep quality samples for now');
    }
  }
}

/** Nothing stands still for longer than was measured, whatever a client says. */
function summarize(reports: readonly [StreamReport, ...StreamReport[]], span: number): StreamQuality {
  const { userId, source, width, height } = reports.at(-1) ?? reports[0];
  const mean = (value: (report: StreamReport) => number): number => average(reports.map(value));
  return {
    userId,
    source,
    width,
    height,
    kbps: mean(({ kbps }) => kbps),
    loss: mean(({ loss }) => loss),
    blocked: Math.min(
      span,
      reports.reduce((total, { blocked }) => total + blocked, 0),
    ),
    fps: mean(({ fps }) => fps),
    inputFps: mean(({ inputFps }) => inputFps),
    volume: mean(({ volume }) => volume),
  };
}

function average(values: readonly number[]): number {
  return Math.round(values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length));
}
