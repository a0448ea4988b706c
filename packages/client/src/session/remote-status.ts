import type { Clock } from '@rotunda/base';
import type { Source } from '@rotunda/protocol';
import type { Arrival } from '../measures/arrivals.ts';
import { StreamStatus, type StatusChange } from './stream-status.ts';

export interface RemoteStatusTools {
  readonly clock: Clock;
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

  constructor(tools: RemoteStatusTools) {
    this.#tools = tools;
  }

  /** The application asks for a stream, or no longer. What comes of it is not told before the call that asks returns. */
  ask(userId: string, source: Source, asked: boolean): void {
    const stream = this.#stream(userId, source);
    const change = stream.status.ask(asked, this.#tools.clock.now());
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

  /** What has arrived so far. Once a second, or something counts as missing later than it should. */
  counted(arrivals: readonly Arrival[]): void {
    const arrived = new Map(arrivals.map((arrival) => [keyOf(arrival), arrival]));
    for (const [key, stream] of this.#streams) {
      this.#change(stream, (status, now) => status.counted(arrived.get(key) ?? null, now));
    }
  }

  /** After the ends of the user's streams. */
  userLeft(userId: string): void {
    for (const [key, stream] of this.#streams) if (stream.userId === userId) this.#streams.delete(key);
  }

  /** The room is left: nothing more is told of its streams. */
  reset(): void {
    this.#streams.clear();
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
    if (change) this.#tell(stream, change);
  }

  #tell(stream: Stream, change: StatusChange): void {
    if (this.#isCurrent(stream)) this.#tools.onChanged(stream.userId, stream.source, change);
  }

  #isCurrent(stream: Stream): boolean {
    return this.#streams.get(keyOf(stream)) === stream;
  }
}

function keyOf({ userId, source }: Pick<Stream, 'userId' | 'source'>): string {
  return `${source}/${userId}`;
}
