import type { Clock, Timer } from '@rotunda/base';
import type { Source } from '@rotunda/protocol';
import type { Arrival } from '../measures/arrivals.ts';
import { StreamStatus, type StatusChange } from './stream-status.ts';

/** How often it is looked whether something has arrived, while something should. */
const LOOK_MS = 1_000;

export interface RemoteStatusTools {
  readonly clock: Clock;
  /** What has arrived so far. */
  arrivals(): Promise<readonly Arrival[]>;
  onChanged(userId: string, source: Source, change: StatusChange): void;
}

interface Stream {
  readonly userId: string;
  readonly source: Source;
  readonly status: StreamStatus;
}

/** Tells which streams of others play, load or are stopped, so that nobody looks at a frozen picture without knowing. */
export class RemoteStatus {
  readonly #tools: RemoteStatusTools;
  readonly #streams = new Map<string, Stream>();
  #timer: Timer | null = null;

  constructor(tools: RemoteStatusTools) {
    this.#tools = tools;
  }

  /** The application asks for a stream, or no longer. What comes of it is not told before the call that asks returns. */
  ask(userId: string, source: Source, asked: boolean): void {
    const stream = this.#stream(userId, source);
    const change = stream.status.ask(asked, this.#tools.clock.now());
    this.#keepLooking();
    if (change) void Promise.resolve().then(() => this.#tell(stream, change));
  }

  /** A stream is there and not muted, or no longer. */
  offer(userId: string, source: Source, available: boolean): void {
    this.#change(this.#stream(userId, source), (status, now) => status.offer(available, now));
  }

  /** A picture, or sound, has just arrived. */
  arrived(userId: string, source: Source): void {
    const stream = this.#streams.get(keyOf({ userId, source }));
    if (stream) this.#change(stream, (status, now) => status.arrived(now));
  }

  /** After the ends of the user's streams. */
  userLeft(userId: string): void {
    for (const [key, stream] of this.#streams) if (stream.userId === userId) this.#streams.delete(key);
  }

  /** The room is left: nothing more is told of its streams. */
  reset(): void {
    this.#streams.clear();
    this.#keepLooking();
  }

  #stream(userId: string, source: Source): Stream {
    const key = keyOf({ userId, source });
    const known = this.#streams.get(key);
    if (known) return known;
    const stream = { userId, source, status: new StreamStatus() };
    this.#streams.set(key, stream);
    return stream;
  }

  #change(stream: Stream, step: (status: StreamStatus, now: number) => StatusChange | null): void {
    const change = step(stream.status, this.#tools.clock.now());
    this.#keepLooking();
    if (change) this.#tell(stream, change);
  }

  #tell(stream: Stream, change: StatusChange): void {
    if (this.#isCurrent(stream)) this.#tools.onChanged(stream.userId, stream.source, change);
  }

  #isCurrent(stream: Stream): boolean {
    return this.#streams.get(keyOf(stream)) === stream;
  }

  /** As long as something should be arriving. */
  #keepLooking(): void {
    const due = [...this.#streams.values()].some(({ status }) => status.due);
    if (due && !this.#timer) {
      const timer = this.#tools.clock.after(LOOK_MS, () => void this.#look(timer));
      this.#timer = timer;
    } else if (!due) {
      this.#timer?.cancel();
      this.#timer = null;
    }
  }

  async #look(timer: Timer): Promise<void> {
    // Without an answer the transports were replaced meanwhile; the next turn counts on the new ones.
    const arrivals = await this.#tools.arrivals().catch(() => null);
    if (this.#timer !== timer) return;
    this.#timer = null;
    if (arrivals) this.#count(arrivals);
    this.#keepLooking();
  }

  #count(arrivals: readonly Arrival[]): void {
    const arrived = new Map(arrivals.map((arrival) => [keyOf(arrival), arrival]));
    for (const [key, stream] of this.#streams) {
      this.#change(stream, (status, now) => status.counted(arrived.get(key) ?? null, now));
    }
  }
}

function keyOf({ userId, source }: Pick<Stream, 'userId' | 'source'>): string {
  return `${source}/${userId}`;
}
