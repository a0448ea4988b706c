import type { Clock, Timer } from '@rotunda/base';
import {
  describeVolume,
  loudnessSince,
  NO_SOUND,
  sumLoudness,
  toVolume,
  type SoundSample,
  type SoundSamples,
  type UserVolume,
} from './loudness.ts';

/** TRTC's own limit (docs/trtc.md 8.5). */
const LEAST_INTERVAL_MS = 100;

/** How loud everybody was since the last time. */
export interface RoomVolumes {
  /** Oneself first, while sound is captured or sent, then everybody who is received. */
  readonly users: readonly UserVolume[];
  /** All others together, 0 to 100. */
  readonly total: number;
}

export interface VolumeMeterTools {
  readonly clock: Clock;
  /** How much sound has been sent and received so far. `ms`: how far back a level reaches. */
  sample(ms: number): Promise<SoundSamples>;
  /** Whether the user's own volume is to be told although nothing is sent: then it is 0. */
  capturing(): boolean;
  /** How loud what is sent was in the last `ms` milliseconds, where the platform does not count it. */
  measureOwn(ms: number): number;
  tell(volumes: RoomVolumes): void;
}

/** Tells at an interval how loud everybody is, while a room lasts. The interval is kept for the next room. */
export class VolumeMeter {
  readonly #tools: VolumeMeterTools;
  #intervalMs = 0;
  #state: 'outside' | 'inRoom' = 'outside';
  #run: VolumeRun | null = null;

  constructor(tools: VolumeMeterTools) {
    this.#tools = tools;
  }

  /** Whether volumes are to be told, in a room or in the next one. */
  get wanted(): boolean {
    return this.#intervalMs > 0;
  }

  /** Milliseconds, at least 100; 0 or less: off. */
  setInterval(ms: number): void {
    this.#intervalMs = ms > 0 ? Math.max(LEAST_INTERVAL_MS, Math.round(ms)) : 0;
    this.#restart();
  }

  /** A room was entered. */
  begin(): void {
    this.#state = 'inRoom';
    this.#restart();
  }

  /** The room is being left: nothing is told any more. */
  end(): void {
    this.#state = 'outside';
    this.#restart();
  }

  #restart(): void {
    this.#run?.stop();
    const runs = this.#state === 'inRoom' && this.wanted;
    this.#run = runs ? new VolumeRun(this.#tools, this.#intervalMs) : null;
  }
}

/** From one change of the interval, or of the room, to the next. */
class VolumeRun {
  readonly #tools: VolumeMeterTools;
  readonly #intervalMs: number;
  readonly #timer: Timer;
  #before = new Map<string, SoundSample>();
  #latest: RoomVolumes = { users: [], total: 0 };
  #state: 'idle' | 'measuring' | 'stopped' = 'idle';

  constructor(tools: VolumeMeterTools, intervalMs: number) {
    this.#tools = tools;
    this.#intervalMs = intervalMs;
    this.#timer = tools.clock.every(intervalMs, () => this.#tick());
    // What was heard before does not count.
    void this.#measure(() => undefined);
  }

  stop(): void {
    this.#state = 'stopped';
    this.#timer.cancel();
  }

  /** Once per turn, whatever the platform does: while it is still counting, what it counted last is told again. */
  #tick(): void {
    if (this.#state === 'measuring') this.#tools.tell(this.#latest);
    else void this.#measure(() => this.#tools.tell(this.#latest));
  }

  async #measure(then: () => void): Promise<void> {
    this.#state = 'measuring';
    // Fails while transports are being replaced: then nothing flows.
    const samples = await this.#tools.sample(this.#intervalMs).catch(() => NO_SOUND);
    if (this.#stopped()) return;
    this.#state = 'idle';
    this.#latest = this.#compare(samples);
    then();
  }

  /** The state may have changed while the platform was counting, which narrowing does not see. */
  #stopped(): boolean {
    return this.#state === 'stopped';
  }

  #compare({ own, received }: SoundSamples): RoomVolumes {
    const self = this.#ownLoudness(own);
    const others = received.map((sample) => ({ userId: sample.userId, loudness: this.#since(sample) }));
    const counted = own && own !== 'uncounted' ? [own, ...received] : received;
    this.#before = new Map(counted.map((sample) => [sample.key, sample]));
    return {
      users: [
        ...(self === null ? [] : [describeVolume('', self)]),
        ...others.map(({ userId, loudness }) => describeVolume(userId, loudness)),
      ],
      total: toVolume(sumLoudness(others.map(({ loudness }) => loudness))),
    };
  }

  #ownLoudness(own: SoundSamples['own']): number | null {
    if (own === 'uncounted') return this.#tools.measureOwn(this.#intervalMs);
    if (own) return this.#since(own);
    return this.#tools.capturing() ? 0 : null;
  }

  #since(sample: SoundSample): number {
    return sample.level ?? loudnessSince(this.#before.get(sample.key), sample);
  }
}
